/**
 * Real functions of time as the kernel evaluates them (assembly/drive/coefficients.ts), and what an integrator must know of them: where
 * they jump, where they are zero, how long a step may be.
 * @module
 */
import {
  COEFFICIENT_BOX,
  COEFFICIENT_CALLABLE,
  COEFFICIENT_CHIRP,
  COEFFICIENT_CONSTANT,
  COEFFICIENT_COSINE,
  COEFFICIENT_EXPONENTIAL,
  COEFFICIENT_GAUSSIAN,
  COEFFICIENT_PRODUCT,
  COEFFICIENT_RAMP,
  COEFFICIENT_ROOT,
  COEFFICIENT_SINE,
  COEFFICIENT_SPLINE,
  COEFFICIENT_SQUARE,
  COEFFICIENT_SUM,
} from "../../assembly/constants.ts";
import { InvalidArgumentError } from "../errors.ts";

/** A stretch of time, from the end of the one before. */
export interface Stretch {
  readonly end: number;
  /** The longest step that cannot miss what the function does here. */
  readonly limit: number;
  /** Whether the function jumps or has a kink at the end. */
  readonly hard: boolean;
  /** Whether it is zero here, to rounding. */
  readonly zero: boolean;
}

/** The span of a run: its first and last time, and its output times. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly times: Float64Array;
  /** What a coefficient may be off by, as a share of its range, without showing in the result; rounding when left out. */
  readonly negligible?: number;
}

/** A node of an expression: a function of time, or what joins others. */
export interface RealFunction {
  /** COEFFICIENT_… */
  readonly kind: number;
  readonly operands: readonly RealFunction[];
  /** Four at most, in the kernel's order. */
  readonly parameters: readonly number[];
  /** Knots and coefficients of a spline. */
  readonly table?: Float64Array;
  /** How many joined functions lie within each other; 0 when left out. */
  readonly depth?: number;
  /** The function itself, where it is the host's. */
  readonly call?: (t: number) => number;
  at(t: number): number;
  /** Covers the span from its first time on. */
  stretches(span: Span): Stretch[];
}

/** Jumps within one run, at most. */
const MOST_STRETCHES = 1e6;
/** A Gaussian is zero to rounding this many widths away from its middle. */
const GAUSSIAN_REACH = 8.6;
/** ln 1e20 */
const EXPONENTIAL_REACH = 46;

const nothing: readonly RealFunction[] = [];

/** The span as one stretch. */
function whole({ to }: Span, limit: number, zero = false): Stretch[] {
  return [{ end: to, limit, hard: false, zero }];
}

/** Stretches between the `edges` that lie inside the span; `describe` tells what is at a time between two of them. */
function divided(
  { from, to }: Span,
  edges: readonly number[],
  hard: boolean,
  describe: (middle: number) => { limit: number; zero: boolean },
): Stretch[] {
  const inside = edges.filter((edge) => edge > from && edge < to);
  return [...inside, to].map((end, k) => {
    const begin = k === 0 ? from : inside[k - 1]!;
    return { end, hard: hard && k < inside.length, ...describe(begin + 0.5 * (end - begin)) };
  });
}

export function constant(value: number): RealFunction {
  return {
    kind: COEFFICIENT_CONSTANT,
    operands: nothing,
    parameters: [value],
    at: () => value,
    stretches: (span) => whole(span, Number.POSITIVE_INFINITY, value === 0),
  };
}

/** sin(omega·t + phase) */
export function sine(omega: number, phase: number): RealFunction {
  return {
    kind: COEFFICIENT_SINE,
    operands: nothing,
    parameters: [omega, phase],
    at: (t) => Math.sin(omega * t + phase),
    // Half a period.
    stretches: (span) => whole(span, Math.PI / Math.abs(omega)),
  };
}

/** cos(omega·t + phase): to the last bit the same for -omega and -phase, as a sine of a quarter of a turn more would not be. */
export function cosine(omega: number, phase: number): RealFunction {
  return { ...sine(omega, phase), kind: COEFFICIENT_COSINE, at: (t) => Math.cos(omega * t + phase) };
}

/** sin(phase + omega·x + rate·x²), x = t - start */
export function chirp(phase: number, omega: number, rate: number, start: number): RealFunction {
  const frequency = (t: number) => Math.abs(omega + 2 * rate * (t - start));
  return {
    kind: COEFFICIENT_CHIRP,
    operands: nothing,
    parameters: [phase, omega, rate, start],
    at: (t) => Math.sin(phase + (t - start) * (omega + (t - start) * rate)),
    stretches(span) {
      // As long as the frequency stays the same to a factor of two, or to a quarter of a turn.
      const { from, to } = span;
      const edges: number[] = [];
      for (let t = from; t < to && edges.length < MOST_STRETCHES; ) {
        t += Math.max(frequency(t) / (2 * Math.abs(rate)), Math.sqrt(1 / Math.abs(rate)));
        edges.push(t);
      }
      return divided(span, edges, false, () => ({ limit: 0, zero: false })).map((stretch, k, all) => {
        const begin = k === 0 ? from : all[k - 1]!.end;
        return { ...stretch, limit: Math.PI / Math.max(frequency(begin), frequency(stretch.end)) };
      });
    },
  };
}

/** exp(rate·(t - start)), which is as good as zero where it is 1e-20 of what it is at `start`. */
export function exponential(rate: number, start: number): RealFunction {
  const end = start - EXPONENTIAL_REACH / rate;
  return {
    kind: COEFFICIENT_EXPONENTIAL,
    operands: nothing,
    parameters: [rate, start],
    at: (t) => Math.exp(rate * (t - start)),
    stretches: (span) =>
      divided(span, rate === 0 ? [] : [end], false, (middle) => {
        const gone = rate < 0 ? middle > end : middle < end;
        return { zero: false, limit: gone || rate === 0 ? Number.POSITIVE_INFINITY : 2 / Math.abs(rate) };
      }),
  };
}

/** exp(-½ ((t - center)/sigma)²) */
export function gaussian(center: number, sigma: number): RealFunction {
  const reach = GAUSSIAN_REACH * sigma;
  return {
    kind: COEFFICIENT_GAUSSIAN,
    operands: nothing,
    parameters: [center, sigma],
    at: (t) => Math.exp(-0.5 * ((t - center) / sigma) ** 2),
    stretches: (span) =>
      divided(span, [center - reach, center + reach], false, (middle) => {
        const zero = Math.abs(middle - center) > reach;
        return { zero, limit: zero ? Number.POSITIVE_INFINITY : sigma };
      }),
  };
}

/** 1 from `from` on, to before `to`; 0 elsewhere. */
export function box(from: number, to: number): RealFunction {
  const at = (t: number) => (t >= from && t < to ? 1 : 0);
  return {
    kind: COEFFICIENT_BOX,
    operands: nothing,
    parameters: [from, to],
    at,
    stretches: (span) =>
      divided(span, [from, to], true, (middle) => ({ zero: at(middle) === 0, limit: Number.POSITIVE_INFINITY })),
  };
}

/** 0 up to `from`, 1 from `to` on, a straight line between. */
export function ramp(from: number, to: number): RealFunction {
  const at = (t: number) => Math.min(Math.max((t - from) / (to - from), 0), 1);
  return {
    kind: COEFFICIENT_RAMP,
    operands: nothing,
    parameters: [from, to],
    at,
    stretches: (span) =>
      divided(span, [from, to], true, (middle) => ({ zero: at(middle) === 0, limit: Number.POSITIVE_INFINITY })),
  };
}

/** Periodic: 1 for a share `duty` of every period from `start` on, 0 for the rest. */
export function square(period: number, start: number, duty: number): RealFunction {
  const up = (k: number) => start + k * period;
  const down = (k: number) => start + (k + duty) * period;
  const at = (t: number) => {
    // By the edges themselves: a quotient may be rounded to their other side.
    let k = Math.floor((t - start) / period);
    if (t < up(k)) k--;
    else if (t >= up(k + 1)) k++;
    return t < down(k) ? 1 : 0;
  };
  return {
    kind: COEFFICIENT_SQUARE,
    operands: nothing,
    parameters: [period, start, duty],
    at,
    stretches(span) {
      const [first, last] = [span.from, span.to].map((t) => Math.floor((t - start) / period)) as [number, number];
      if (2 * (last - first) > MOST_STRETCHES) {
        throw new InvalidArgumentError("square wave: period", period, `fewer than ${MOST_STRETCHES} jumps in a run`);
      }
      const edges: number[] = [];
      for (let k = first - 1; k <= last + 1; k++) edges.push(up(k), down(k));
      return divided(span, edges, true, (middle) => ({ zero: at(middle) === 0, limit: Number.POSITIVE_INFINITY }));
    },
  };
}

/** sqrt(f), f never negative. */
export function root(f: RealFunction): RealFunction {
  return {
    kind: COEFFICIENT_ROOT,
    operands: [f],
    parameters: [],
    at: (t) => Math.sqrt(Math.max(0, f.at(t))),
    stretches: (span) => f.stretches(span),
  };
}

/** A function of the host's; `stretches` as it was probed or declared. */
export function hosted(call: (t: number) => number, stretches: (span: Span) => Stretch[]): RealFunction {
  return { kind: COEFFICIENT_CALLABLE, operands: nothing, parameters: [], call, at: call, stretches };
}

/** The piece of a spline's table in which a time lies. */
export function pieceAt(table: Float64Array, pieces: number, t: number): number {
  let [low, high] = [0, pieces];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (t >= table[middle]!) low = middle;
    else high = middle;
  }
  return low;
}

/** A piecewise polynomial, `pieces` of degree `order` at most; the table as the kernel has it. */
export function spline(
  order: number,
  pieces: number,
  table: Float64Array,
  stretches: (span: Span) => Stretch[],
): RealFunction {
  const at = (t: number) => {
    const piece = pieceAt(table, pieces, t);
    const c = pieces + 1 + 4 * piece;
    const x = t - table[piece]!;
    return table[c]! + x * (table[c + 1]! + x * (table[c + 2]! + x * table[c + 3]!));
  };
  return { kind: COEFFICIENT_SPLINE, operands: nothing, parameters: [pieces, order], table, at, stretches };
}

/** Sums and products within each other, at most: whoever looks through an expression does so by recursion. */
const MOST_DEPTH = 1000;

function depthOf(a: RealFunction, b: RealFunction): number {
  const depth = 1 + Math.max(a.depth ?? 0, b.depth ?? 0);
  if (depth > MOST_DEPTH) {
    throw new InvalidArgumentError(
      "a coefficient",
      `${depth} sums and products within each other`,
      `${MOST_DEPTH} at most; add up in pairs, or give samples`,
    );
  }
  return depth;
}

export function sum(a: RealFunction, b: RealFunction): RealFunction {
  if (isConstant(a) && isConstant(b)) return constant(a.at(0) + b.at(0));
  if (isConstant(a) && a.at(0) === 0) return b;
  if (isConstant(b) && b.at(0) === 0) return a;
  return {
    kind: COEFFICIENT_SUM,
    operands: [a, b],
    parameters: [],
    depth: depthOf(a, b),
    at: (t) => a.at(t) + b.at(t),
    stretches: (span) => overlay([a.stretches(span), b.stretches(span)], (zeros) => zeros.every((zero) => zero)),
  };
}

export function product(a: RealFunction, b: RealFunction): RealFunction {
  if (isConstant(a) && isConstant(b)) return constant(a.at(0) * b.at(0));
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (isConstant(one) && one.at(0) === 1) return other;
    if (isConstant(one) && one.at(0) === 0) return one;
  }
  return {
    kind: COEFFICIENT_PRODUCT,
    operands: [a, b],
    parameters: [],
    depth: depthOf(a, b),
    at(t) {
      const [x, y] = [a.at(t), b.at(t)];
      // Nothing times what overflows is nothing.
      return x === 0 || y === 0 ? 0 : x * y;
    },
    // What two do together is faster than either: their rates add up.
    stretches(span) {
      const lists = moved([a, b].flatMap(factorsOf)).map((factor) => factor.stretches(span));
      return overlay(lists, (zeros) => zeros.some((zero) => zero), joint);
    },
  };
}

function factorsOf(f: RealFunction): RealFunction[] {
  return f.kind === COEFFICIENT_PRODUCT ? f.operands.flatMap(factorsOf) : [f];
}

/** A Gaussian times exponentials is one that is elsewhere: exp(-½ ((t - c)/sigma)²) exp(r t) has its middle at c + r sigma². The first Gaussian takes all exponentials. */
function moved(factors: readonly RealFunction[]): readonly RealFunction[] {
  const at = factors.findIndex(({ kind }) => kind === COEFFICIENT_GAUSSIAN);
  const rate = factors.reduce((sum, f) => sum + (f.kind === COEFFICIENT_EXPONENTIAL ? f.parameters[0]! : 0), 0);
  if (at < 0 || rate === 0) return factors;
  const [center, sigma] = factors[at]!.parameters as [number, number];
  const others = factors.filter(({ kind }, k) => k !== at && kind !== COEFFICIENT_EXPONENTIAL);
  return [gaussian(center + rate * sigma ** 2, sigma), ...others];
}

/** Its value by those of the functions that it is made of. */
export function evaluate(f: RealFunction, leaf: (f: RealFunction) => number): number {
  const values = f.operands.map((operand) => evaluate(operand, leaf));
  switch (f.kind) {
    case COEFFICIENT_SUM:
      return values.reduce((a, b) => a + b);
    case COEFFICIENT_PRODUCT:
      return values.includes(0) ? 0 : values.reduce((a, b) => a * b);
    case COEFFICIENT_ROOT:
      return Math.sqrt(values[0]!);
    default:
      return leaf(f);
  }
}

function joint(limits: readonly number[]): number {
  return 1 / limits.reduce((sum, limit) => sum + 1 / limit, 0);
}

export function isConstant(f: RealFunction): boolean {
  return f.kind === COEFFICIENT_CONSTANT;
}

/** Whether it has all its derivatives between the ends of hard stretches: that of the host may have kinks, a spline of higher order has knots. */
export function isSmooth(f: RealFunction): boolean {
  if (f.kind === COEFFICIENT_CALLABLE || f.kind === COEFFICIENT_ROOT) return false;
  if (f.kind === COEFFICIENT_SPLINE && f.parameters[1]! > 1) return false;
  return f.operands.every(isSmooth);
}

/**
 * Several functions' stretches as one: a jump of one is a jump of all, the shortest limit holds. What is zero by `isZero`
 * limits nothing.
 */
export function overlay(
  lists: readonly Stretch[][],
  isZero: (zeros: boolean[]) => boolean,
  join: (limits: readonly number[]) => number = (limits) => Math.min(...limits),
): Stretch[] {
  const at = lists.map(() => 0);
  const out: Stretch[] = [];
  while (at.every((k, list) => k < lists[list]!.length)) {
    const present = at.map((k, list) => lists[list]![k]!);
    const end = Math.min(...present.map((stretch) => stretch.end));
    const zero = isZero(present.map((stretch) => stretch.zero));
    const limit = zero ? Number.POSITIVE_INFINITY : join(present.map((stretch) => stretch.limit));
    let hard = false;
    present.forEach((stretch, list) => {
      if (stretch.end > end) return;
      hard ||= stretch.hard;
      at[list]!++;
    });
    const last = out.at(-1);
    if (last && !last.hard && last.limit === limit && last.zero === zero)
      out[out.length - 1] = { end, limit, hard, zero };
    else out.push({ end, limit, hard, zero });
  }
  return out;
}
