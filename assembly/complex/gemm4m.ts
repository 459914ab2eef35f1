/**
 * Complex matrix product from four real ones, element-wise accurate, for small matrices and for the last four columns of large
 * ones. Both factors are read in place: a small matrix is through before it could have been packed. A register block goes over
 * k twice, first with Re B, then with Im B, so that eight accumulators and six loads an iteration fit the sixteen registers:
 * engines that hoist all loads to the top of a loop would otherwise spill. Blocks are inlined: V8 unrolls a loop the more, the
 * deeper it lies.
 */
import { paddedColumns, paddedRows, planeBytes, rowStride, wideColumns } from "./layout";
import { madd, nmadd } from "./simd";
import { addUpperHalf, put4, put8 } from "./tile";

/** C = A·B, or C += A·B when `keep`, from column `first` on. */
export function product4M(d: i32, first: i32, a: usize, b: usize, c: usize, keep: bool): void {
  const wide = wideColumns(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const length = (<usize>d) << 3;
  const bottom = a + <usize>d * stride;
  for (let j = first; j < wide; j += 8) {
    const column = (<usize>j) << 3;
    let row = a;
    let to = c + column;
    do {
      blockOfOneRow(row, b + column, to, stride, plane, length, keep);
      row += stride;
      to += stride;
    } while (row != bottom);
  }
  if (paddedColumns(d) == wide) return;
  const column = (<usize>wide) << 3;
  const rows = paddedRows(d);
  for (let i = 0; i < rows; i += 2) {
    const row = <usize>i * stride;
    blockOfTwoRows(a + row, b + column, c + row + column, stride, plane, length, stride, plane, keep);
  }
}

/** The upper half (tile.ts) of a Hermitian A·B, added to C, from column `first` on. */
export function addUpper4M(d: i32, first: i32, a: usize, b: usize, c: usize, scratch: usize): void {
  const columns = paddedColumns(d);
  const rows = paddedRows(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const length = (<usize>d) << 3;
  for (let j = first; j < columns; j += 4) {
    const column = (<usize>j) << 3;
    const bottom = min(rows, j + 4);
    for (let i = 0; i < bottom; i += 2) {
      const row = <usize>i * stride;
      const to = c + row + column;
      const whole = i < j;
      blockOfTwoRows(
        a + row,
        b + column,
        whole ? to : scratch,
        stride,
        plane,
        length,
        whole ? stride : 32,
        whole ? plane : 64,
        whole,
      );
      if (!whole) addUpperHalf(scratch, 64, to, stride, plane, i - j, 4);
    }
  }
}

/** 1 row and 8 columns of C: fewer pointers to move than two rows have. */
// @ts-ignore: decorator
@inline
function blockOfOneRow(a: usize, b: usize, c: usize, stride: usize, plane: usize, length: usize, keep: bool): void {
  let r0 = f64x2.splat(0);
  let r1 = r0;
  let r2 = r0;
  let r3 = r0;
  let i0 = r0;
  let i1 = r0;
  let i2 = r0;
  let i3 = r0;
  const stop = a + length;
  let p = a;
  let q = a + plane;
  let e = b;
  do {
    const b0 = v128.load(e);
    const b1 = v128.load(e, 16);
    const b2 = v128.load(e, 32);
    const b3 = v128.load(e, 48);
    const x = v128.load_splat<f64>(p);
    const y = v128.load_splat<f64>(q);
    r0 = madd(x, b0, r0);
    r1 = madd(x, b1, r1);
    r2 = madd(x, b2, r2);
    r3 = madd(x, b3, r3);
    i0 = madd(y, b0, i0);
    i1 = madd(y, b1, i1);
    i2 = madd(y, b2, i2);
    i3 = madd(y, b3, i3);
    p += 8;
    q += 8;
    e += stride;
  } while (p != stop);
  p = a;
  q = a + plane;
  e = b + plane;
  do {
    const b0 = v128.load(e);
    const b1 = v128.load(e, 16);
    const b2 = v128.load(e, 32);
    const b3 = v128.load(e, 48);
    const x = v128.load_splat<f64>(p);
    const y = v128.load_splat<f64>(q);
    r0 = nmadd(y, b0, r0);
    r1 = nmadd(y, b1, r1);
    r2 = nmadd(y, b2, r2);
    r3 = nmadd(y, b3, r3);
    i0 = madd(x, b0, i0);
    i1 = madd(x, b1, i1);
    i2 = madd(x, b2, i2);
    i3 = madd(x, b3, i3);
    p += 8;
    q += 8;
    e += stride;
  } while (p != stop);
  put8(c, r0, r1, r2, r3, keep);
  put8(c + plane, i0, i1, i2, i3, keep);
}

/** 2 rows and 4 columns of C, which may lie elsewhere: its rows `strideC` apart, its planes `planeC`. */
// @ts-ignore: decorator
@inline
function blockOfTwoRows(
  a: usize,
  b: usize,
  c: usize,
  stride: usize,
  plane: usize,
  length: usize,
  strideC: usize,
  planeC: usize,
  keep: bool,
): void {
  let r0 = f64x2.splat(0);
  let r1 = r0;
  let i0 = r0;
  let i1 = r0;
  let s0 = r0;
  let s1 = r0;
  let j0 = r0;
  let j1 = r0;
  const stop = a + length;
  const lower = a + stride;
  let p = a;
  let q = a + plane;
  let t = lower;
  let u = lower + plane;
  let e = b;
  do {
    const b0 = v128.load(e);
    const b1 = v128.load(e, 16);
    const x = v128.load_splat<f64>(p);
    const y = v128.load_splat<f64>(q);
    const v = v128.load_splat<f64>(t);
    const w = v128.load_splat<f64>(u);
    r0 = madd(x, b0, r0);
    r1 = madd(x, b1, r1);
    i0 = madd(y, b0, i0);
    i1 = madd(y, b1, i1);
    s0 = madd(v, b0, s0);
    s1 = madd(v, b1, s1);
    j0 = madd(w, b0, j0);
    j1 = madd(w, b1, j1);
    p += 8;
    q += 8;
    t += 8;
    u += 8;
    e += stride;
  } while (p != stop);
  p = a;
  q = a + plane;
  t = lower;
  u = lower + plane;
  e = b + plane;
  do {
    const b0 = v128.load(e);
    const b1 = v128.load(e, 16);
    const x = v128.load_splat<f64>(p);
    const y = v128.load_splat<f64>(q);
    const v = v128.load_splat<f64>(t);
    const w = v128.load_splat<f64>(u);
    r0 = nmadd(y, b0, r0);
    r1 = nmadd(y, b1, r1);
    i0 = madd(x, b0, i0);
    i1 = madd(x, b1, i1);
    s0 = nmadd(w, b0, s0);
    s1 = nmadd(w, b1, s1);
    j0 = madd(v, b0, j0);
    j1 = madd(v, b1, j1);
    p += 8;
    q += 8;
    t += 8;
    u += 8;
    e += stride;
  } while (p != stop);
  put4(c, r0, r1, keep);
  put4(c + planeC, i0, i1, keep);
  put4(c + strideC, s0, s1, keep);
  put4(c + planeC + strideC, j0, j1, keep);
}
