/** Which service a record belongs to, from the attributes of its resource and, for file sources, the name of its file. */
import { FieldReader, LENGTH } from '../otlp/wire.ts';

export interface ServiceIdentity {
  /** service.namespace, else the Kubernetes namespace, else ''. */
  readonly namespace: string;
  readonly service: string;
  /** deployment.environment.name (or its older name deployment.environment), else ''. */
  readonly environment: string;
  /** service.version, else ''. */
  readonly version: string;
  /** True when nothing better than a host was found: a file name on the record decides then (`serviceOfFile`). */
  readonly perFile: boolean;
}

export const UNKNOWN_SERVICE = 'unknown_service';

/** Attributes that name a service, best first. */
const SERVICE_KEYS = [
  'service.name',
  'k8s.deployment.name',
  'k8s.statefulset.name',
  'k8s.daemonset.name',
  'k8s.cronjob.name',
  'k8s.job.name',
  'k8s.container.name',
  'container.name',
  'k8s.pod.name',
] as const;

/** @param bytes The Resource message is `bytes[start, end)`; `start = -1` when the request has none. */
export function identityOf(bytes: Uint8Array, start: number, end: number): ServiceIdentity {
  const attributes = start < 0 ? new Map<string, string>() : textAttributes(bytes, start, end);
  const first = (...keys: readonly string[]): string | undefined => {
    const key = keys.find((candidate) => (attributes.get(candidate) ?? '') !== '');
    return key === undefined ? undefined : attributes.get(key);
  };
  const named = first('service.name');
  // SDKs without a configured name say "unknown_service:node": anything else is better.
  const given = named?.startsWith(UNKNOWN_SERVICE) === true ? undefined : named;
  const file = first('log.file.name', 'log.file.path');
  const pod = attributes.get('k8s.pod.name');
  const known =
    given ?? first(...SERVICE_KEYS.slice(1, -1)) ?? (pod === undefined || pod === '' ? undefined : workloadOf(pod));
  return {
    namespace: first('service.namespace', 'k8s.namespace.name') ?? '',
    service:
      known ?? (file === undefined ? undefined : serviceOfFile(file)) ?? first('host.name') ?? named ?? UNKNOWN_SERVICE,
    environment: first('deployment.environment.name', 'deployment.environment') ?? '',
    version: first('service.version') ?? '',
    perFile: known === undefined && file === undefined,
  };
}

/**
 * The service that a log file stands for: its name without folder and what rotation adds.
 * @example serviceOfFile('/var/log/nginx/access.log.2.gz') // 'access.log'
 */
export function serviceOfFile(path: string): string {
  let name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  for (;;) {
    const shorter = name.replace(ROTATION, '');
    if (shorter === '' || shorter === name) return name === '' ? UNKNOWN_SERVICE : name;
    name = shorter;
  }
}

/** `.1`, `.gz`, `.old`, `-20251121`, `.2025-11-21`, `.2025-11-21T10`, also before the ending: `app-2025-11-21.log`. */
const ROTATION =
  /(?:\.(?:gz|bz2|xz|zst|zip|old|bak|\d{1,4})|[._-]\d{4}-?\d{2}-?\d{2}(?:[T_-]\d{2}(?:[:.-]?\d{2}){0,2})?(?=$|\.(?:log|txt|out|err|json)$)|[.-]\d{10})$|[._-]\d{4}-?\d{2}-?\d{2}(?=\.(?:log|txt|out|err|json)$)/;

/** The workload of a pod: its name without what the replica set and the pod add at random. */
function workloadOf(pod: string): string {
  return pod.replace(/(?:-[a-z0-9]{6,10}-[a-z0-9]{5}|-\d{1,3})$/, '');
}

/** An SDK's stand-in for a name: what enrichment adds behind it counts. */
function isUnknown(key: string, value: string | undefined): boolean {
  return key === 'service.name' && value?.startsWith(UNKNOWN_SERVICE) === true;
}

/** The attributes of a Resource that are strings; of a key that comes twice the first counts. */
function textAttributes(bytes: Uint8Array, start: number, end: number): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const resource = new FieldReader(bytes, start, end); resource.next();) {
    if (!resource.is(1, LENGTH)) continue;
    let key = '';
    let text: string | undefined;
    for (const pair = resource.message(); pair.next();) {
      if (pair.is(1, LENGTH)) key = pair.text;
      else if (pair.is(2, LENGTH)) {
        text = undefined;
        for (const value = pair.message(); value.next();) if (value.is(1, LENGTH)) text = value.text;
      }
    }
    if (text !== undefined && (!attributes.has(key) || isUnknown(key, attributes.get(key)))) attributes.set(key, text);
  }
  return attributes;
}
