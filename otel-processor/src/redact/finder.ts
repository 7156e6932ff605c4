/**
 * What finds one kind of secret in a text: tried at a byte by which such a secret can be told, it says where the secret
 * begins and ends. Each takes time linear in what it looks at and looks at a bounded stretch; there is no backtracking.
 */

/** Where the last secret was found. One is enough: finders never nest. */
export const hit = { start: 0, end: 0 };

/**
 * @param at The telling byte, such as the `@` of an address.
 * @param start,end The text: neither the secret nor what stands around it is looked for outside.
 * @returns Whether there is one; `hit` holds it then.
 */
export type Finder = (bytes: Uint8Array, at: number, start: number, end: number) => boolean;

export function found(start: number, end: number): boolean {
  hit.start = start;
  hit.end = end;
  return true;
}
