/**
 * exp(L t) x of a group of systems by its Taylor series, over as many output times at once as the series is good for: the functionals of its
 * terms are the coefficients of polynomials in time, whose values are the outputs (Al-Mohy and Higham, SIAM J. Sci. Comput. 33 (2011) 488,
 * bound the steps in the same way).
 */
import { madd } from "../complex/simd";
import { STATUS_RUNNING, STATUS_STEP_LIMIT } from "../constants";
import { Batch } from "./batch";
import { applyGenerator, Block } from "./block";
import { putRow, writeFunctionals } from "./observe";
import { integerAt, ROW, rowAt } from "./rows";

/** Norm of the exponent of a step, at most: rounding grows with its exponential, which is 55. */
export const SERIES_NORM: f64 = 4;
/** Terms of a step at which the series has converged to rounding, at the latest: 4^37/37! < 2^-53 / 1000. */
const MOST_TERMS: i32 = 37;
/** Terms of a step of the largest norm that are formed as a rule. */
export const USUAL_TERMS: f64 = 26;
const ROUNDING: f64 = 1.1102230246251565e-16;

/** Bytes of scratch for `series`. */
export function seriesBytes(n: i32, functionals: i32, times: i32): usize {
  return 3 * <usize>n * ROW + <usize>(MOST_TERMS + 1) * (<usize>functionals * ROW + ((<usize>times) << 3));
}

/** Writes the functionals at all output times but the first, and leaves the state of the last one in x. @param scratch of `seriesBytes` */
export function series(b: Batch, k: Block, isFirst: bool, scratch: usize): i32 {
  const bytes = <usize>k.n * ROW;
  const v = scratch;
  const w = v + bytes;
  const sum = w + bytes;
  const terms = sum + bytes;
  const powers = terms + <usize>(MOST_TERMS + 1) * <usize>b.functionals * ROW;
  const longest = k.norm > 0 ? SERIES_NORM / k.norm : Infinity;
  let output = 0;
  let t = load<f64>(b.times);
  let taken: f64 = 0;
  while (output + 1 < b.timeCount) {
    let last = output + 1;
    let reached = timeOf(b, last);
    if (reached - t > longest) {
      // Too far for one step: nothing is wanted between.
      const steps = Math.ceil((reached - t) / longest);
      taken += steps - 1;
      if (!(taken < b.maxSteps)) return STATUS_STEP_LIMIT;
      const h = (reached - t) / steps;
      for (let step: f64 = 1; step < steps; step++) {
        expand(b, k, h, v, w, sum, 0);
        memory.copy(k.x, sum, bytes);
      }
      t = reached - h;
    } else {
      while (last + 1 < b.timeCount && timeOf(b, last + 1) - t <= longest) last++;
      reached = timeOf(b, last);
    }
    if (++taken > b.maxSteps) return STATUS_STEP_LIMIT;
    const h = reached - t;
    const count = expand(b, k, h, v, w, sum, terms);
    memory.copy(k.x, sum, bytes);
    writePolynomials(b, k, t, h, output + 1, last, count, terms, powers, isFirst);
    output = last;
    t = reached;
  }
  return STATUS_RUNNING;
}

// @ts-ignore: decorator
@inline
function timeOf(b: Batch, k: i32): f64 {
  return load<f64>(b.times + ((<usize>k) << 3));
}

/**
 * sum = exp(h L) x; returns the number of terms formed, and their functionals, one term after another, where `terms` is not 0.
 */
function expand(b: Batch, k: Block, h: f64, v: usize, w: usize, sum: usize, terms: usize): i32 {
  const bytes = <usize>k.n * ROW;
  const row = <usize>b.functionals * ROW;
  memory.copy(sum, k.x, bytes);
  let from = k.x;
  let to = v;
  if (terms != 0) writeFunctionals(k, b.functionals, from, b.rows, terms, true);
  memory.fill(MASKS, 0, 2 * ROW);
  let n = 1;
  for (; n <= MOST_TERMS; n++) {
    applyGenerator(k, from, h / <f64>n, 0, to);
    const isDone = addTerm(k.n, to, sum);
    if (terms != 0) writeFunctionals(k, b.functionals, to, b.rows, terms + <usize>n * row, true);
    if (isDone) break;
    from = to;
    to = to == v ? w : v;
  }
  n = min(n, MOST_TERMS);
  b.applications += <f64>n;
  return n + 1;
}

/** Of every system whether its series has converged, and whether its last term was below rounding. */
const MASKS: usize = memory.data(64, 16);

/**
 * sum += term, of systems whose series has not converged: of the others the term becomes zero, so that no system notices how many terms others take.
 * A series has converged when two terms in a row are below the rounding of its sum: a single one may be small by accident. @returns whether all have
 */
function addTerm(n: i32, term: usize, sum: usize): bool {
  const doneLow = v128.load(MASKS);
  const doneHigh = v128.load(MASKS, 16);
  let termLow = f64x2.splat(0);
  let termHigh = termLow;
  let sumLow = termLow;
  let sumHigh = termLow;
  for (let i = 0; i < n; i++, term += ROW, sum += ROW) {
    const a = v128.andnot(v128.load(term), doneLow);
    const c = v128.andnot(v128.load(term, 16), doneHigh);
    v128.store(term, a);
    v128.store(term, c, 16);
    const low = f64x2.add(v128.load(sum), a);
    const high = f64x2.add(v128.load(sum, 16), c);
    v128.store(sum, low);
    v128.store(sum, high, 16);
    termLow = f64x2.max(termLow, f64x2.abs(a));
    termHigh = f64x2.max(termHigh, f64x2.abs(c));
    sumLow = f64x2.max(sumLow, f64x2.abs(low));
    sumHigh = f64x2.max(sumHigh, f64x2.abs(high));
  }
  const rounding = f64x2.splat(ROUNDING);
  const smallLow = f64x2.le(termLow, f64x2.mul(rounding, sumLow));
  const smallHigh = f64x2.le(termHigh, f64x2.mul(rounding, sumHigh));
  const nowLow = v128.or(doneLow, v128.and(smallLow, v128.load(MASKS, 32)));
  const nowHigh = v128.or(doneHigh, v128.and(smallHigh, v128.load(MASKS, 48)));
  v128.store(MASKS, nowLow);
  v128.store(MASKS, nowHigh, 16);
  v128.store(MASKS, smallLow, 32);
  v128.store(MASKS, smallHigh, 48);
  return i64x2.all_true(v128.and(nowLow, nowHigh));
}

/** Values of the polynomials with coefficients `terms` in (time - t)/h at output times `first` to `last`. */
function writePolynomials(
  b: Batch,
  k: Block,
  t: f64,
  h: f64,
  first: i32,
  last: i32,
  count: i32,
  terms: usize,
  powers: usize,
  isFirst: bool,
): void {
  const step = (<usize>count) << 3;
  let at = powers;
  for (let j = first; j <= last; j++, at += step) {
    const s = j == last ? 1 : (timeOf(b, j) - t) / h;
    let power: f64 = 1;
    for (let n: usize = 0; n < step; n += 8, power *= s) store<f64>(at + n, power);
  }
  const target = b.target;
  const row = <usize>b.functionals * ROW;
  const stop = <usize>count * row;
  for (let f = 0; f < b.functionals; f++) {
    if (!isFirst && integerAt(k.functionalStarts, f) == integerAt(k.functionalStarts, f + 1)) continue;
    const from = rowAt(terms, f);
    let to = b.at + <usize>f * target.functional + <usize>first * target.time;
    let power = powers;
    let j = first;
    // Three times at once: one coefficient is read for six sums.
    for (; j + 2 <= last; j += 3, to += 3 * target.time, power += 3 * step) {
      let a0 = f64x2.splat(0);
      let a1 = a0;
      let b0 = a0;
      let b1 = a0;
      let c0 = a0;
      let c1 = a0;
      let p = power;
      for (let n: usize = 0; n < stop; n += row, p += 8) {
        const low = v128.load(from + n);
        const high = v128.load(from + n, 16);
        const x = v128.load_splat<f64>(p);
        const y = v128.load_splat<f64>(p + step);
        const z = v128.load_splat<f64>(p + 2 * step);
        a0 = madd(x, low, a0);
        a1 = madd(x, high, a1);
        b0 = madd(y, low, b0);
        b1 = madd(y, high, b1);
        c0 = madd(z, low, c0);
        c1 = madd(z, high, c1);
      }
      putRow(target, to, a0, a1, isFirst);
      putRow(target, to + target.time, b0, b1, isFirst);
      putRow(target, to + 2 * target.time, c0, c1, isFirst);
    }
    for (; j <= last; j++, to += target.time, power += step) {
      let a0 = f64x2.splat(0);
      let a1 = a0;
      let p = power;
      for (let n: usize = 0; n < stop; n += row, p += 8) {
        const x = v128.load_splat<f64>(p);
        a0 = madd(x, v128.load(from + n), a0);
        a1 = madd(x, v128.load(from + n, 16), a1);
      }
      putRow(target, to, a0, a1, isFirst);
    }
  }
}
