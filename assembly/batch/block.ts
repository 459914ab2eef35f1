/**
 * Coordinates of the systems of a batch that no others couple to: a real linear system of equations of its own, and what is known of its size.
 */
import { madd } from "../complex/simd";
import { arenaAllocate } from "../memory";
import { Gather, integerAt, ROW, rowAt } from "./rows";


@unmanaged
export class Block {
  /** The block after this one; 0 when there is none. */
  next: usize;
  /** Coordinates; one more where their number would be odd, which is zero. */
  n: i32;
  /** The generator in compressed sparse rows, one pattern for all systems. */
  rowPointers: usize;
  columns: usize;
  /** How many coordinates are populations: these come first. */
  populations: i32;
  /** Elements of the generator from sums of products of entries, the initial state from entries. */
  elements: Gather;
  initial: Gather;
  /** Of every functional, where its coefficients begin, and the end; the coordinates that they belong to; and they, from entries. */
  functionalStarts: usize;
  functionalColumns: usize;
  functionalValues: Gather;
  /** Where its coordinates begin among all that are written at the end. */
  first: i32;

  /** Of the present group: elements, state, coefficients of functionals. */
  generator: usize;
  x: usize;
  coefficients: usize;
  /** At least the norm of the generator of any system of the group; and a row of them. */
  norm: f64;
  norms: usize;
}

export function createBlock(n: i32): usize {
  const pointer = arenaAllocate(offsetof<Block>());
  if (pointer == 0) return 0;
  const k = changetype<Block>(pointer);
  k.n = n;
  const elements = arenaAllocate(offsetof<Gather>());
  const initial = arenaAllocate(offsetof<Gather>());
  const values = arenaAllocate(offsetof<Gather>());
  k.x = arenaAllocate(<usize>n * ROW);
  k.norms = arenaAllocate(ROW);
  if (elements == 0 || initial == 0 || values == 0 || k.x == 0 || k.norms == 0) return 0;
  k.elements = changetype<Gather>(elements);
  k.initial = changetype<Gather>(initial);
  k.functionalValues = changetype<Gather>(values);
  return pointer;
}

/** out = base + factor·L x; a base of 0 is none. out must not be x. */
export function applyGenerator(k: Block, x: usize, factor: f64, base: usize, out: usize): void {
  const f = f64x2.splat(factor);
  let value = k.generator;
  let column = k.columns;
  let begin = integerAt(k.rowPointers, 0);
  for (let i = 0; i < k.n; i++, out += ROW) {
    const stop = integerAt(k.rowPointers, i + 1);
    let low = f64x2.splat(0);
    let high = low;
    for (; begin < stop; begin++, value += ROW, column += 4) {
      const row = x + <usize>load<i32>(column) * ROW;
      low = madd(v128.load(value), v128.load(row), low);
      high = madd(v128.load(value, 16), v128.load(row, 16), high);
    }
    if (base == 0) {
      v128.store(out, f64x2.mul(f, low));
      v128.store(out, f64x2.mul(f, high), 16);
    } else {
      v128.store(out, madd(f, low, v128.load(base)));
      v128.store(out, madd(f, high, v128.load(base, 16)), 16);
      base += ROW;
    }
  }
}

/** Of every system of the group the largest sum of absolute values of a row, or of a column: the smaller of the two. @param scratch n rows */
export function measure(k: Block, scratch: usize): void {
  memory.fill(scratch, 0, <usize>k.n * ROW);
  let value = k.generator;
  let rowsLow = f64x2.splat(0);
  let rowsHigh = rowsLow;
  for (let i = 0; i < k.n; i++) {
    let low = f64x2.splat(0);
    let high = low;
    for (let e = integerAt(k.rowPointers, i); e < integerAt(k.rowPointers, i + 1); e++, value += ROW) {
      const a = f64x2.abs(v128.load(value));
      const b = f64x2.abs(v128.load(value, 16));
      low = f64x2.add(low, a);
      high = f64x2.add(high, b);
      const column = rowAt(scratch, integerAt(k.columns, e));
      v128.store(column, f64x2.add(v128.load(column), a));
      v128.store(column, f64x2.add(v128.load(column, 16), b), 16);
    }
    rowsLow = f64x2.max(rowsLow, low);
    rowsHigh = f64x2.max(rowsHigh, high);
  }
  let columnsLow = f64x2.splat(0);
  let columnsHigh = columnsLow;
  for (let i = 0; i < k.n; i++, scratch += ROW) {
    columnsLow = f64x2.max(columnsLow, v128.load(scratch));
    columnsHigh = f64x2.max(columnsHigh, v128.load(scratch, 16));
  }
  v128.store(k.norms, f64x2.min(rowsLow, columnsLow));
  v128.store(k.norms, f64x2.min(rowsHigh, columnsHigh), 16);
}
