/**
 * Where the points of a sweep lie: every point is computed from its index, none is stored.
 * @module
 */
import type { Points } from "lindblad/model";

/** Values of one parameter: evenly spaced, or evenly in the logarithm, ends included; or a list. */
export type Values =
  | {
      /** The first value. */
      readonly from: number;
      /** The last value. */
      readonly to: number;
      /** How many; of no account where points are random. */
      readonly count: number;
      /** Evenly spaced, or evenly in the logarithm. */
      readonly scale: "linear" | "log";
    }
  | {
      /** The values, in their order. */
      readonly list: readonly number[];
    };

/** A parameter and its values. */
export interface Axis {
  /** The name of the parameter. */
  readonly name: string;
  /** Its values. */
  readonly values: Values;
}

/** The points of a sweep. */
export interface SweepSpec {
  /**
   * `"grid"`: all combinations, the last parameter fastest. `"zip"`: the first values of all, then the second ones, … `"random"`: `count`
   * points that fill the ranges evenly (of a list: one of its values).
   */
  readonly mode: "grid" | "zip" | "random";
  /** The parameters that are swept. */
  readonly axes: readonly Axis[];
  /** Number of points; of an adaptive sweep those of the grid that it starts from. */
  readonly count: number;
  /** Of random points. */
  readonly seed: number;
  /** Where points are added to those of the grid. Default: nowhere. */
  readonly adaptive?: AdaptiveSpec | undefined;
}

/** Where a sweep is refined. */
export interface AdaptiveSpec {
  /** One of the scalars that are recorded. */
  readonly scalar: string;
  /** Most points, those of the first grid included. */
  readonly points: number;
  /** `"change"`: where the scalar changes most from point to point. `"sign"`: where it changes sign. */
  readonly by: "change" | "sign";
}

/** Shares of a range are counted in these. */
const SHARES = 2 ** 53;

/** How many values an axis has. */
export function countOf(values: Values): number {
  return "list" in values ? values.list.length : values.count;
}

/** The value at `position` of `last` along an axis: of a range the share position / last, of a list the value of that number. */
export function valueAt(values: Values, position: number, last: number): number {
  if ("list" in values) return values.list[position]!;
  const { from, to, scale } = values;
  // the ends are the numbers given
  if (position === 0) return from;
  if (position === last) return to;
  if (scale === "linear") return from + ((to - from) * position) / last;
  // powers of ten come out as such
  const [low, high] = [Math.log10(from), Math.log10(to)];
  return 10 ** (low + ((high - low) * position) / last);
}

/** Points `from` to before `from + count` of a sweep: a pure function of its arguments. */
export function pointsOf(spec: SweepSpec, from: number, count: number): Points {
  const columns = spec.axes.map(() => new Float64Array(count));
  const fill = FILL[spec.mode](spec);
  for (let k = 0; k < count; k++) {
    for (let axis = 0; axis < columns.length; axis++) columns[axis]![k] = fill(from + k, axis);
  }
  return { count, parameters: Object.fromEntries(spec.axes.map(({ name }, axis) => [name, columns[axis]!])) };
}

type Fill = (index: number, axis: number) => number;

const FILL: Readonly<Record<SweepSpec["mode"], (spec: SweepSpec) => Fill>> = {
  grid({ axes }) {
    const counts = axes.map(({ values }) => countOf(values));
    // how many points there are with the same value before the next one comes
    const strides = counts.map((_, axis) => counts.slice(axis + 1).reduce((product, n) => product * n, 1));
    return (index, axis) =>
      valueAt(axes[axis]!.values, Math.floor(index / strides[axis]!) % counts[axis]!, counts[axis]! - 1);
  },
  zip({ axes }) {
    return (index, axis) => valueAt(axes[axis]!.values, index, countOf(axes[axis]!.values) - 1);
  },
  random({ axes, seed }) {
    const shares = sharesOf(axes.length, seed);
    return (index, axis) => {
      const { values } = axes[axis]!;
      const share = shares(index, axis);
      return "list" in values
        ? values.list[Math.floor((share / SHARES) * values.list.length)]!
        : valueAt(values, share, SHARES);
    };
  },
};

/**
 * A sequence of low discrepancy in any number of dimensions, shifted at random: coordinate j of point i is the fractional part of
 * s_j + i / phi^j, phi the root above 1 of x^(d + 1) = x + 1 (M. Roberts, The unreasonable effectiveness of quasirandom sequences, 2018; for
 * the shift: R. Cranley and T. Patterson, SIAM J. Numer. Anal. 13, 904 (1976)). In 64-bit integers, so that no point is like an earlier one
 * however large i becomes.
 * @returns shares of 2^53
 */
function sharesOf(dimensions: number, seed: number): Fill {
  const phi = rootOf(dimensions);
  let alpha = 1;
  const steps: bigint[] = [];
  const shifts: bigint[] = [];
  let state = BigInt.asUintN(64, BigInt(seed));
  for (let j = 0; j < dimensions; j++) {
    alpha /= phi;
    // odd: every residue is met before one is met again
    steps.push((BigInt(Math.floor(alpha * SHARES)) << 11n) | 1n);
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    shifts.push(mixed(state));
  }
  return (index, j) => Number(BigInt.asUintN(64, shifts[j]! + steps[j]! * BigInt(index)) >> 11n);
}

/** Newton's iteration from above; products alone, so that every engine finds the same bits. */
function rootOf(dimensions: number): number {
  let x = 2;
  for (let round = 0; round < 64; round++) {
    let power = 1;
    for (let k = 0; k < dimensions; k++) power *= x;
    const next = x - (power * x - x - 1) / ((dimensions + 1) * power - 1);
    if (!(next < x)) break;
    x = next;
  }
  return x;
}

/** The finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014). */
function mixed(state: bigint): bigint {
  let z = state;
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
