/**
 * Complex matrix product from three real ones (3M; Higham, Accuracy and Stability of Numerical Algorithms, section 23.2.4):
 *   T1 = Re A Re B,  T2 = Im A Im B,  T3 = (Re A + Im A)(Re B + Im B),
 *   Re C = T1 - T2,  Im C = T3 - T1 - T2,
 * in the first `wideColumns`, with both factors read in place. A quarter fewer operations than four real products, at twice the
 * error bound in norm; a part of C much smaller than the other is not accurate relative to itself. The register block is 2 rows
 * x 8 columns: eight accumulators, four loads of B and two of A an iteration fit the sixteen registers on every engine.
 */
import { paddedRows, planeBytes, rowStride, wideColumns } from "./layout";
import { madd, nmadd } from "./simd";
import { addUpperHalf, put4, put8, TILE_BYTES } from "./tile";

/** Bytes of scratch: a register block, the sums of A and the sums of B. */
export function scratchBytes3M(d: i32): usize {
  return TILE_BYTES + 2 * planeBytes(d);
}

/** C = A·B, or C += A·B when `keep`; only the upper half (tile.ts), added, when `upper`. */
export function product3M(d: i32, a: usize, b: usize, c: usize, scratch: usize, keep: bool, upper: bool): void {
  const rows = paddedRows(d);
  const columns = wideColumns(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const length = (<usize>d) << 3;
  const sumA = scratch + TILE_BYTES;
  const sumB = sumA + plane;
  sums(a, plane, sumA);
  sums(b, plane, sumB);
  for (let j = 0; j < columns; j += 8) {
    const column = (<usize>j) << 3;
    const bottom = upper ? min(rows, j + 8) : rows;
    for (let i = 0; i < bottom; i += 2) {
      const row = <usize>i * stride;
      const to = c + row + column;
      const whole = !upper || i < j;
      block(
        a + row,
        sumA + row,
        b + column,
        sumB + column,
        stride,
        plane,
        length,
        scratch,
        whole ? to : scratch,
        whole ? stride : 64,
        whole ? plane : 128,
        whole && keep,
      );
      if (!whole) addUpperHalf(scratch, 128, to, stride, plane, i - j, 8);
    }
  }
}

/** Re + Im of a whole plane. */
function sums(x: usize, plane: usize, out: usize): void {
  const end = x + plane;
  do {
    v128.store(out, f64x2.add(v128.load(x), v128.load(x + plane)));
    v128.store(out, f64x2.add(v128.load(x, 16), v128.load(x + plane, 16)), 16);
    x += 32;
    out += 32;
  } while (x != end);
}

/**
 * 2 rows and 8 columns of C. The accumulators go through all three products without being cleared: they hold -T1, which `tile`
 * keeps, then -T1 - T2, then T3 - T1 - T2. Inlined: V8 unrolls a loop the more, the deeper it lies.
 */
// @ts-ignore: decorator
@inline
function block(
  a: usize,
  sumA: usize,
  b: usize,
  sumB: usize,
  stride: usize,
  plane: usize,
  length: usize,
  tile: usize,
  c: usize,
  strideC: usize,
  planeC: usize,
  keep: bool,
): void {
  let u0 = f64x2.splat(0);
  let u1 = u0;
  let u2 = u0;
  let u3 = u0;
  let l0 = u0;
  let l1 = u0;
  let l2 = u0;
  let l3 = u0;
  let p = a;
  let q = p + stride;
  let e = b;
  let stop = p + length;
  do {
    const b0 = v128.load(e);
    const b1 = v128.load(e, 16);
    const b2 = v128.load(e, 32);
    const b3 = v128.load(e, 48);
    const x = v128.load_splat<f64>(p);
    const y = v128.load_splat<f64>(q);
    u0 = nmadd(x, b0, u0);
    u1 = nmadd(x, b1, u1);
    u2 = nmadd(x, b2, u2);
    u3 = nmadd(x, b3, u3);
    l0 = nmadd(y, b0, l0);
    l1 = nmadd(y, b1, l1);
    l2 = nmadd(y, b2, l2);
    l3 = nmadd(y, b3, l3);
    p += 8;
    q += 8;
    e += stride;
  } while (p != stop);
  put8(tile, u0, u1, u2, u3, false);
  put8(tile + 64, l0, l1, l2, l3, false);
  p = a + plane;
  q = p + stride;
  e = b + plane;
  stop = p + length;
  do {
    const b0 = v128.load(e);
    const b1 = v128.load(e, 16);
    const b2 = v128.load(e, 32);
    const b3 = v128.load(e, 48);
    const x = v128.load_splat<f64>(p);
    const y = v128.load_splat<f64>(q);
    u0 = nmadd(x, b0, u0);
    u1 = nmadd(x, b1, u1);
    u2 = nmadd(x, b2, u2);
    u3 = nmadd(x, b3, u3);
    l0 = nmadd(y, b0, l0);
    l1 = nmadd(y, b1, l1);
    l2 = nmadd(y, b2, l2);
    l3 = nmadd(y, b3, l3);
    p += 8;
    q += 8;
    e += stride;
  } while (p != stop);
  putDifference(c, tile, u0, u1, keep);
  putDifference(c + 32, tile + 32, u2, u3, keep);
  putDifference(c + strideC, tile + 64, l0, l1, keep);
  putDifference(c + strideC + 32, tile + 96, l2, l3, keep);
  p = sumA;
  q = p + stride;
  e = sumB;
  stop = p + length;
  do {
    const b0 = v128.load(e);
    const b1 = v128.load(e, 16);
    const b2 = v128.load(e, 32);
    const b3 = v128.load(e, 48);
    const x = v128.load_splat<f64>(p);
    const y = v128.load_splat<f64>(q);
    u0 = madd(x, b0, u0);
    u1 = madd(x, b1, u1);
    u2 = madd(x, b2, u2);
    u3 = madd(x, b3, u3);
    l0 = madd(y, b0, l0);
    l1 = madd(y, b1, l1);
    l2 = madd(y, b2, l2);
    l3 = madd(y, b3, l3);
    p += 8;
    q += 8;
    e += stride;
  } while (p != stop);
  put8(c + planeC, u0, u1, u2, u3, keep);
  put8(c + planeC + strideC, l0, l1, l2, l3, keep);
}

/** T1 - T2 = (-T1 - T2) - 2(-T1), four doubles of it. */
// @ts-ignore: decorator
@inline
function putDifference(c: usize, tile: usize, v0: v128, v1: v128, keep: bool): void {
  const t0 = v128.load(tile);
  const t1 = v128.load(tile, 16);
  put4(c, f64x2.sub(v0, f64x2.add(t0, t0)), f64x2.sub(v1, f64x2.add(t1, t1)), keep);
}
