/**
 * Complex matrix product from three real ones (3M; Higham, Accuracy and Stability of Numerical Algorithms, section 23.2.4):
 *   T1 = Re A Re B,  T2 = Im A Im B,  T3 = (Re A + Im A)(Re B + Im B),
 *   Re C = T1 - T2,  Im C = T3 - T1 - T2.
 * A quarter fewer operations than four real products, at twice the error bound in norm; a part of C much smaller than the
 * other is not accurate relative to itself. The register block is 2 rows x 8 columns: eight accumulators, four loads of B and
 * two of A an iteration fit the sixteen registers on every engine. Both factors are packed, their sums formed on the way.
 */
import { paddedColumns, paddedRows, planeBytes, rowStride } from "./layout";
import { madd } from "./simd";

/** Inner dimension at a time: a panel of B (8 columns, one of the three matrices) takes 16 KiB, half the first-level cache. */
const DEPTH: i32 = 256;
/** Rows of A at a time: with its sums 576 KiB, which stays in the second-level cache while the panels of B pass. */
const HEIGHT: i32 = 96;
/** Columns of B at a time: with its sums 3 MiB of the third-level cache. */
const WIDTH: i32 = 512;

/** Columns in whole register blocks of eight: those that this file computes. */
export function wideColumns(d: i32): i32 {
  return paddedColumns(d) & ~7;
}

/** Bytes of the packed block of A; that of B follows. */
function packedBytesA(d: i32): usize {
  return <usize>min(DEPTH, d) * <usize>min(HEIGHT, paddedRows(d)) * 24;
}

/** Bytes of scratch for the packed blocks of both factors. */
export function scratchBytes3M(d: i32): usize {
  return packedBytesA(d) + <usize>min(DEPTH, d) * <usize>min(WIDTH, wideColumns(d)) * 24;
}

/** C += A·B in the first `wideColumns`. */
export function accumulate3M(d: i32, a: usize, b: usize, c: usize, scratch: usize): void {
  const rows = paddedRows(d);
  const columns = wideColumns(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const packedB = scratch + packedBytesA(d);
  for (let j0 = 0; j0 < columns; j0 += WIDTH) {
    const width = min(WIDTH, columns - j0);
    for (let k0 = 0; k0 < d; k0 += DEPTH) {
      const depth = min(DEPTH, d - k0);
      assert(
        packedB + <usize>depth * <usize>width * 24 <= scratch + scratchBytes3M(d),
        "accumulate3M: the packed block of B does not fit its scratch",
      );
      packB(b + <usize>k0 * stride + ((<usize>j0) << 3), stride, plane, depth, width, packedB);
      for (let i0 = 0; i0 < rows; i0 += HEIGHT) {
        const height = min(HEIGHT, rows - i0);
        assert(
          <usize>depth * <usize>height * 24 <= packedBytesA(d),
          "accumulate3M: the packed block of A does not fit its scratch",
        );
        packA(a + <usize>i0 * stride + ((<usize>k0) << 3), stride, plane, depth, height, scratch);
        blocks(c + <usize>i0 * stride + ((<usize>j0) << 3), stride, plane, depth, height, width, scratch, packedB);
      }
    }
  }
}

/** All register blocks of a packed block of A against one of B. */
function blocks(
  c: usize,
  stride: usize,
  plane: usize,
  depth: i32,
  height: i32,
  width: i32,
  packedA: usize,
  packedB: usize,
): void {
  const panelA = (<usize>depth) << 4;
  const panelB = (<usize>depth) << 6;
  const partA = <usize>(height >> 1) * panelA;
  const partB = <usize>(width >> 3) * panelB;
  for (let j = 0; j < width; j += 8) {
    const columnB = packedB + <usize>(j >> 3) * panelB;
    const columnC = c + ((<usize>j) << 3);
    // One of the three panels of B stays in the first-level cache while all rows of A pass.
    for (let part = 0; part < 3; part++) {
      let rowA = packedA + <usize>part * partA;
      let tile = columnC;
      for (let i = 0; i < height; i += 2) {
        block(rowA, columnB + <usize>part * partB, panelB, tile, stride, plane, part);
        rowA += panelA;
        tile += stride << 1;
      }
    }
  }
}

/** One real product of 2 rows and 8 columns, added to Re C and Im C with the signs of its part. */
function block(a: usize, b: usize, length: usize, c: usize, stride: usize, plane: usize, part: i32): void {
  let u0 = f64x2.splat(0);
  let u1 = u0;
  let u2 = u0;
  let u3 = u0;
  let l0 = u0;
  let l1 = u0;
  let l2 = u0;
  let l3 = u0;
  const stop = b + length;
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    const x = v128.load_splat<f64>(a);
    const y = v128.load_splat<f64>(a, 8);
    u0 = madd(x, b0, u0);
    u1 = madd(x, b1, u1);
    u2 = madd(x, b2, u2);
    u3 = madd(x, b3, u3);
    l0 = madd(y, b0, l0);
    l1 = madd(y, b1, l1);
    l2 = madd(y, b2, l2);
    l3 = madd(y, b3, l3);
    a += 16;
    b += 64;
  } while (b != stop);
  const lower = c + stride;
  if (part == 2) {
    addRow(c + plane, u0, u1, u2, u3);
    addRow(lower + plane, l0, l1, l2, l3);
    return;
  }
  subtractRow(c + plane, u0, u1, u2, u3);
  subtractRow(lower + plane, l0, l1, l2, l3);
  if (part == 0) {
    addRow(c, u0, u1, u2, u3);
    addRow(lower, l0, l1, l2, l3);
  } else {
    subtractRow(c, u0, u1, u2, u3);
    subtractRow(lower, l0, l1, l2, l3);
  }
}

// @ts-ignore: decorator
@inline
function addRow(c: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  v128.store(c, f64x2.add(v128.load(c), v0));
  v128.store(c, f64x2.add(v128.load(c, 16), v1), 16);
  v128.store(c, f64x2.add(v128.load(c, 32), v2), 32);
  v128.store(c, f64x2.add(v128.load(c, 48), v3), 48);
}

// @ts-ignore: decorator
@inline
function subtractRow(c: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  v128.store(c, f64x2.sub(v128.load(c), v0));
  v128.store(c, f64x2.sub(v128.load(c, 16), v1), 16);
  v128.store(c, f64x2.sub(v128.load(c, 32), v2), 32);
  v128.store(c, f64x2.sub(v128.load(c, 48), v3), 48);
}

/** Re B, Im B and their sum, each in panels of 8 columns, row after row. */
function packB(b: usize, stride: usize, plane: usize, depth: i32, width: i32, out: usize): void {
  const part = <usize>depth * <usize>width * 8;
  for (let j = 0; j < width; j += 8) {
    let p = b + ((<usize>j) << 3);
    for (let k = 0; k < depth; k++) {
      for (let v: usize = 0; v < 64; v += 16) {
        const re = v128.load(p + v);
        const im = v128.load(p + plane + v);
        v128.store(out + v, re);
        v128.store(out + part + v, im);
        v128.store(out + part * 2 + v, f64x2.add(re, im));
      }
      p += stride;
      out += 64;
    }
  }
}

/** Re A, Im A and their sum, each in panels of 2 rows, column after column. */
function packA(a: usize, stride: usize, plane: usize, depth: i32, height: i32, out: usize): void {
  const part = <usize>depth * <usize>height * 8;
  for (let i = 0; i < height; i += 2) {
    let p = a + <usize>i * stride;
    for (let k = 0; k < depth; k++) {
      const re = v128.load64_lane(p + stride, v128.load64_zero(p), 1);
      const im = v128.load64_lane(p + stride + plane, v128.load64_zero(p + plane), 1);
      v128.store(out, re);
      v128.store(out + part, im);
      v128.store(out + part * 2, f64x2.add(re, im));
      p += 8;
      out += 16;
    }
  }
}
