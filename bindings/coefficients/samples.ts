/**
 * Coefficients from samples: piecewise constant, and interpolating splines of order 0 to 3.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkKeys, readNumbers } from "../operators/checks.ts";
import { Coefficient, type Recipe } from "./coefficient.ts";
import { overlay, type RealFunction, type Span, type Stretch, spline } from "./real.ts";
import { interpolate } from "./spline.ts";
import { stretchesOf } from "./stretches.ts";

/** Values at the times of samples: real, or real and imaginary parts. */
export type SampleValues =
  | ArrayLike<number>
  | {
      /** Real parts. */
      readonly re: ArrayLike<number>;
      /** Imaginary parts. */
      readonly im: ArrayLike<number>;
    };

/**
 * The spline of order 0, 1, 2 or 3 through values at increasing times. Order 3 (the default) is the cubic spline without a
 * knot next to the ends, order 2 has its knots halfway between the times (de Boor, A Practical Guide to Splines; as scipy's
 * `make_interp_spline`, which QuTiP uses), order 1 is linear; order 0 holds each value up to the next time.
 * @param times strictly increasing, order + 1 at least; a run must lie between the first and the last
 * @param values real, or `{ re, im }`
 * @throws {@link InvalidArgumentError}
 * @example
 * const ts = Array.from({ length: 101 }, (_, k) => k / 10);
 * samples(ts, ts.map(Math.sin)).at(0.55).re; // 0.522687
 */
export function samples(
  times: ArrayLike<number>,
  values: SampleValues,
  options: { order?: 0 | 1 | 2 | 3 } = {},
): Coefficient {
  checkKeys(options, ["order"], "samples");
  const { order = 3 } = options;
  if (![0, 1, 2, 3].includes(order)) throw new InvalidArgumentError("samples: order", order, "0, 1, 2 or 3");
  const t = readTimes(times, "samples: times", order + 1);
  const recipe = (v: Recorded): Recipe => ({ kind: "samples", times: [...t], values: v, order });
  return make(t.length, values, "samples: values", recipe, (v) => {
    const { pieces, table } = order === 0 ? held(t, v) : interpolate(order, t, v);
    if (!table.every(Number.isFinite))
      throw new InvalidArgumentError("samples: values", values, "numbers whose differences and slopes do not overflow");
    const f: RealFunction = spline(order, pieces, table, (span) => stretchesOfSamples(order, t, v, f, span));
    return f;
  });
}

/**
 * Constant pieces: values[k] from times[k] to times[k + 1].
 * @param times strictly increasing, one more than values; a run must lie between the first and the last
 * @throws {@link InvalidArgumentError}
 * @example
 * const f = piecewise([0, 1, 3], [0.5, -0.2]);
 * [0.9, 1].map((t) => f.at(t).re); // [0.5, -0.2]
 */
export function piecewise(times: ArrayLike<number>, values: SampleValues): Coefficient {
  const t = readTimes(times, "piecewise: times", 2);
  const recipe = (v: Recorded): Recipe => ({ kind: "piecewise", times: [...t], values: v });
  return make(t.length - 1, values, "piecewise: values", recipe, (v) => {
    const padded = Float64Array.from([...v, v.at(-1)!]);
    const { pieces, table } = held(t, padded);
    const f: RealFunction = spline(0, pieces, table, (span) => stretchesOfSamples(0, t, padded, f, span));
    return f;
  });
}

/** Values as a recipe has them. */
type Recorded = readonly number[] | { readonly re: readonly number[]; readonly im: readonly number[] };

function make(
  count: number,
  values: SampleValues,
  where: string,
  recipe: (v: Recorded) => Recipe,
  of: (v: Float64Array) => RealFunction,
): Coefficient {
  if (typeof values !== "object" || values === null || !("length" in values || ("re" in values && "im" in values))) {
    throw new InvalidArgumentError(where, values, `${count} numbers, or { re, im } of as many each`);
  }
  if ("length" in values) {
    const v = readValues(values, count, where);
    return new Coefficient(recipe([...v]), of(v));
  }
  const [re, im] = [readValues(values.re, count, `${where}.re`), readValues(values.im, count, `${where}.im`)];
  return new Coefficient(recipe({ re: [...re], im: [...im] }), of(re), of(im));
}

function readTimes(times: ArrayLike<number>, where: string, least: number): Float64Array {
  const t = readNumbers(times, where, "an array of times");
  if (t.length < least) throw new InvalidArgumentError(where, times, `${least} times at least`);
  t.forEach((time, k) => {
    if (!Number.isFinite(time) || (k > 0 && time <= t[k - 1]!)) {
      throw new InvalidArgumentError(`${where}[${k}]`, time, "finite and strictly increasing times");
    }
  });
  return t;
}

function readValues(values: ArrayLike<number>, count: number, where: string): Float64Array {
  const v = readNumbers(values, where, `${count} numbers`);
  if (v.length !== count) throw new InvalidArgumentError(where, values, `${count} numbers, not ${v.length}`);
  v.forEach((value, k) => {
    if (!Number.isFinite(value)) throw new InvalidArgumentError(`${where}[${k}]`, value, "a finite number");
  });
  return v;
}

/** The pieces of order 0. */
function held(t: Float64Array, v: Float64Array): { pieces: number; table: Float64Array } {
  const pieces = Math.max(1, t.length - 1);
  const table = new Float64Array(pieces + 1 + 4 * pieces);
  table.set(t);
  // The time of a single sample stands for all times.
  if (t.length === 1) table[1] = Number.MAX_VALUE;
  for (let k = 0; k < pieces; k++) table[pieces + 1 + 4 * k] = v[k]!;
  return { pieces, table };
}

function stretchesOfSamples(order: number, t: Float64Array, v: Float64Array, f: RealFunction, span: Span): Stretch[] {
  const [first, last] = [t[0]!, t.length === 1 ? Number.POSITIVE_INFINITY : t.at(-1)!];
  if (span.from < first || span.to > last) {
    const expected = `samples that cover the run, from t = ${span.from} to ${span.to}`;
    throw new InvalidArgumentError("samples: times", `from ${first} to ${last}`, expected);
  }
  if (order >= 2) {
    // Between samples a spline may do what none of them shows: it rings beside an edge.
    const fine = refined(t);
    const smooth = stretchesOf(fine, [fine.map(f.at)], span);
    return overlay([smooth, kinksOf(order, f, v, span)], ([zero]) => zero!);
  }
  const ends: Stretch[] = [];
  for (let k = 1; k < t.length; k++) {
    const end = Math.min(t[k]!, span.to);
    if (end <= span.from) continue;
    const zero = v[k - 1] === 0 && (order === 0 || v[k] === 0);
    // Where nothing changes there is no knot to land on.
    const smooth = order === 0 ? v[k - 1] === v[k] : isStraight(t, v, k);
    ends.push({ end, hard: end < span.to && !smooth, zero, limit: Number.POSITIVE_INFINITY });
    if (end === span.to) break;
  }
  return ends.length > 0 ? ends : [{ end: span.to, hard: false, zero: v[0] === 0, limit: Number.POSITIVE_INFINITY }];
}

/** What rounding leaves of a coefficient. */
const ROUNDING = 1e-14;
/**
 * How far a spline through a smooth function is from it at most: this times the jump of its highest derivative at a knot times the distance
 * of knots to the power of its degree (de Boor, A Practical Guide to Splines, chapters V and VI; rounded up for degree 2).
 */
const DEVIATION = { 2: 1 / 16, 3: 5 / 384 } as const;

/**
 * Knots of a spline of degree 2 or 3 to land on: there its highest derivative jumps, which no estimate of an integrator's error expects. Not
 * those where the spline follows a smooth function so closely that nobody could tell.
 */
function kinksOf(order: number, { table, parameters }: RealFunction, v: Float64Array, span: Span): Stretch[] {
  const [pieces = 0] = parameters;
  const knots = table!;
  const highest = (piece: number) => knots[pieces + 1 + 4 * piece + order]!;
  const range = v.reduce((a, b) => Math.max(a, b)) - v.reduce((a, b) => Math.min(a, b));
  const allowed = Math.max(span.negligible ?? 0, ROUNDING) * range;
  const factor = order === 2 ? 2 * DEVIATION[2] : 6 * DEVIATION[3];
  const limit = Number.POSITIVE_INFINITY;
  const out: Stretch[] = [];
  for (let k = 1; k < pieces; k++) {
    const end = knots[k]!;
    if (end <= span.from || end >= span.to) continue;
    const width = Math.max(end - knots[k - 1]!, knots[k + 1]! - end);
    const deviation = factor * Math.abs(highest(k) - highest(k - 1)) * width ** order;
    if (deviation > allowed) out.push({ end, limit, hard: true, zero: false });
  }
  out.push({ end: span.to, limit, hard: false, zero: false });
  return out;
}

/** Three more times in every interval. */
function refined(t: Float64Array): Float64Array {
  const fine = new Float64Array(4 * (t.length - 1) + 1);
  for (let k = 0; k + 1 < t.length; k++) {
    for (let j = 0; j < 4; j++) fine[4 * k + j] = t[k]! + (j * (t[k + 1]! - t[k]!)) / 4;
  }
  fine[fine.length - 1] = t.at(-1)!;
  return fine;
}

/** Whether a polygon goes on in the same direction at its k-th corner. */
function isStraight(t: Float64Array, v: Float64Array, k: number): boolean {
  if (k === t.length - 1) return true;
  const [before, after] = [(v[k]! - v[k - 1]!) / (t[k]! - t[k - 1]!), (v[k + 1]! - v[k]!) / (t[k + 1]! - t[k]!)];
  return before === after;
}
