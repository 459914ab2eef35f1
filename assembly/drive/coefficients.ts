/**
 * Real functions of time, evaluated from a flat table: each entry is a function of time or joins entries before it. Entries:
 * COEFFICIENT_WIDTH doubles, kind, operands a and b, parameters p0 … p3, address of a table.
 *
 * What jumps is looked up at a time `inside` the interval between two jumps, so that no rounding of t decides on which side it lies.
 */
import { cos, sin } from "../complex/turn";
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
  COEFFICIENT_WIDTH,
} from "../constants";

/** A function of the host's. */
// @ts-ignore: decorator
@external("host", "callable")
declare function callable(slot: i32, t: f64): f64;

/** Values of all `count` entries at time t, to `values`; jumps are taken as at `inside`. */
export function evaluateCoefficients(table: usize, count: i32, t: f64, inside: f64, values: usize): void {
  for (let k = 0; k < count; k++, table += COEFFICIENT_WIDTH << 3) {
    store<f64>(values + ((<usize>k) << 3), evaluateEntry(table, t, inside, values));
  }
}

function evaluateEntry(entry: usize, t: f64, inside: f64, values: usize): f64 {
  const kind = <i32>load<f64>(entry);
  const p0 = load<f64>(entry, 24);
  const p1 = load<f64>(entry, 32);
  switch (kind) {
    case COEFFICIENT_CONSTANT:
      return p0;
    case COEFFICIENT_SUM:
      return operand(entry, 8, values) + operand(entry, 16, values);
    case COEFFICIENT_PRODUCT: {
      const a = operand(entry, 8, values);
      const b = operand(entry, 16, values);
      // Nothing times what overflows is nothing.
      return a == 0 || b == 0 ? 0 : a * b;
    }
    case COEFFICIENT_ROOT:
      return Math.sqrt(Math.max(0, operand(entry, 8, values)));
    case COEFFICIENT_SINE:
      return sin(p0 * t + p1);
    case COEFFICIENT_COSINE:
      return cos(p0 * t + p1);
    case COEFFICIENT_CHIRP: {
      const x = t - load<f64>(entry, 48);
      return sin(p0 + x * (p1 + x * load<f64>(entry, 40)));
    }
    case COEFFICIENT_EXPONENTIAL:
      return Math.exp(p0 * (t - p1));
    case COEFFICIENT_GAUSSIAN: {
      const x = (t - p0) / p1;
      return Math.exp(-0.5 * x * x);
    }
    case COEFFICIENT_BOX:
      return inside >= p0 && inside < p1 ? 1 : 0;
    case COEFFICIENT_RAMP:
      return min(max((t - p0) / (p1 - p0), 0), 1);
    case COEFFICIENT_SQUARE: {
      // Period, start, share of it that is on.
      const x = (inside - p1) / p0;
      return x - Math.floor(x) < load<f64>(entry, 40) ? 1 : 0;
    }
    case COEFFICIENT_SPLINE:
      return spline(entry, t, inside);
    default:
      assert(kind == COEFFICIENT_CALLABLE, "evaluateEntry: unknown kind");
      return callable(<i32>p0, t);
  }
}

// @ts-ignore: decorator
@inline
function operand(entry: usize, offset: usize, values: usize): f64 {
  return load<f64>(values + ((<usize>load<f64>(entry + offset)) << 3));
}

/**
 * A piecewise polynomial: p0 pieces of degree p1 at most; the piece found last is kept in `a`. Table: p0 + 1 knots, then four
 * coefficients a piece, powers of the distance from its left knot. Of degree 0 and 1 the knots are jumps or kinks.
 */
function spline(entry: usize, t: f64, inside: f64): f64 {
  const pieces = <i32>load<f64>(entry, 24);
  const knots = <usize>load<f64>(entry, 56);
  const at = load<f64>(entry, 32) < 2 ? inside : t;
  let k = <i32>load<f64>(entry, 8);
  if (!(at >= knot(knots, k) && at < knot(knots, k + 1))) {
    let above = pieces;
    k = 0;
    while (above - k > 1) {
      const middle = (k + above) >> 1;
      if (at >= knot(knots, middle)) k = middle;
      else above = middle;
    }
    store<f64>(entry, <f64>k, 8);
  }
  const c = knots + ((<usize>(pieces + 1 + 4 * k)) << 3);
  const x = t - knot(knots, k);
  return load<f64>(c) + x * (load<f64>(c, 8) + x * (load<f64>(c, 16) + x * load<f64>(c, 24)));
}

// @ts-ignore: decorator
@inline
function knot(knots: usize, k: i32): f64 {
  return load<f64>(knots + ((<usize>k) << 3));
}
