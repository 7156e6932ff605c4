/** Where an address is, from a MaxMind database of cities or countries, as the geo.* attributes of the semantic conventions. */
import { Reader, type CityResponse } from 'maxmind';
import type { AttributeValue } from './attribute-writer.ts';

export class GeoIp {
  readonly #reader: Reader<CityResponse>;

  /** @throws Error when the bytes are no such database */
  constructor(database: Buffer) {
    this.#reader = new Reader<CityResponse>(database);
  }

  /** What is known of an address, by the names of semantic conventions 1.44; empty when nothing is. */
  of(address: string): readonly (readonly [string, AttributeValue])[] {
    let place: CityResponse | null;
    try {
      place = this.#reader.get(address);
    } catch {
      // A broken part of the database, or no address.
      return [];
    }
    if (place === null) return [];
    const region = place.subdivisions?.[0]?.iso_code;
    const country = place.country?.iso_code;
    const values: readonly (readonly [string, AttributeValue | undefined])[] = [
      ['geo.continent.code', place.continent?.code],
      ['geo.country.iso_code', country],
      ['geo.region.iso_code', region === undefined || country === undefined ? undefined : `${country}-${region}`],
      ['geo.locality.name', place.city?.names.en],
      ['geo.postal_code', place.postal?.code],
      ['geo.location.lat', place.location?.latitude],
      ['geo.location.lon', place.location?.longitude],
    ];
    return values.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  }
}
