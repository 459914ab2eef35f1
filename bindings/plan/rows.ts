/**
 * Real sparse matrices by rows, and how the kernel wants them: in slices of four rows, on those coordinates that are ever reached.
 * @module
 */

/** Rows that are padded to a common length (assembly/superoperator/coordinates.ts). */
const SLICE = 4;

/** Elements of a real square matrix in compressed rows. */
export interface RealRows {
  readonly pointers: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** A matrix in slices. */
export interface Slices {
  /** Doubles of a vector: the rows in use, rounded up to a multiple of eight. */
  readonly length: number;
  readonly widths: Int32Array;
  readonly offsets: Uint32Array;
  readonly values: Float64Array;
  /** Largest row sum of |elements|. */
  readonly norm: number;
}

/** The transpose. */
export function transposedRows({ pointers, columns, values }: RealRows): RealRows {
  const n = pointers.length - 1;
  const starts = new Int32Array(n + 1);
  for (const column of columns) starts[column + 1]!++;
  for (let k = 0; k < n; k++) starts[k + 1]! += starts[k]!;
  const out = {
    pointers: starts.slice(),
    columns: new Int32Array(columns.length),
    values: new Float64Array(values.length),
  };
  for (let row = 0; row < n; row++) {
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
      const to = starts[columns[k]!]!++;
      out.columns[to] = row;
      out.values[to] = values[k]!;
    }
  }
  return out;
}

/** The matrix, row-major. */
export function denseRows({ pointers, columns, values }: RealRows): Float64Array {
  const n = pointers.length - 1;
  const A = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) A[row * n + columns[k]!]! += values[k]!;
  }
  return A;
}

/** out = A x */
export function rowsTimes({ pointers, columns, values }: RealRows, x: Float64Array, out: Float64Array): void {
  for (let row = 0; row < out.length; row++) {
    let sum = 0;
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) sum += values[k]! * x[columns[k]!]!;
    out[row] = sum;
  }
}

/** Rows that any sum of powers and products of the matrices can reach from coordinates `seeds`: 1 or 0 each. */
export function reachableRows(matrices: readonly RealRows[], seeds: Iterable<number>): Uint8Array {
  const rows = matrices[0]!.pointers.length - 1;
  // Which rows each column feeds.
  const starts = new Int32Array(rows + 1);
  for (const { pointers, columns } of matrices) {
    for (let k = 0; k < pointers[rows]!; k++) starts[columns[k]! + 1]!++;
  }
  for (let i = 0; i < rows; i++) starts[i + 1]! += starts[i]!;
  const fed = new Int32Array(starts[rows]!);
  const fill = starts.slice();
  for (const { pointers, columns } of matrices) {
    for (let row = 0; row < rows; row++) {
      for (let k = pointers[row]!; k < pointers[row + 1]!; k++) fed[fill[columns[k]!]!++] = row;
    }
  }
  const reached = new Uint8Array(rows);
  const queue = new Int32Array(rows);
  let found = 0;
  const visit = (row: number) => {
    if (reached[row] === 1) return;
    reached[row] = 1;
    queue[found++] = row;
  };
  for (const seed of seeds) visit(seed);
  for (let next = 0; next < found; next++) {
    const column = queue[next]!;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) visit(fed[k]!);
  }
  return reached;
}

/** The rows that are reached, those with most elements in all matrices first: the kernel works on slices of rows of similar length. */
export function byLength(matrices: readonly RealRows[], reached: Uint8Array): Int32Array {
  const lengths = new Int32Array(reached.length);
  for (const { pointers } of matrices) {
    for (let row = 0; row < reached.length; row++) lengths[row]! += pointers[row + 1]! - pointers[row]!;
  }
  let longest = 0;
  for (const length of lengths) longest = Math.max(longest, length);
  const starts = new Int32Array(longest + 2);
  for (let row = 0; row < reached.length; row++) {
    if (reached[row] === 1) starts[longest - lengths[row]! + 1]!++;
  }
  for (let k = 0; k <= longest; k++) starts[k + 1]! += starts[k]!;
  const used = new Int32Array(starts[longest + 1]!);
  for (let row = 0; row < reached.length; row++) {
    if (reached[row] === 1) used[starts[longest - lengths[row]!]!++] = row;
  }
  return used;
}

/** The matrix on the rows `used`; `position` tells the place of each row there, or -1. */
export function slices({ pointers, columns, values }: RealRows, used: Int32Array, position: Int32Array): Slices {
  const length = Math.max(8, Math.ceil(used.length / 8) * 8);
  const widths = new Int32Array(length / SLICE);
  let total = 0;
  for (let s = 0; s < widths.length; s++) {
    for (let lane = 0; lane < SLICE; lane++) {
      const row = used[s * SLICE + lane];
      if (row !== undefined) widths[s] = Math.max(widths[s]!, pointers[row + 1]! - pointers[row]!);
    }
    total += widths[s]!;
  }
  const offsets = new Uint32Array(SLICE * total);
  const packed = new Float64Array(SLICE * total);
  let norm = 0;
  for (let s = 0, start = 0; s < widths.length; start += SLICE * widths[s++]!) {
    for (let lane = 0; lane < SLICE; lane++) {
      const row = used[s * SLICE + lane];
      if (row === undefined) continue;
      let sum = 0;
      for (let k = pointers[row]!, at = start + lane; k < pointers[row + 1]!; k++) {
        const column = position[columns[k]!]!;
        // A coordinate that is never reached stays zero.
        if (column < 0) continue;
        offsets[at] = 8 * column;
        packed[at] = values[k]!;
        sum += Math.abs(values[k]!);
        at += SLICE;
      }
      norm = Math.max(norm, sum);
    }
  }
  return { length, widths, offsets, values: packed, norm };
}

/** Doubles between rows of the kernel's real matrices (assembly/linalg/expm.ts). */
export function realStride(n: number): number {
  return n % 32 === 0 ? n + 8 : n;
}

/** The transpose of the matrix, whole, as the kernel's real matrices are. */
export function denseTranspose({ length, widths, offsets, values }: Slices): Float64Array {
  const stride = realStride(length);
  const out = new Float64Array(length * stride);
  let at = 0;
  widths.forEach((width, slice) => {
    for (let k = 0; k < width; k++) {
      // Padding has offset 0 and adds nothing.
      for (let lane = 0; lane < SLICE; lane++, at++)
        out[stride * (offsets[at]! / 8) + SLICE * slice + lane]! += values[at]!;
    }
  });
  return out;
}
