/**
 * Sets of indices that consist of few ranges: which points are recorded.
 * @module
 */

/** From `from` on, up to but without `to`. */
export type Range = readonly [from: number, to: number];

/** A set of integers as sorted ranges that do not touch. */
export class Ranges {
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  #size = 0;

  constructor(ranges: Iterable<Range> = []) {
    for (const [from, to] of ranges) this.add(from, to);
  }

  /** How many integers there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds all from `from` to before `to`. */
  add(from: number, to: number): void {
    if (from >= to) return;
    // those that overlap or touch it
    const first = this.#firstEndingAt(from);
    let last = first;
    let [low, high, removed] = [from, to, 0];
    while (last < this.#from.length && this.#from[last]! <= to) {
      low = Math.min(low, this.#from[last]!);
      high = Math.max(high, this.#to[last]!);
      removed += this.#to[last]! - this.#from[last]!;
      last++;
    }
    this.#from.splice(first, last - first, low);
    this.#to.splice(first, last - first, high);
    this.#size += high - low - removed;
  }

  has(index: number): boolean {
    const k = this.#firstEndingAt(index + 1);
    return k < this.#from.length && this.#from[k]! <= index;
  }

  /** How many of those from `from` to before `to` are there. */
  count(from: number, to: number): number {
    let count = 0;
    for (let k = this.#firstEndingAt(from); k < this.#from.length && this.#from[k]! < to; k++) {
      count += Math.max(0, Math.min(to, this.#to[k]!) - Math.max(from, this.#from[k]!));
    }
    return count;
  }

  /** The first integer from `from` on that is not there. */
  firstMissing(from: number): number {
    const k = this.#firstEndingAt(from + 1);
    return k < this.#from.length && this.#from[k]! <= from ? this.#to[k]! : from;
  }

  /** What is missing from `from` to before `to`. */
  *missing(from: number, to: number): Iterable<Range> {
    let at = this.firstMissing(from);
    while (at < to) {
      const k = this.#firstEndingAt(at + 1);
      const end = Math.min(to, this.#from[k] ?? to);
      yield [at, end];
      at = this.firstMissing(end);
    }
  }

  *[Symbol.iterator](): Iterator<Range> {
    for (let k = 0; k < this.#from.length; k++) yield [this.#from[k]!, this.#to[k]!];
  }

  /** Number of the first range whose end is at `index` or after it. */
  #firstEndingAt(index: number): number {
    let [low, high] = [0, this.#to.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#to[middle]! < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
