/**
 * Complex matrix product. Large matrices go through three real products (gemm3m.ts); small ones, and the last four columns
 * where their number is not a multiple of eight, through the kernel below: a register block of 2 rows x 4 columns in two passes
 * over k (first Re B, then Im B), so that the eight accumulators and the six loads of an iteration fit the sixteen registers.
 * Engines that hoist all loads to the top of a loop would otherwise spill. B is packed into panels of four columns, A is read in
 * place. Loop structure after Goto and van de Geijn, ACM TOMS 34 (2008) 12.
 */
import { accumulate3M, scratchBytes3M, wideColumns } from "./gemm3m";
import { paddedColumns, paddedRows, planeBytes, rowStride } from "./layout";
import { madd, nmadd } from "./simd";

/** Inner dimension worked on at a time: a packed panel of B (4 columns, both planes) takes 16 KiB, half the first-level cache. */
const DEPTH: i32 = 256;
/** From this dimension on three real products win over four: packing both factors has paid off. */
const THREE_PRODUCTS: i32 = 48;

/** Bytes of scratch that `multiply` needs to pack into. */
export function scratchBytes(d: i32): usize {
  const panel = <usize>min(DEPTH, d) * 64;
  return d < THREE_PRODUCTS ? panel : max(panel, scratchBytes3M(d));
}

/** C = A·B, or C += A·B when `accumulate`. All three d x d, planar; C must not overlap A or B. */
export function multiply(d: i32, a: usize, b: usize, c: usize, scratch: usize, accumulate: bool): void {
  assert(a != c && b != c, "multiply: the result overlaps a factor");
  assert(((a | b | c | scratch) & 63) == 0, "multiply: operands are not aligned");
  const columns = paddedColumns(d);
  const wide = d < THREE_PRODUCTS ? 0 : wideColumns(d);
  if (wide > 0) {
    if (!accumulate) memory.fill(c, 0, planeBytes(d) << 1);
    accumulate3M(d, a, b, c, scratch);
  }
  const rows = paddedRows(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  for (let start = 0; start < d; start += DEPTH) {
    const depth = min(DEPTH, d - start);
    const keep = accumulate || start > 0;
    const inner = (<usize>start) << 3;
    for (let j = wide; j < columns; j += 4) {
      const shift = (<usize>j) << 3;
      pack(b + <usize>start * stride + shift, stride, plane, depth, scratch);
      for (let i = 0; i < rows; i += 2) {
        const row = <usize>i * stride;
        block(a + row + inner, c + row + shift, stride, plane, scratch, depth, keep);
      }
    }
  }
}

/** Four columns of B, `depth` rows: real parts one after another, then imaginary parts. */
function pack(b: usize, stride: usize, plane: usize, depth: i32, panel: usize): void {
  const im = panel + ((<usize>depth) << 5);
  for (let k = 0; k < depth; k++) {
    const to = (<usize>k) << 5;
    v128.store(panel + to, v128.load(b));
    v128.store(panel + to, v128.load(b, 16), 16);
    v128.store(im + to, v128.load(b + plane));
    v128.store(im + to, v128.load(b + plane, 16), 16);
    b += stride;
  }
}

function block(a: usize, c: usize, stride: usize, plane: usize, panel: usize, depth: i32, keep: bool): void {
  let re00 = f64x2.splat(0);
  let re01 = re00;
  let re10 = re00;
  let re11 = re00;
  let im00 = re00;
  let im01 = re00;
  let im10 = re00;
  let im11 = re00;
  const lower = a + stride;
  let p = a;
  let q = lower;
  let b = panel;
  let stop = panel + ((<usize>depth) << 5);
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const ar = v128.load_splat<f64>(p);
    const ai = v128.load_splat<f64>(p + plane);
    const dr = v128.load_splat<f64>(q);
    const di = v128.load_splat<f64>(q + plane);
    re00 = madd(ar, b0, re00);
    re01 = madd(ar, b1, re01);
    im00 = madd(ai, b0, im00);
    im01 = madd(ai, b1, im01);
    re10 = madd(dr, b0, re10);
    re11 = madd(dr, b1, re11);
    im10 = madd(di, b0, im10);
    im11 = madd(di, b1, im11);
    p += 8;
    q += 8;
    b += 32;
  } while (b != stop);
  p = a;
  q = lower;
  stop += (<usize>depth) << 5;
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const ar = v128.load_splat<f64>(p);
    const ai = v128.load_splat<f64>(p + plane);
    const dr = v128.load_splat<f64>(q);
    const di = v128.load_splat<f64>(q + plane);
    re00 = nmadd(ai, b0, re00);
    re01 = nmadd(ai, b1, re01);
    im00 = madd(ar, b0, im00);
    im01 = madd(ar, b1, im01);
    re10 = nmadd(di, b0, re10);
    re11 = nmadd(di, b1, re11);
    im10 = madd(dr, b0, im10);
    im11 = madd(dr, b1, im11);
    p += 8;
    q += 8;
    b += 32;
  } while (b != stop);
  put(c, re00, re01, keep);
  put(c + plane, im00, im01, keep);
  put(c + stride, re10, re11, keep);
  put(c + stride + plane, im10, im11, keep);
}

// @ts-ignore: decorator
@inline
function put(c: usize, v0: v128, v1: v128, keep: bool): void {
  if (keep) {
    v128.store(c, f64x2.add(v128.load(c), v0));
    v128.store(c, f64x2.add(v128.load(c, 16), v1), 16);
  } else {
    v128.store(c, v0);
    v128.store(c, v1, 16);
  }
}
