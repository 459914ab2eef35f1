/**
 * Products with a left factor that is real, or i times a real matrix: two real products instead of three or four. The register
 * block is 2 rows x 4 columns of both planes: eight accumulators and six loads an iteration. B is read in place while its rows
 * are close enough, and packed beyond.
 */
import { paddedColumns, paddedRows, planeBytes, rowStride } from "./layout";
import { madd } from "./simd";
import { addUpperHalf, put4, TILE_BYTES } from "./tile";

/** From this dimension on B is packed. */
const PACKED: i32 = 200;
/** Inner dimension at a time: a packed panel of B (4 columns, both planes) takes 16 KiB, half the first-level cache. */
const DEPTH: i32 = 256;
/** Columns of B at a time: 2 MiB of the third-level cache. */
const WIDTH: i32 = 512;

/** Bytes of scratch: a register block, and the packed block of B. */
export function scratchBytesReal(d: i32): usize {
  if (d < PACKED) return TILE_BYTES;
  return TILE_BYTES + <usize>min(DEPTH, d) * <usize>min(WIDTH, paddedColumns(d)) * 16;
}

/**
 * C = A·B, or C += A·B when `accumulate`, for a real A of which only the first plane is read; i·A·B when `imaginary`. C must not
 * overlap A or B.
 */
export function multiplyReal(
  d: i32,
  a: usize,
  b: usize,
  c: usize,
  scratch: usize,
  accumulate: bool,
  imaginary: bool,
): void {
  product(d, a, b, c, scratch, accumulate, imaginary, false);
}

/** C += the upper half (tile.ts) of that product, which must be Hermitian. */
export function addUpperReal(d: i32, a: usize, b: usize, c: usize, scratch: usize, imaginary: bool): void {
  product(d, a, b, c, scratch, true, imaginary, true);
}

// @ts-ignore: decorator
@inline
function product(
  d: i32,
  a: usize,
  b: usize,
  c: usize,
  scratch: usize,
  accumulate: bool,
  imaginary: bool,
  upper: bool,
): void {
  assert(a != c && b != c, "multiplyReal: the result overlaps a factor");
  assert(((a | b | c | scratch) & 63) == 0, "multiplyReal: operands are not aligned");
  const inPlace = d < PACKED;
  const columns = paddedColumns(d);
  const rows = paddedRows(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const packed = scratch + TILE_BYTES;
  const maxDepth = inPlace ? d : DEPTH;
  const maxWidth = inPlace ? columns : WIDTH;
  for (let j0 = 0; j0 < columns; j0 += maxWidth) {
    const j1 = min(columns, j0 + maxWidth);
    for (let k0 = 0; k0 < d; k0 += maxDepth) {
      const depth = min(maxDepth, d - k0);
      const from = b + <usize>k0 * stride + ((<usize>j0) << 3);
      if (!inPlace) packB(from, stride, plane, depth, j1 - j0, packed);
      const step = inPlace ? stride : 64;
      const length = (<usize>depth) << 3;
      const keep = accumulate || k0 > 0;
      for (let j = j0; j < j1; j += 4) {
        const re = inPlace ? from + ((<usize>(j - j0)) << 3) : packed + <usize>(j - j0) * (length << 1);
        const im = re + (inPlace ? plane : 32);
        const bottom = upper ? min(rows, j + 4) : rows;
        for (let i = 0; i < bottom; i += 2) {
          const row = <usize>i * stride;
          const to = c + row + ((<usize>j) << 3);
          const whole = !upper || i < j;
          block(
            a + row + ((<usize>k0) << 3),
            imaginary ? im : re,
            imaginary ? re : im,
            stride,
            step,
            length,
            whole ? to : scratch,
            whole ? stride : 32,
            whole ? plane : 64,
            whole && keep,
            imaginary,
          );
          if (!whole) addUpperHalf(scratch, 64, to, stride, plane, i - j, 4);
        }
      }
    }
  }
}

/**
 * 2 rows and 4 columns of C: A times `b` (negative when `negative`) to its real part, times `e` to its imaginary part. Inlined: V8
 * unrolls a loop the more, the deeper it lies.
 */
// @ts-ignore: decorator
@inline
function block(
  a: usize,
  b: usize,
  e: usize,
  stride: usize,
  step: usize,
  length: usize,
  c: usize,
  strideC: usize,
  planeC: usize,
  keep: bool,
  negative: bool,
): void {
  let r0 = f64x2.splat(0);
  let r1 = r0;
  let i0 = r0;
  let i1 = r0;
  let s0 = r0;
  let s1 = r0;
  let j0 = r0;
  let j1 = r0;
  let p = a;
  let q = a + stride;
  const stop = p + length;
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const e0 = v128.load(e);
    const e1 = v128.load(e, 16);
    const x = v128.load_splat<f64>(p);
    const y = v128.load_splat<f64>(q);
    r0 = madd(x, b0, r0);
    r1 = madd(x, b1, r1);
    i0 = madd(x, e0, i0);
    i1 = madd(x, e1, i1);
    s0 = madd(y, b0, s0);
    s1 = madd(y, b1, s1);
    j0 = madd(y, e0, j0);
    j1 = madd(y, e1, j1);
    p += 8;
    q += 8;
    b += step;
    e += step;
  } while (p != stop);
  if (negative) {
    r0 = f64x2.neg(r0);
    r1 = f64x2.neg(r1);
    s0 = f64x2.neg(s0);
    s1 = f64x2.neg(s1);
  }
  put4(c, r0, r1, keep);
  put4(c + planeC, i0, i1, keep);
  put4(c + strideC, s0, s1, keep);
  put4(c + planeC + strideC, j0, j1, keep);
}

/** Panels of four columns, row after row: four real parts, four imaginary parts. */
function packB(b: usize, stride: usize, plane: usize, depth: i32, width: i32, out: usize): void {
  for (let j = 0; j < width; j += 4) {
    let p = b + ((<usize>j) << 3);
    const stop = out + ((<usize>depth) << 6);
    do {
      v128.store(out, v128.load(p));
      v128.store(out, v128.load(p, 16), 16);
      v128.store(out, v128.load(p + plane), 32);
      v128.store(out, v128.load(p + plane, 16), 48);
      p += stride;
      out += 64;
    } while (out != stop);
  }
}
