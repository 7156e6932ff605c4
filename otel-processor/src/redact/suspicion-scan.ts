/**
 * Finds where shapes of secrets stand (suspicion-shapes.ts), thirty-two places a turn, by the vector instructions of
 * suspicion-scan.wat. A request is copied into the memory of the WebAssembly module slice by slice: what that holds does
 * not grow with the request. All scans share one module, since nothing else runs while one is used.
 */
import { readFileSync } from 'node:fs';
import { ByteScan } from './byte-scan.ts';
import type { SuspicionScan } from './suspicions.ts';

/** @param vectors Without them it goes byte by byte, as on a processor that has none: slower, and to the same places. */
export function suspicionScan(tables: Uint8Array, vectors = true): SuspicionScan {
  const module = vectors ? vectorModule() : undefined;
  return module === undefined ? new ByteScan(tables) : new VectorScan(module, tables);
}

interface VectorModule {
  /** Lists suspicions in the memory from address `at` to `end`, and gives their number. */
  readonly scan: (at: number, end: number) => number;
  readonly memory: Uint8Array;
  readonly words: Int32Array;
  /** Whose tables are in the memory. */
  tables: Uint8Array | undefined;
}

/** Addresses in the memory: see suspicion-scan.wat. */
const ENDED = 288;
const LIST = 512;
const INPUT = 8192;
/** A turn reads 35 bytes behind the last slice. */
const SLICE = 65_536 - INPUT - 64;
/** Bytes before a place that a scan begins with: a number is told by eleven bytes before it. */
const CONTEXT = 32;

/** What is used of it: its types come with those of browsers, which are none of ours. */
declare const WebAssembly: {
  validate(code: Uint8Array): boolean;
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object) => {
    readonly exports: { readonly scan: VectorModule['scan']; readonly memory: { readonly buffer: ArrayBuffer } };
  };
};

let loaded: VectorModule | undefined;
let tried = false;

/** Undefined where there are no vector instructions. */
function vectorModule(): VectorModule | undefined {
  if (tried) return loaded;
  tried = true;
  const code = readFileSync(new URL('./suspicion-scan.wasm', import.meta.url));
  if (!WebAssembly.validate(code)) return undefined;
  const { scan, memory } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
  const { buffer } = memory;
  loaded = { scan, memory: new Uint8Array(buffer), words: new Int32Array(buffer), tables: undefined };
  return loaded;
}

class VectorScan implements SuspicionScan {
  readonly #module: VectorModule;
  readonly #tables: Uint8Array;
  /** The slice of the request that is in the memory. */
  #sliceStart = 0;
  #sliceEnd = 0;
  /** All suspicions before this place of the request were listed. */
  #scanned = 0;
  /** What is left of the list. */
  #next = 0;
  #listEnd = 0;

  constructor(module: VectorModule, tables: Uint8Array) {
    this.#module = module;
    this.#tables = tables;
  }

  start(): void {
    const module = this.#module;
    if (module.tables !== this.#tables) module.memory.set(this.#tables, 0);
    module.tables = this.#tables;
    this.#sliceStart = this.#sliceEnd = this.#scanned = this.#next = this.#listEnd = 0;
  }

  next(bytes: Uint8Array, from: number): number {
    const { words } = this.#module;
    for (;;) {
      const offset = this.#sliceStart - INPUT;
      while (this.#next < this.#listEnd) {
        const at = words[this.#next++] + offset;
        // Behind the slice stands what was there before.
        if (at >= from && at < this.#sliceEnd) return at;
      }
      if (this.#scanned >= bytes.length) return -1;
      this.#scan(bytes, Math.max(this.#scanned, from));
    }
  }

  /** Lists suspicions from `from` on, up to the end of the slice or as many as the list holds. */
  #scan(bytes: Uint8Array, from: number): void {
    const { scan, memory, words } = this.#module;
    const first = Math.max(0, from - CONTEXT);
    if (from >= this.#sliceEnd) {
      this.#sliceStart = first;
      this.#sliceEnd = Math.min(bytes.length, first + SLICE);
      const whole = this.#sliceEnd - first === bytes.length;
      memory.set(whole ? bytes : bytes.subarray(first, this.#sliceEnd), INPUT);
    }
    const offset = INPUT - this.#sliceStart;
    const count = scan(first + offset, this.#sliceEnd + offset);
    this.#next = LIST / 4;
    this.#listEnd = this.#next + count;
    this.#scanned = Math.min(this.#sliceEnd, words[ENDED / 4] - offset);
  }
}
