/**
 * The largest subspace on which some outputs vanish and that some maps lead into itself: the unobservable subspace of control theory (Wonham, Linear
 * Multivariable Control, section 3.2), by orthogonal reduction: of what is left, what is seen is cut off, and whatever the maps lead there is seen next.
 * @module
 */
import { singularReal } from "../kernel/dense.ts";
import { dot } from "../operators/vectors.ts";
import { concatenated, reflectRows, rowTimes, timesColumn } from "./small.ts";

/** Coordinates that a map turns among themselves, with all their combinations: the subspace is a sum of subspaces of the sectors. */
export interface Sector {
  readonly places: readonly number[];
  /** A rotation by a quarter turn that leads the subspace into itself: place k becomes sign times place `partner`. */
  readonly turn: readonly { readonly partner: number; readonly sign: number }[] | undefined;
}

/** What sees and what moves vectors of `size` numbers. */
export interface Observed {
  readonly size: number;
  /** Functionals: what they see of x is their product with it. Of norms up to 1. */
  readonly outputs: readonly Float64Array[];
  /** Maps, row k the image of vector k; of norms up to 1. */
  readonly maps: readonly Float64Array[];
  readonly sectors: readonly Sector[];
}

/** A subspace, and the decisions that led to it. */
export interface Unobservable {
  /** Orthonormal rows that span it. */
  readonly kept: readonly Float64Array[];
  /** Orthonormal rows that span the rest. */
  readonly cut: readonly Float64Array[];
  /** The smallest singular value that was taken for more than zero; Infinity when there was none. */
  readonly above: number;
  /** The largest that was taken for zero. */
  readonly below: number;
  /** A cut at a singular value s tilts what is left by rounding/s, and what is seen next errs by as much: the least of all next singular values times s. */
  readonly margin: number;
}

/** What is seen best is cut first: the weak signals of a pass wait until the strong ones have taken what is theirs. */
const FIRST = 1e-3;

/**
 * @param limit singular values up to it are zero
 * @param tilt what rounding makes of a cut at a singular value of 1: what is seen after a cut at s is zero up to tilt/s too. Default none.
 */
export function unobservable({ size, outputs, maps, sectors }: Observed, limit: number, tilt = 0): Unobservable {
  const states = sectors.map((sector) => new Rest(sector, size));
  const cut: Float64Array[] = [];
  let seen: readonly Float64Array[] = outputs;
  let [above, below, margin] = [Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY];
  for (;;) {
    for (const state of states) state.observe(seen);
    const most = states.reduce((max, state) => Math.max(max, state.values[0] ?? 0), 0);
    const zero = Math.max(limit, tilt / Math.min(1, above));
    if (most <= zero) {
      below = most;
      break;
    }
    const least = Math.max(zero, FIRST * most);
    const before = Math.min(1, above);
    const taken = states.flatMap((state) => {
      for (const value of state.values) {
        if (value <= least) continue;
        above = Math.min(above, value);
        margin = Math.min(margin, value * before);
      }
      return state.cut(least);
    });
    cut.push(...taken);
    seen = maps.flatMap((map) => taken.map((row) => timesColumn(map, row)));
  }
  return { kept: states.flatMap((state) => state.rows()), cut, above, below, margin };
}

/** What is left of a sector. */
class Rest {
  readonly #sector: Sector;
  readonly #size: number;
  /** Orthonormal rows of numbers at the places of the sector. */
  #rows: Float64Array[];
  /** Row k: what is seen of row k. */
  #seen: Float64Array[];
  values: Float64Array = new Float64Array(0);
  #vectors: readonly Float64Array[] = [];

  constructor(sector: Sector, size: number) {
    this.#sector = sector;
    this.#size = size;
    this.#rows = sector.places.map((_, k) => {
      const row = new Float64Array(sector.places.length);
      row[k] = 1;
      return row;
    });
    this.#seen = this.#rows.map(() => new Float64Array(0));
  }

  /** Takes functionals in, and finds the singular values and vectors of all that is seen. */
  observe(functionals: readonly Float64Array[]): void {
    const { places, turn } = this.#sector;
    const here = functionals.flatMap((functional) => {
      const part = Float64Array.from(places, (place) => functional[place]!);
      if (part.every((x) => x === 0)) return [];
      // <f, J x> = <J† f, x>
      return turn ? [part, Float64Array.from(turn, ({ partner, sign }) => sign * part[partner]!)] : [part];
    });
    this.#seen = this.#rows.map((row, k) => {
      const old = this.#seen[k]!;
      const all = new Float64Array(old.length + here.length);
      all.set(old);
      here.forEach((functional, j) => {
        all[old.length + j] = dot(row, functional);
      });
      return all;
    });
    this.#compress();
    const m = this.#rows.length;
    const width = this.#seen[0]?.length ?? 0;
    if (m === 0 || width === 0) {
      this.values = new Float64Array(m);
      this.#vectors = [];
      return;
    }
    const { values, vectors } = singularReal(m, width, concatenated(this.#seen, width));
    this.values = values;
    this.#vectors = vectors;
  }

  /** Cuts off what is seen by more than a limit: rows of it. */
  cut(limit: number): Float64Array[] {
    if (!(this.values[0]! > limit)) return [];
    const m = this.#rows.length;
    const basis = concatenated(this.#rows, this.#sector.places.length);
    const seen = concatenated(this.#seen, this.#seen[0]!.length);
    const turned = this.#vectors.map((vector) => rowTimes(vector, basis));
    const after = this.#vectors.map((vector) => rowTimes(vector, seen));
    const count = Array.from({ length: m }, (_, k) => k).filter((k) => this.values[k]! > limit).length;
    const taken = turned.slice(0, count).map((row) => this.#whole(row));
    this.#rows = turned.slice(count);
    this.#seen = after.slice(count);
    return taken;
  }

  rows(): Float64Array[] {
    return this.#rows.map((row) => this.#whole(row));
  }

  #whole(row: Float64Array): Float64Array {
    const out = new Float64Array(this.#size);
    this.#sector.places.forEach((place, k) => {
      out[place] = row[k]!;
    });
    return out;
  }

  /** More columns than rows are turned into as many: the singular values and left vectors stay. */
  #compress(): void {
    const m = this.#rows.length;
    const width = this.#seen[0]?.length ?? 0;
    if (width <= m) return;
    const all = concatenated(this.#seen, width);
    reflectRows(all, m, width);
    this.#seen = this.#seen.map((_, k) => all.slice(k * width, k * width + m));
  }
}
