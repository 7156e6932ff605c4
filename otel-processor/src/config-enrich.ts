/** The settings of enrichment: what is added to records about where they come from and whom they speak of. */
import { z } from 'zod';
import { group, integer, oneOf, optionalText } from './config-fields.ts';
import { flag, listOf, texts } from './config-list-fields.ts';

const text = z
  .string({ error: 'must be a text that is not empty' })
  .min(1, { error: 'must be a text that is not empty' });

export const enrichSchema = group({
  scope: oneOf(['scoring', 'all'], {
    default: 'scoring',
    meaning: 'scoring: only what is scored is enriched. all: forwarded records are too.',
  }),
  environment: optionalText({
    meaning: 'deployment.environment.name of resources that name none.',
  }),
  services: listOf(
    {
      attribute: text,
      match: text,
      service: text.optional(),
      namespace: text.optional(),
      environment: text.optional(),
      owner: text.optional(),
    },
    '{ attribute, match, service?, namespace?, environment?, owner? }',
    'Which service a resource is of, by one of its attributes; the first rule that matches counts. match: the value, * for any part of it; $1 in service is what the first * stands for. A rule by log.file.name or log.file.path is for records, too.',
  ),
  addressAttributes: texts({
    default: ['client.address', 'source.address', 'network.peer.address', 'net.peer.ip', 'net.sock.peer.addr'],
    meaning: 'Attributes that hold the address of the other side, most telling first.',
  }),
  addressInBody: flag({
    default: true,
    meaning: 'Whether the first public IPv4 address in a text body is taken where no attribute holds one.',
  }),
  geoipFile: optionalText({
    meaning: 'MaxMind database (.mmdb) of cities or countries: geo.* attributes, unless the record has some.',
  }),
  reputationFile: optionalText({
    meaning:
      'File of addresses and networks (CIDR), one to a line with a word behind it: seismo.ip.reputation of records that hold one of them.',
  }),
  reloadMs: integer({
    ...{ default: 10_000, min: 100, max: 86_400_000, unit: 'ms' },
    meaning: 'How often these files are looked at; a changed one comes into force without a restart.',
  }),
});

export type EnrichConfig = z.output<typeof enrichSchema>;

/** What no field can say alone. */
export function enrichConflicts(config: EnrichConfig): string[] {
  return config.services.flatMap(({ service, namespace, environment, owner }, i) =>
    [service, namespace, environment, owner].every((value) => value === undefined)
      ? [`enrich.services[${i}] must set a service, namespace, environment or owner`]
      : [],
  );
}
