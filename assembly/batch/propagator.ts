/**
 * Outputs that are equally far apart, by powers of one propagator; others by one propagator an interval.
 */
import { Batch, spanOf } from "./batch";
import { Block } from "./block";
import { CONSERVED_BYTES, ConservedSum, findConservedSum, roundingIn } from "./conserved";
import { applyDense, exponential, exponentialProducts, EXPONENTIAL_MATRICES, matrixRows } from "./dense";
import { writeFunctionals } from "./observe";
import { integerAt, ROW } from "./rows";

/** Bytes of scratch for `propagate`. */
export function propagatorBytes(n: i32): usize {
  return <usize>matrixRows(n) * ROW * <usize>(EXPONENTIAL_MATRICES + 2) + <usize>n * ROW + CONSERVED_BYTES;
}

/** Multiply-adds of `propagate`, a system. @param intervals that differ */
export function propagatorCost(b: Batch, k: Block, intervals: f64): f64 {
  const n = <f64>k.n;
  const longest = b.interval > 0 ? b.interval : spanOf(b);
  return intervals * exponentialProducts(k.norm, longest) * n * n * n + <f64>b.timeCount * n * n;
}

/** Writes the functionals at all output times but the first, and leaves the state of the last one in x. */
export function propagate(b: Batch, k: Block, isFirst: bool, scratch: usize): void {
  const n = k.n;
  const bytes = <usize>matrixRows(n) * ROW;
  const generator = scratch;
  const propagator = generator + bytes;
  const work = propagator + bytes;
  let next = work + <usize>EXPONENTIAL_MATRICES * bytes;
  spread(k, generator);
  const conserved = findConservedSum(n, generator, k.populations, k.norm, spanOf(b), next + <usize>n * ROW);
  let interval: f64 = 0;
  let x = k.x;
  const target = b.target;
  let at = b.at;
  for (let j = 1; j < b.timeCount; j++) {
    const time = (<usize>j) << 3;
    const h = b.interval > 0 ? b.interval : load<f64>(b.times + time) - load<f64>(b.times + time - 8);
    if (h != interval) {
      exponential(n, generator, h, k.norm, conserved, propagator, work);
      if (conserved.isWatched) noteRounding(b, k, conserved);
      b.applications += exponentialProducts(k.norm, h) * <f64>n;
    }
    interval = h;
    applyDense(n, propagator, x, next);
    b.applications += 1;
    const before = x;
    x = next;
    next = before;
    at += target.time;
    writeFunctionals(k, b.functionals, x, target, at, isFirst);
  }
  if (x != k.x) memory.copy(k.x, x, <usize>n * ROW);
}

/** By how much rounding may have moved modes that do not decay: the most of all blocks and intervals. */
function noteRounding(b: Batch, k: Block, conserved: ConservedSum): void {
  for (let lane = 0; lane < b.target.lanes; lane++) {
    const at = b.rounding + ((<usize>integerAt(b.systems, lane)) << 3);
    store<f64>(at, Math.max(load<f64>(at), roundingIn(conserved, lane, k.norm)));
  }
}

/** The generator as a dense matrix. */
function spread(k: Block, out: usize): void {
  const stride = <usize>k.n * ROW;
  memory.fill(out, 0, <usize>k.n * stride);
  let value = k.generator;
  for (let i = 0; i < k.n; i++, out += stride) {
    for (let e = integerAt(k.rowPointers, i); e < integerAt(k.rowPointers, i + 1); e++, value += ROW) {
      memory.copy(out + <usize>integerAt(k.columns, e) * ROW, value, ROW);
    }
  }
}
