/**
 * The series exp(t psi(w)) = sum_k d_k(t) w^k of the conformal map of an ellipse: its coefficients, how many count, what is left out.
 * faber.ts says what they are for.
 */
import { Ellipse, flattening, radius } from "./ellipse";

/** F_k(0), k = 0 … length - 1: 1 + q^k, for the ellipse touches the origin. What the polynomials do to the trace, which generators conserve. */
export function atOrigin(ellipse: Ellipse, out: usize, length: i32): void {
  const q = flattening(ellipse);
  store<f64>(out, 1);
  let power = q;
  for (let k = 1; k < length; k++) {
    store<f64>(out + ((<usize>k) << 3), 1 + power);
    power *= q;
  }
}

/** d_k(t), k = 0 … length - 1, to `d`; `origin` is the table of F_k(0), and `length` reaches far below rounding for the longest t of a step. */
export function expansion(ellipse: Ellipse, origin: usize, t: f64, d: usize, length: i32): void {
  const factor = 1 / recurrence(ellipse, origin, t, d, length);
  for (let k = 0; k < length; k++) {
    const at = d + ((<usize>k) << 3);
    store<f64>(at, factor * load<f64>(at));
  }
}

/**
 * The same but for a common factor, which is returned. From exp(t psi)' follows d_(k-1) = k/(tR) d_k + q d_(k+1), run downwards
 * (Miller's algorithm: Gautschi, SIAM Rev. 9 (1967) 24); the factor is the sum at w = 1, where
 * d_0 + sum_k (1 + q^k) d_k = exp(t (c + R (1 + q))) = 1. All |d_k| <= 1.
 */
export function recurrence(ellipse: Ellipse, origin: usize, t: f64, d: usize, length: i32): f64 {
  const q = flattening(ellipse);
  const inverse = 2 / (t * (ellipse.a + ellipse.b));
  if (!(inverse < 1e280)) {
    // No time at all.
    memory.fill(d, 0, (<usize>length) << 3);
    store<f64>(d, 1);
    return 1;
  }
  let next: f64 = 0;
  let value: f64 = 1e-200;
  let sum: f64 = 0;
  for (let k = length - 1; k > 0; k--) {
    const at = (<usize>k) << 3;
    store<f64>(d + at, value);
    sum += load<f64>(origin + at) * value;
    const before = <f64>k * inverse * value + q * next;
    next = value;
    value = before;
    if (Math.abs(value) > 1e200) {
      value *= 1e-300;
      next *= 1e-300;
      sum *= 1e-300;
      for (let j = k; j < length; j++) {
        const scaled = d + ((<usize>j) << 3);
        store<f64>(scaled, load<f64>(scaled) * 1e-300);
      }
    }
  }
  store<f64>(d, value);
  return sum + value;
}

/**
 * Smallest k with ln |d_k(t)| below `limit`, by Cauchy's estimate on the best circle |w| = r > 1:
 * ln |d_k| <= t (R (r + q/r) - a) - k ln r for real q of either sign.
 */
export function expansionLength(ellipse: Ellipse, t: f64, limit: f64): i32 {
  const R = radius(ellipse) * t;
  const q = flattening(ellipse);
  let low = 0;
  let high = 8;
  while (high < 1 << 28 && bound(high, R, q, ellipse.a * t) > limit) {
    low = high;
    high <<= 1;
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (bound(middle, R, q, ellipse.a * t) > limit) low = middle;
    else high = middle;
  }
  return high;
}

function bound(k: i32, R: f64, q: f64, a: f64): f64 {
  const square = <f64>k * <f64>k + 4 * R * R * q;
  if (square < 0) return 0;
  const r = (<f64>k + Math.sqrt(square)) / (2 * R);
  return r > 1 ? R * (r + q / r) - a - <f64>k * Math.log(r) : 0;
}

/** Coefficients needed before the rest sums to less than `tolerance`. */
export function termsFor(d: usize, length: i32, tolerance: f64): i32 {
  let tail: f64 = 0;
  for (let k = length - 1; k > 0; k--) {
    tail += Math.abs(load<f64>(d + ((<usize>k) << 3)));
    if (2 * tail > tolerance) return min(k + 1, length - 1);
  }
  return 1;
}

/** Sum of the coefficients after term k, if polynomials go on growing as they did, by `factor` in `terms` terms, or by `least` a term. */
export function growingTail(d: usize, k: i32, length: i32, factor: f64, terms: i32, least: f64): f64 {
  const growth = Math.max(least, Math.pow(factor, 1.0 / <f64>terms));
  let weight: f64 = 1;
  let tail: f64 = 0;
  for (let j = k + 1; j < length; j++) {
    weight *= growth;
    tail += Math.abs(load<f64>(d + ((<usize>j) << 3))) * weight;
  }
  return tail;
}

/** The last of `terms` polynomials that does not vanish on the trace. */
export function traceTerm(terms: i32, q: f64): i32 {
  const last = terms - 1;
  return q < 0 && (last & 1) == 1 ? last - 1 : last;
}

/**
 * Adds to a coefficient what the truncated series lacks of the trace, which the generator conserves; as small as what was cut off.
 * Returns it.
 */
export function keepTrace(origin: usize, d: usize, terms: i32, length: i32, q: f64): f64 {
  let lacking: f64 = 0;
  for (let j = terms; j < length; j++) {
    const at = (<usize>j) << 3;
    lacking += load<f64>(origin + at) * load<f64>(d + at);
  }
  const k = (<usize>traceTerm(terms, q)) << 3;
  const correction = lacking / load<f64>(origin + k);
  store<f64>(d + k, load<f64>(d + k) + correction);
  return correction;
}
