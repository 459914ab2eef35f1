/**
 * How fast a sweep is, and how long it will take.
 * @module
 */

/** Seconds that the rate is taken over: points elsewhere may cost more, and what was long ago says little. */
const WINDOW = 30;
/** Moments that are remembered. */
const MOMENTS = 64;

/** Measures a growing number. */
export class Meter {
  readonly #count: () => number;
  readonly #begun = performance.now();
  readonly #moments: { readonly at: number; readonly done: number }[];

  constructor(count: () => number) {
    this.#count = count;
    this.#moments = [{ at: 0, done: count() }];
  }

  /** The number now. */
  get done(): number {
    return this.#count();
  }

  /** Since the beginning. */
  get seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** The number now, how fast it grows, and how long it takes to `total`. */
  measure(total: number): { done: number; total: number; ratePerSecond: number; secondsLeft: number } {
    const now = { at: this.seconds, done: this.done };
    const kept = this.#moments.findIndex(({ at }) => at >= now.at - WINDOW);
    const first = this.#moments[Math.max(0, kept < 0 ? this.#moments.length - 1 : kept)]!;
    if (now.at - this.#moments.at(-1)!.at > WINDOW / MOMENTS) this.#moments.push(now);
    if (this.#moments.length > 2 * MOMENTS) this.#moments.splice(0, MOMENTS);
    const ratePerSecond = now.at > first.at ? (now.done - first.done) / (now.at - first.at) : 0;
    const left = total - now.done;
    return { done: now.done, total, ratePerSecond, secondsLeft: left === 0 ? 0 : left / ratePerSecond };
  }
}
