/**
 * Functions of time that the kernel calls back: an evolution registers them for as long as it runs.
 * @module
 */

const functions = new Map<number, (t: number) => number>();
let next = 0;

/** A number under which the kernel can call `f`. */
export function registerCallable(f: (t: number) => number): number {
  // Kept as a 32-bit integer.
  do next = (next + 1) & 0x3fffffff;
  while (functions.has(next));
  functions.set(next, f);
  return next;
}

export function releaseCallable(slot: number): void {
  functions.delete(slot);
}

/** What the kernel imports. */
export const hostFunctions = { callable: (slot: number, t: number): number => functions.get(slot)!(t) };
