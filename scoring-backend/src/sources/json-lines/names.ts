/** Names of fields, found by their bytes. */

/** Four times the names of the common schema and more: most keys are told apart by the first look. */
const PLACES = 256;

export class FieldNames {
  readonly #names: readonly Uint8Array[];
  /** Index of a name by its hash, or further on where several have the same; -1 free. */
  readonly #places = new Int16Array(PLACES).fill(-1);

  /** @param names fewer than 128, each once */
  constructor(names: readonly string[]) {
    this.#names = names.map((name) => Buffer.from(name));
    this.#names.forEach((name, index) => {
      let place = hashOf(name, 0, name.length);
      while (this.#places[place] >= 0) place = (place + 1) % PLACES;
      this.#places[place] = index;
    });
  }

  /** The index of the name `bytes[start, end)`, -1 for another. */
  find(bytes: Uint8Array, start: number, end: number): number {
    for (let place = hashOf(bytes, start, end); ; place = (place + 1) % PLACES) {
      const index = this.#places[place];
      if (index < 0 || isSame(bytes, start, end, this.#names[index])) return index;
    }
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  if (end === start) return 0;
  return ((end - start) * 5 + bytes[start] * 31 + bytes[(start + end) >> 1] * 17 + bytes[end - 1] * 7) % PLACES;
}

function isSame(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}
