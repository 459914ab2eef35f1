/** The bytes that lead from `base` to `target`. */
export function deltaOf(base: Buffer, target: Buffer): Uint8Array;
