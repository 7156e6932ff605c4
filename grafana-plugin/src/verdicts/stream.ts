/** A stream as the page knows it: service, environment and namespace, and the words for it. */
export interface StreamName {
  readonly service: string;
  readonly environment: string;
  readonly namespace: string;
}

/** One key per stream; the separator cannot be typed into a name by accident. */
export function streamKey({ service, environment, namespace }: StreamName): string {
  return `${service}\u0000${environment}\u0000${namespace}`;
}

/** The service, and what tells it from others of the same name. */
export function streamLabel({ service, environment, namespace }: StreamName): string {
  const where = [namespace, environment].filter((part) => part !== '').join(' / ');
  const name = service === '' ? '(no service)' : service;
  return where === '' ? name : `${name} · ${where}`;
}

export function streamOfLabels(labels: Readonly<Record<string, string>> | undefined, fallback: string): StreamName {
  return {
    service: labels?.['service'] ?? labels?.['service_name'] ?? labels?.['service.name'] ?? fallback,
    environment: labels?.['environment'] ?? '',
    namespace: labels?.['namespace'] ?? '',
  };
}
