/**
 * The product from three real ones (gemm3m.ts) of matrices whose rows are too far apart to be read in place: both factors are
 * packed, their sums formed on the way. Loop structure after Goto and van de Geijn, ACM TOMS 34 (2008) 12.
 */
import { paddedRows, planeBytes, rowStride, wideColumns } from "./layout";
import { madd } from "./simd";
import { addUpperHalf, put4, put8, TILE_BYTES } from "./tile";

/** Inner dimension at a time: a panel of B (8 columns, one of the three matrices) takes 16 KiB, half the first-level cache. */
const DEPTH: i32 = 256;
/** Rows of A at a time: with its sums 576 KiB, which stays in the second-level cache while the panels of B pass. */
const HEIGHT: i32 = 96;
/** Columns of B at a time: with its sums 3 MiB of the third-level cache. */
const WIDTH: i32 = 512;

/** Bytes of the packed block of A; that of B follows. */
function packedBytesA(d: i32): usize {
  return <usize>min(DEPTH, d) * <usize>min(HEIGHT, paddedRows(d)) * 24;
}

/** Bytes of scratch for a register block and the packed blocks of both factors. */
export function scratchBytesPacked(d: i32): usize {
  return TILE_BYTES + packedBytesA(d) + <usize>min(DEPTH, d) * <usize>min(WIDTH, wideColumns(d)) * 24;
}

/** C += A·B in the first `wideColumns`; only the upper half (tile.ts) when `upper`. */
export function addPacked3M(d: i32, a: usize, b: usize, c: usize, scratch: usize, upper: bool): void {
  const rows = paddedRows(d);
  const columns = wideColumns(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const packedA = scratch + TILE_BYTES;
  const packedB = packedA + packedBytesA(d);
  for (let j0 = 0; j0 < columns; j0 += WIDTH) {
    const width = min(WIDTH, columns - j0);
    const bottom = upper ? min(rows, j0 + width) : rows;
    for (let k0 = 0; k0 < d; k0 += DEPTH) {
      const depth = min(DEPTH, d - k0);
      assert(
        packedB + <usize>depth * <usize>width * 24 <= scratch + scratchBytesPacked(d),
        "addPacked3M: the packed block of B does not fit its scratch",
      );
      packB(b + <usize>k0 * stride + ((<usize>j0) << 3), stride, plane, depth, width, packedB);
      for (let i0 = 0; i0 < bottom; i0 += HEIGHT) {
        const height = min(HEIGHT, bottom - i0);
        assert(
          <usize>depth * <usize>height * 24 <= packedBytesA(d),
          "addPacked3M: the packed block of A does not fit its scratch",
        );
        packA(a + <usize>i0 * stride + ((<usize>k0) << 3), stride, plane, depth, height, packedA);
        const to = c + <usize>i0 * stride + ((<usize>j0) << 3);
        blocks(to, stride, plane, depth, height, width, packedA, packedB, upper ? j0 - i0 : i32.MAX_VALUE, scratch);
      }
    }
  }
}

/**
 * All register blocks of a packed block of A against one of B; where the first column of B lies `ahead` of the first row of A,
 * those below the diagonal are left out.
 */
function blocks(
  c: usize,
  stride: usize,
  plane: usize,
  depth: i32,
  height: i32,
  width: i32,
  packedA: usize,
  packedB: usize,
  ahead: i32,
  tile: usize,
): void {
  const panelA = (<usize>depth) << 4;
  const panelB = (<usize>depth) << 6;
  const partA = <usize>(height >> 1) * panelA;
  const partB = <usize>(width >> 3) * panelB;
  const upper = ahead != i32.MAX_VALUE;
  for (let j = 0; j < width; j += 8) {
    const columnB = packedB + <usize>(j >> 3) * panelB;
    const column = c + ((<usize>j) << 3);
    const diagonal = upper ? j + ahead : height;
    const bottom = min(height, diagonal + 8);
    // One of the three panels of B stays in the first-level cache while all rows of A pass.
    for (let part = 0; part < 3; part++) {
      let rowA = packedA + <usize>part * partA;
      let to = column;
      for (let i = 0; i < bottom; i += 2) {
        const whole = i < diagonal;
        if (!whole) memory.fill(tile, 0, TILE_BYTES);
        block(
          rowA,
          columnB + <usize>part * partB,
          panelB,
          whole ? to : tile,
          whole ? stride : 64,
          whole ? plane : 128,
          part,
        );
        if (!whole) addUpperHalf(tile, to, stride, plane, i - diagonal, 8);
        rowA += panelA;
        to += stride << 1;
      }
    }
  }
}

/**
 * One real product of 2 rows and 8 columns, added to Re C and Im C with the signs of its part. Inlined: V8 unrolls a loop the
 * more, the deeper it lies.
 */
// @ts-ignore: decorator
@inline
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
    put8(c + plane, u0, u1, u2, u3, true);
    put8(lower + plane, l0, l1, l2, l3, true);
    return;
  }
  subtractRow(c + plane, u0, u1, u2, u3);
  subtractRow(lower + plane, l0, l1, l2, l3);
  if (part == 0) {
    put8(c, u0, u1, u2, u3, true);
    put8(lower, l0, l1, l2, l3, true);
  } else {
    subtractRow(c, u0, u1, u2, u3);
    subtractRow(lower, l0, l1, l2, l3);
  }
}

// @ts-ignore: decorator
@inline
function subtractRow(c: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  put4(c, f64x2.neg(v0), f64x2.neg(v1), true);
  put4(c + 32, f64x2.neg(v2), f64x2.neg(v3), true);
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
