/**
 * Adaptive sampling: cells of a grid are cut into halves along every parameter where a scalar changes most, or changes sign. What is cut next
 * depends on the results recorded so far and on nothing else, so that a sweep that is taken up again comes to the same points.
 * @module
 */
import type { AdaptiveSpec, SweepSpec, Values } from "./axes.ts";
import { countOf, valueAt } from "./axes.ts";
import type { PointSource } from "./source.ts";

/** Halvings of a cell of the first grid, at most: positions stay integers below 2^53. */
const MAX_LEVEL = 24;
/** Of the largest change in a round: cells that change less wait for a later one. */
const SHARE = 0.5;

/** A cell: its lowest corner and its edge, in units of the finest positions. */
interface Cell {
  readonly corner: readonly number[];
  readonly level: number;
}

/** The points of an adaptive sweep: a grid, and then round after round what its results ask for. */
export function refinement(spec: SweepSpec, adaptive: AdaptiveSpec): PointSource {
  return new Refinement(spec, adaptive);
}

class Refinement implements PointSource {
  readonly identity: SweepSpec;
  readonly names: readonly string[];
  readonly most: number;
  readonly scalar: string;
  readonly #by: AdaptiveSpec["by"];
  readonly #axes: readonly Values[];
  /** Position of the last value of each axis. */
  readonly #last: readonly number[];
  readonly #positions: (readonly number[])[] = [];
  readonly #indices = new Map<string, number>();
  readonly #values: number[] = [];
  /** Where the corners of a cell are, in its edges; and the points of one that is cut, in half edges. */
  readonly #corners: readonly (readonly number[])[];
  readonly #places: readonly (readonly number[])[];
  /** Cells whose corners are not all known yet. */
  #fresh: Cell[] = [];
  /** Those that ask to be cut. */
  #asking: { readonly cell: Cell; readonly weight: number }[] = [];

  constructor(spec: SweepSpec, { scalar, points, by }: AdaptiveSpec) {
    this.identity = spec;
    this.names = spec.axes.map(({ name }) => name);
    this.most = points;
    this.scalar = scalar;
    this.#by = by;
    this.#axes = spec.axes.map(({ values }) => values);
    const counts = this.#axes.map(countOf);
    this.#corners = combinations(counts.map(() => 2));
    this.#places = combinations(counts.map(() => 3));
    this.#last = counts.map((count) => (count - 1) * 2 ** MAX_LEVEL);
    for (const place of combinations(counts)) this.#addPoint(place.map((k) => k * 2 ** MAX_LEVEL));
    for (const place of combinations(counts.map((count) => count - 1))) {
      this.#fresh.push({ corner: place.map((k) => k * 2 ** MAX_LEVEL), level: 0 });
    }
  }

  get ready(): number {
    return this.#positions.length;
  }

  points(from: number, count: number) {
    const column = (axis: number) =>
      Float64Array.from({ length: count }, (_, k) =>
        valueAt(this.#axes[axis]!, this.#positions[from + k]![axis]!, this.#last[axis]!),
      );
    return { count, parameters: Object.fromEntries(this.names.map((name, axis) => [name, column(axis)])) };
  }

  extend(values: ArrayLike<number>): void {
    for (let k = 0; k < values.length; k++) this.#values.push(values[k]!);
    const weighed = this.#fresh.map((cell) => ({ cell, weight: this.#weight(cell) }));
    // an order that does not depend on how cells came: of equal weights that which has been there longer
    this.#asking = [...this.#asking, ...weighed.filter(({ weight }) => weight > 0)].sort((a, b) => b.weight - a.weight);
    this.#fresh = [];
    const least = SHARE * (this.#asking[0]?.weight ?? 0);
    let cut = 0;
    for (const { cell, weight } of this.#asking) {
      const added = this.#gridOf(cell).filter((position) => !this.#indices.has(keyOf(position)));
      if (weight < least || this.ready + added.length > this.most) break;
      for (const position of added) this.#addPoint(position);
      this.#fresh.push(...this.#halvesOf(cell));
      cut++;
    }
    this.#asking = this.#asking.slice(cut);
  }

  #addPoint(position: readonly number[]): void {
    this.#indices.set(keyOf(position), this.#positions.length);
    this.#positions.push(position);
  }

  /** How much a cell asks to be cut; 0 not at all. Corners that failed do not count. */
  #weight({ corner, level }: Cell): number {
    if (level === MAX_LEVEL) return 0;
    const edge = 2 ** (MAX_LEVEL - level);
    const values = this.#corners
      .map((place) => this.#values[this.#indices.get(keyOf(corner.map((x, axis) => x + place[axis]! * edge)))!]!)
      .filter(Number.isFinite);
    if (values.length === 0) return 0;
    const [least, most] = [Math.min(...values), Math.max(...values)];
    if (this.#by === "change") return most - least;
    // the largest cells first: the line where the sign changes is then known evenly well everywhere
    return least < 0 && most > 0 ? 2 ** -level : 0;
  }

  /** The points of a cell that is cut: its corners, and those in the middle of edges, faces and itself. */
  #gridOf({ corner, level }: Cell): number[][] {
    const half = 2 ** (MAX_LEVEL - level - 1);
    return this.#places.map((place) => corner.map((x, axis) => x + place[axis]! * half));
  }

  #halvesOf({ corner, level }: Cell): Cell[] {
    const half = 2 ** (MAX_LEVEL - level - 1);
    return this.#corners.map((place) => ({
      corner: corner.map((x, axis) => x + place[axis]! * half),
      level: level + 1,
    }));
  }
}

const keyOf = (position: readonly number[]) => position.join(",");

/** All lists of integers from 0 to before `counts`, the last one fastest. */
function combinations(counts: readonly number[]): number[][] {
  return counts.reduce<number[][]>(
    (lists, count) => lists.flatMap((list) => Array.from({ length: count }, (_, k) => [...list, k])),
    [[]],
  );
}
