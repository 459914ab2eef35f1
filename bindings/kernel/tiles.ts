/**
 * Which register blocks the dense product uses: by a timing, as no engine says whether it fuses pairs of vectors.
 * @module
 */
import type { Kernel } from "./kernel.ts";

/** A product large enough for blocks to matter, and done in a tenth of a millisecond. */
const SIZE = 64;
/** Time for the engine to compile it for good, then for the comparison. */
const WARM_UP_MILLISECONDS = 8;
const ROUNDS = 8;
/** The gain is a half where there is one: what is less may be noise. */
const GAIN = 1.15;

/** Puts the wide register blocks in use if they are faster in this engine. Takes about 20 ms. */
export function chooseTiles(kernel: Kernel): void {
  const { functions } = kernel;
  kernel.frame(() => {
    const what = "a timing of the kernel";
    const bytes = kernel.layout(SIZE).bytes;
    const [a, b, c] = [0, 1, 2].map(() => kernel.allocate(bytes, what)) as [number, number, number];
    const scratch = kernel.allocate(functions.scratchBytes(SIZE), what);
    const time = (wide: number) => {
      functions.useWideTiles(wide);
      const start = performance.now();
      functions.multiply(SIZE, a, b, c, scratch, 0);
      return performance.now() - start;
    };
    for (const wide of [0, 1]) {
      const end = performance.now() + WARM_UP_MILLISECONDS;
      do time(wide);
      while (performance.now() < end);
    }
    let [narrowest, widest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let round = 0; round < ROUNDS; round++) {
      narrowest = Math.min(narrowest, time(0));
      widest = Math.min(widest, time(1));
    }
    functions.useWideTiles(widest * GAIN < narrowest ? 1 : 0);
  });
}
