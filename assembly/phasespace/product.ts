/** Products of real matrices of any shape, in tiles of 4 x 4. */
import { madd } from "../complex/simd";

/**
 * C += A B. Rows and columns are multiples of four.
 * @param inner columns of A, rows of B
 * @param triangular whether A(r, k) is zero for r + k >= inner
 * @param aRow from A(r, k) to A(r + 1, k), in doubles; `aColumn` to A(r, k + 1)
 */
export function addProduct(
  rows: i32,
  columns: i32,
  inner: i32,
  triangular: bool,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bStride: i32,
  c: usize,
  cStride: i32,
): void {
  const rowBytes = (<usize>aRow) << 3;
  const columnBytes = (<usize>aColumn) << 3;
  const bBytes = (<usize>bStride) << 3;
  const cBytes = (<usize>cStride) << 3;
  for (let column = 0; column < columns; column += 4) {
    const bStart = b + ((<usize>column) << 3);
    for (let row = 0; row < rows; row += 4) {
      const count = triangular ? inner - row : inner;
      if (count <= 0) break;
      const a0 = a + <usize>row * rowBytes;
      tile(count, a0, rowBytes, columnBytes, bStart, bBytes, c + <usize>row * cBytes + ((<usize>column) << 3), cBytes);
    }
  }
}

// @ts-ignore: decorator
@inline
function tile(
  count: i32,
  a: usize,
  rowBytes: usize,
  columnBytes: usize,
  b: usize,
  bBytes: usize,
  c: usize,
  cBytes: usize,
): void {
  let a1 = a + rowBytes;
  let a2 = a1 + rowBytes;
  let a3 = a2 + rowBytes;
  let c00 = v128.load(c);
  let c01 = v128.load(c, 16);
  let c10 = v128.load(c + cBytes);
  let c11 = v128.load(c + cBytes, 16);
  let c20 = v128.load(c + 2 * cBytes);
  let c21 = v128.load(c + 2 * cBytes, 16);
  let c30 = v128.load(c + 3 * cBytes);
  let c31 = v128.load(c + 3 * cBytes, 16);
  for (let k = 0; k < count; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<f64>(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f64>(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f64>(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f64>(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a += columnBytes;
    a1 += columnBytes;
    a2 += columnBytes;
    a3 += columnBytes;
    b += bBytes;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + cBytes, c10);
  v128.store(c + cBytes, c11, 16);
  v128.store(c + 2 * cBytes, c20);
  v128.store(c + 2 * cBytes, c21, 16);
  v128.store(c + 3 * cBytes, c30);
  v128.store(c + 3 * cBytes, c31, 16);
}
