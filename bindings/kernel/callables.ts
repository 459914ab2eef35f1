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

/** What the function that was called last has thrown, if it has. */
let thrown: { readonly cause: unknown } | undefined;

/** Whether an error that came out of the kernel is that of a function which it called: the kernel itself is sound. */
export function isThrownByHost(cause: unknown): boolean {
  // It may be anything at all, NaN too.
  const known = thrown !== undefined && Object.is(thrown.cause, cause);
  thrown = undefined;
  return known;
}

/** What the kernel imports. */
export const hostFunctions = {
  callable(slot: number, t: number): number {
    const f = functions.get(slot);
    // Nobody has registered it: the kernel asks for what it was never told of.
    if (f === undefined) throw new RangeError(`no function has the number ${slot}`);
    try {
      return f(t);
    } catch (cause) {
      thrown = { cause };
      throw cause;
    }
  },
};
