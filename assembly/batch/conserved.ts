/**
 * What the generators of a group conserve, as linalg/conserved.ts has it for one: here the sum of the populations of a block, its first coordinates. And which
 * systems have other modes that do not decay, which rounding moves.
 */
import { madd } from "../complex/simd";
import { BATCH_LANES } from "../constants";
import { MODE_ROUNDING, roundingOf } from "../linalg/conserved";
import { ROW } from "./rows";


@unmanaged
export class ConservedSum {
  populations: i32;
  /** A row of -1 where the sum does not change, to rounding, and of 0 where it does. */
  mask: usize;
  /** A row: how many other modes there are. */
  modes: usize;
  /** What these had left when they were last watched, as a sum of exponentials, 0 where it may be rounding; and when that was. */
  surviving: usize;
  watched: f64;
  /** How long the run is, and whether what rounding may move in that time is worth watching. */
  span: f64;
  isWatched: bool;
}

/** Rounding of which nobody would say a word. */
const SMALL: f64 = 1e-12;

/** Bytes that `findConservedSum` writes. */
export const CONSERVED_BYTES: usize = 64 + 3 * ROW;

/** @param a the generator, n x n rows @param norm of it @param span of the run @param out CONSERVED_BYTES */
export function findConservedSum(n: i32, a: usize, populations: i32, norm: f64, span: f64, out: usize): ConservedSum {
  const c = changetype<ConservedSum>(out);
  c.populations = populations;
  c.mask = out + 64;
  c.modes = c.mask + ROW;
  c.surviving = c.modes + ROW;
  c.watched = 0;
  c.span = span;
  c.isWatched = f64.EPSILON * norm * span > SMALL;
  const stride = <usize>n * ROW;
  const most = f64x2.splat(<f64>n * f64.EPSILON * norm);
  const end = a + <usize>populations * stride;
  v128.store(c.mask, f64x2.splat(-1));
  v128.store(c.mask, f64x2.splat(-1), 16);
  for (let column: usize = 0; column < stride; column += 16) {
    let sum = f64x2.splat(0);
    for (let p = a + column; p < end; p += stride) sum = f64x2.add(sum, v128.load(p));
    const at = c.mask + (column & 16);
    v128.store(at, v128.and(v128.load(at), f64x2.le(f64x2.abs(sum), most)));
  }
  if (c.isWatched) {
    for (let half: usize = 0; half < ROW; half += 16) countModes(c, n, a, half);
  }
  return c;
}

/** Coordinates that change or change others, less the sum. @param half 0 or 16: which systems of the group */
function countModes(c: ConservedSum, n: i32, a: usize, half: usize): void {
  const stride = <usize>n * ROW;
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  let count = zero;
  let changing = zero;
  for (let i = 0; i < n; i++) {
    let row = a + <usize>i * stride + half;
    let column = a + <usize>i * ROW + half;
    let some = zero;
    for (let j = 0; j < n; j++, row += ROW, column += stride) {
      some = v128.or(some, v128.or(f64x2.ne(v128.load(row), zero), f64x2.ne(v128.load(column), zero)));
    }
    count = f64x2.add(count, v128.and(some, one));
    if (i < c.populations) changing = v128.or(changing, some);
  }
  const sum = v128.and(v128.and(changing, one), f64x2.ne(v128.load(c.mask + half), zero));
  v128.store(c.modes + half, f64x2.sub(count, sum));
  v128.store(c.surviving + half, zero);
}

/** Makes the sum vanish in each column of exp(tL) - 1. */
export function restoreSums(n: i32, e: usize, c: ConservedSum): void {
  const stride = <usize>n * ROW;
  const end = e + <usize>c.populations * stride;
  const least = f64x2.splat(f64.MIN_NORMAL_VALUE);
  for (let column: usize = 0; column < stride; column += 16) {
    let sum = f64x2.splat(0);
    let size = sum;
    for (let p = e + column; p < end; p += stride) {
      const x = v128.load(p);
      sum = f64x2.add(sum, x);
      size = f64x2.add(size, f64x2.abs(x));
    }
    const share = f64x2.mul(v128.load(c.mask + (column & 16)), f64x2.div(sum, f64x2.max(size, least)));
    for (let p = e + column; p < end; p += stride) {
      const x = v128.load(p);
      v128.store(p, madd(share, f64x2.abs(x), x));
    }
  }
}

/** Notes what modes have left, as linalg/conserved.ts does. @param e exp(tL) - 1 @param halfway whether what was noted last is of t/2 */
export function watchModes(n: i32, e: usize, t: f64, c: ConservedSum, halfway: bool): void {
  if (!c.isWatched) return;
  c.watched = t;
  const least = f64x2.splat(<f64>n * MODE_ROUNDING);
  for (let half: usize = 0; half < ROW; half += 16) {
    const modes = v128.load(c.modes + half);
    let sum = modes;
    let p = e + half;
    for (let i = 0; i < n; i++, p += <usize>(n + 1) * ROW) sum = f64x2.add(sum, v128.load(p));
    sum = f64x2.abs(sum);
    sum = v128.and(sum, f64x2.gt(sum, least));
    if (halfway) {
      const before = v128.load(c.surviving + half);
      sum = f64x2.max(sum, f64x2.div(f64x2.mul(before, before), f64x2.max(modes, f64x2.splat(1))));
    }
    v128.store(c.surviving + half, sum);
  }
}

/** By how much rounding may move what is left of system `lane` at the end. */
export function roundingIn(c: ConservedSum, lane: i32, norm: f64): f64 {
  assert(lane < BATCH_LANES, "roundingIn: no such system");
  return roundingOf(norm, load<f64>(c.surviving + ((<usize>lane) << 3)), c.watched, c.span);
}
