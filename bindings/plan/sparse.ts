/**
 * Operators as flat sparse arrays, for the planner's loops.
 * @module
 */
import type { Operator } from "../operators/operator.ts";

/** Compressed rows (or columns): elements `pointers[i]` … `pointers[i + 1]` belong to row (column) i. */
export interface Sparse {
  readonly pointers: Int32Array;
  readonly indices: Int32Array;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The rows of an operator. */
export function rowsOf(operator: Operator): Sparse {
  const { size, nnz } = operator;
  const pointers = new Int32Array(size + 1);
  const indices = new Int32Array(nnz);
  const re = new Float64Array(nnz);
  const im = new Float64Array(nnz);
  let k = 0;
  operator.forEachNonzero((row, column, x, y) => {
    indices[k] = column;
    re[k] = x;
    im[k++] = y;
    pointers[row + 1] = k;
  });
  for (let i = 0; i < size; i++) pointers[i + 1] = Math.max(pointers[i + 1]!, pointers[i]!);
  return { pointers, indices, re, im };
}

/** Rows to columns, and back. */
export function transpose({ pointers, indices, re, im }: Sparse): Sparse {
  const size = pointers.length - 1;
  const starts = new Int32Array(size + 1);
  for (const index of indices) starts[index + 1]!++;
  for (let i = 0; i < size; i++) starts[i + 1]! += starts[i]!;
  const out = {
    pointers: starts.slice(),
    indices: new Int32Array(indices.length),
    re: new Float64Array(re.length),
    im: new Float64Array(im.length),
  };
  for (let row = 0; row < size; row++) {
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
      const to = starts[indices[k]!]!++;
      out.indices[to] = row;
      out.re[to] = re[k]!;
      out.im[to] = im[k]!;
    }
  }
  return out;
}
