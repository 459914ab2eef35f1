/**
 * The product from three real ones (gemm3m.ts) of matrices whose rows are too far apart to be read in place: both factors are
 * packed, their sums formed on the way. Loop structure after Goto and van de Geijn, ACM TOMS 34 (2008) 12.
 */
import { paddedRows, planeBytes, rowStride, wideColumns } from "./layout";
import { madd } from "./simd";
import { addUpperHalf, put8, TILE_BYTES } from "./tile";

/** Inner dimension at a time: a panel of B (8 columns, one of the three matrices) takes 16 KiB, half the first-level cache. */
const DEPTH: i32 = 256;
/** Rows of A at a time: with its sums 576 KiB, which stays in the second-level cache while the panels of B pass. */
const HEIGHT: i32 = 96;
/** Columns of B at a time: with its sums 3 MiB of the third-level cache. */
const WIDTH: i32 = 512;

/**
 * Whether register blocks are twice as high. That is more than the sixteen registers hold, and half as fast, unless the engine makes
 * one 256-bit operation of two (V8's --experimental-wasm-revectorize): twice as fast then.
 */
let wideTiles = false;

/** To be called by a host that has seen, and timed, that its engine does so. */
export function useWideTiles(on: bool): void {
  wideTiles = on;
}

/** Whether they are in use. */
// @ts-ignore: decorator
@inline
export function hasWideTiles(): bool {
  return wideTiles;
}

/** Bytes of the packed block of A; that of B follows. */
function packedBytesA(d: i32): usize {
  return <usize>min(DEPTH, d) * <usize>min(HEIGHT, (d + 3) & ~3) * 24;
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
  const step = wideTiles ? 4 : 2;
  const panelA = (<usize>(depth * step)) << 3;
  const panelB = (<usize>depth) << 6;
  const partA = <usize>((height + step - 1) / step) * panelA;
  const partB = <usize>(width >> 3) * panelB;
  const upper = ahead != i32.MAX_VALUE;
  for (let j = 0; j < width; j += 8) {
    const columnB = packedB + <usize>(j >> 3) * panelB;
    const column = c + ((<usize>j) << 3);
    const diagonal = upper ? j + ahead : i32.MAX_VALUE;
    const bottom = upper ? min(height, diagonal + 8) : height;
    // One of the three panels of B stays in the first-level cache while all rows of A pass.
    for (let part = 0; part < 3; part++) {
      const b = columnB + <usize>part * partB;
      let a = packedA + <usize>part * partA;
      let to = column;
      for (let i = 0; i < bottom; i += step) {
        const whole = i + step <= min(height, diagonal);
        let target = to;
        let strideC = stride;
        let planeC = plane;
        if (!whole) {
          memory.fill(tile, 0, TILE_BYTES);
          target = tile;
          strideC = 64;
          planeC = 256;
        }
        if (step == 4) wideBlock(a, b, panelB, target, strideC, planeC, part);
        else block(a, b, panelB, target, strideC, planeC, part);
        if (!whole) {
          const rows = min(step, bottom - i);
          for (let r = 0; r < rows; r += 2) {
            const skip = upper ? i + r - diagonal : -1;
            addUpperHalf(tile + ((<usize>r) << 6), 256, to + <usize>r * stride, stride, plane, skip, 8);
          }
        }
        a += panelA;
        to += <usize>step * stride;
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

/**
 * The same for 4 rows. Written so that an engine can make one operation of two: loads and stores in pairs of neighbours, with
 * nothing between. A function of its own (exported, or it would be inlined): nothing else is to keep the engine from it.
 */
export function wideBlock(a: usize, b: usize, length: usize, c: usize, stride: usize, plane: usize, part: i32): void {
  let s00 = f64x2.splat(0);
  let s01 = s00;
  let s02 = s00;
  let s03 = s00;
  let s10 = s00;
  let s11 = s00;
  let s12 = s00;
  let s13 = s00;
  let s20 = s00;
  let s21 = s00;
  let s22 = s00;
  let s23 = s00;
  let s30 = s00;
  let s31 = s00;
  let s32 = s00;
  let s33 = s00;
  const stop = b + length;
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    const x0 = v128.load_splat<f64>(a);
    s00 = madd(x0, b0, s00);
    s01 = madd(x0, b1, s01);
    s02 = madd(x0, b2, s02);
    s03 = madd(x0, b3, s03);
    const x1 = v128.load_splat<f64>(a, 8);
    s10 = madd(x1, b0, s10);
    s11 = madd(x1, b1, s11);
    s12 = madd(x1, b2, s12);
    s13 = madd(x1, b3, s13);
    const x2 = v128.load_splat<f64>(a, 16);
    s20 = madd(x2, b0, s20);
    s21 = madd(x2, b1, s21);
    s22 = madd(x2, b2, s22);
    s23 = madd(x2, b3, s23);
    const x3 = v128.load_splat<f64>(a, 24);
    s30 = madd(x3, b0, s30);
    s31 = madd(x3, b1, s31);
    s32 = madd(x3, b2, s32);
    s33 = madd(x3, b3, s33);
    a += 32;
    b += 64;
  } while (b != stop);
  if (part == 2) {
    let im = c + plane;
    put8(im, s00, s01, s02, s03, true);
    im += stride;
    put8(im, s10, s11, s12, s13, true);
    im += stride;
    put8(im, s20, s21, s22, s23, true);
    im += stride;
    put8(im, s30, s31, s32, s33, true);
    return;
  }
  let im = c + plane;
  subtractRow(im, s00, s01, s02, s03);
  im += stride;
  subtractRow(im, s10, s11, s12, s13);
  im += stride;
  subtractRow(im, s20, s21, s22, s23);
  im += stride;
  subtractRow(im, s30, s31, s32, s33);
  if (part == 0) {
    put8(c, s00, s01, s02, s03, true);
    c += stride;
    put8(c, s10, s11, s12, s13, true);
    c += stride;
    put8(c, s20, s21, s22, s23, true);
    c += stride;
    put8(c, s30, s31, s32, s33, true);
  } else {
    subtractRow(c, s00, s01, s02, s03);
    c += stride;
    subtractRow(c, s10, s11, s12, s13);
    c += stride;
    subtractRow(c, s20, s21, s22, s23);
    c += stride;
    subtractRow(c, s30, s31, s32, s33);
  }
}

// @ts-ignore: decorator
@inline
function subtractRow(c: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  subtract4(c, v0, v1);
  subtract4(c + 32, v2, v3);
}

// @ts-ignore: decorator
@inline
function subtract4(c: usize, v0: v128, v1: v128): void {
  const c0 = v128.load(c);
  const c1 = v128.load(c, 16);
  const s0 = f64x2.sub(c0, v0);
  const s1 = f64x2.sub(c1, v1);
  v128.store(c, s0);
  v128.store(c, s1, 16);
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

/** Re A, Im A and their sum, each in panels of as many rows as a register block has, column after column. */
function packA(a: usize, stride: usize, plane: usize, depth: i32, height: i32, out: usize): void {
  const pairs = wideTiles ? 2 : 1;
  const step = (<usize>pairs) << 4;
  const panels = (height + 2 * pairs - 1) / (2 * pairs);
  const panel = <usize>depth * step;
  const part = <usize>panels * panel;
  for (let i = 0; i < panels * pairs; i++) {
    // A pair that is one too many, at the end of a panel, is given the rows before it: what comes of them is thrown away.
    let p = a + <usize>min(i << 1, height - 2) * stride;
    let to = out + <usize>(i / pairs) * panel + ((<usize>(i % pairs)) << 4);
    for (let k = 0; k < depth; k++) {
      const re = v128.load64_lane(p + stride, v128.load64_zero(p), 1);
      const im = v128.load64_lane(p + stride + plane, v128.load64_zero(p + plane), 1);
      v128.store(to, re);
      v128.store(to + part, im);
      v128.store(to + part * 2, f64x2.add(re, im));
      p += 8;
      to += step;
    }
  }
}
