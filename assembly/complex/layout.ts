/**
 * How a complex d x d matrix lies in the arena: planar (all real parts, then all imaginary parts), row-major, padded with
 * zeros to even rows and to columns in fours, so that no kernel has an edge case. Every operation keeps the padding zero.
 */

/** Columns computed: d rounded up to four doubles, two SIMD vectors. */
// @ts-ignore: decorator
@inline
export function paddedColumns(d: i32): i32 {
  return (d + 3) & ~3;
}

/** Columns in whole groups of eight, the width of the large register blocks. */
// @ts-ignore: decorator
@inline
export function wideColumns(d: i32): i32 {
  return paddedColumns(d) & ~7;
}

/** Rows computed: d rounded up to even, the height of every register block. */
// @ts-ignore: decorator
@inline
export function paddedRows(d: i32): i32 {
  return (d + 1) & ~1;
}

/** Distance of rows in doubles. Rows that are multiples of 256 bytes apart fall into few cache sets: one line more breaks that. */
// @ts-ignore: decorator
@inline
export function rowStride(d: i32): i32 {
  const columns = paddedColumns(d);
  return (columns & 31) == 0 ? columns + 8 : columns;
}

/** Distance from real to imaginary part in bytes, in 64 bits: what does not fit the memory must not wrap around into what does. */
function planeBytes64(d: i32): u64 {
  return (<u64>paddedRows(d) * <u64>rowStride(d) * 8 + 63) & ~63;
}

/** Distance from real to imaginary part in bytes, of a matrix that is in memory. */
export function planeBytes(d: i32): usize {
  return <usize>planeBytes64(d);
}

/** Size in bytes of a matrix that is, or will be, in memory. */
export function matrixBytes(d: i32): usize {
  return <usize>(planeBytes64(d) * 2);
}

/** Size in bytes of any matrix, exact whether or not it fits. */
export function matrixSize(d: i32): f64 {
  return <f64>(planeBytes64(d) * 2);
}
