/**
 * Square complex matrices in the two storages an {@link Operator} may have, and the algebra on them.
 * Dense: row-major, re and im interleaved (numpy's complex128). CSR: sorted columns, no stored zeros.
 * @module
 */
import { TooLargeError } from "../errors.ts";
import { multiplyDense } from "../kernel/dense.ts";

/** Row-major, interleaved: element (i, j) at `data[2 * (i * size + j)]`. */
export interface Dense {
  readonly kind: "dense";
  readonly size: number;
  readonly data: Float64Array;
}

/** Compressed sparse rows; `values` interleaved. */
export interface Csr {
  readonly kind: "csr";
  readonly size: number;
  readonly rowPointers: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

export type Storage = Dense | Csr;

/** Calls `visit(row, column, re, im)` for every stored element that is not zero. */
export function forEachNonzero(
  matrix: Storage,
  visit: (row: number, column: number, re: number, im: number) => void,
): void {
  if (matrix.kind === "csr") {
    const { rowPointers, columns, values } = matrix;
    for (let row = 0; row < matrix.size; row++) {
      for (let k = rowPointers[row]!; k < rowPointers[row + 1]!; k++) {
        visit(row, columns[k]!, values[2 * k]!, values[2 * k + 1]!);
      }
    }
    return;
  }
  const { size, data } = matrix;
  for (let row = 0, k = 0; row < size; row++) {
    for (let column = 0; column < size; column++, k += 2) {
      const re = data[k]!;
      const im = data[k + 1]!;
      if (re !== 0 || im !== 0) visit(row, column, re, im);
    }
  }
}

/** Builds CSR row by row; elements of a row must come with increasing columns. */
class CsrBuilder {
  private readonly rowPointers: Int32Array;
  private columns: Int32Array;
  private values: Float64Array;
  private count = 0;
  private row = 0;

  /** @param capacity elements expected, which are not copied where it is met */
  constructor(
    private readonly size: number,
    capacity = 16,
  ) {
    this.rowPointers = new Int32Array(size + 1);
    this.columns = new Int32Array(capacity);
    this.values = new Float64Array(2 * capacity);
  }

  push(column: number, re: number, im: number): void {
    if (re === 0 && im === 0) return;
    if (this.count === this.columns.length) this.grow();
    this.columns[this.count] = column;
    this.values[2 * this.count] = re;
    this.values[2 * this.count++ + 1] = im;
  }

  private grow(): void {
    const { columns, values } = this;
    this.columns = new Int32Array(2 * columns.length + 16);
    this.columns.set(columns);
    this.values = new Float64Array(2 * this.columns.length);
    this.values.set(values);
  }

  endRow(): void {
    this.rowPointers[++this.row] = this.count;
  }

  finish(): Csr {
    const { size, rowPointers, count } = this;
    const full = count === this.columns.length;
    const columns = full ? this.columns : this.columns.slice(0, count);
    const values = full ? this.values : this.values.slice(0, 2 * count);
    return { kind: "csr", size, rowPointers, columns, values };
  }
}

export function toDense(matrix: Storage): Dense {
  if (matrix.kind === "dense") return matrix;
  const { size } = matrix;
  const data = denseNumbers(size);
  forEachNonzero(matrix, (row, column, re, im) => {
    data[2 * (row * size + column)] = re;
    data[2 * (row * size + column) + 1] = im;
  });
  return { kind: "dense", size, data };
}

/** Bytes of a dense matrix at most: those of the kernel's memory. */
const MOST_BYTES = 2 ** 32;

/** Zeros for a dense matrix. @throws {@link TooLargeError} */
export function denseNumbers(size: number): Float64Array {
  const bytes = 16 * size * size;
  if (bytes <= MOST_BYTES) {
    try {
      return new Float64Array(2 * size * size);
    } catch {
      // The engine has no room for it.
    }
  }
  throw new TooLargeError(bytes, MOST_BYTES, `a dense ${size} x ${size} matrix`, "memory");
}

export function toCsr(matrix: Storage): Csr {
  if (matrix.kind === "csr") return matrix;
  const { size, data } = matrix;
  const builder = new CsrBuilder(size);
  for (let row = 0, k = 0; row < size; row++) {
    for (let column = 0; column < size; column++, k += 2) builder.push(column, data[k]!, data[k + 1]!);
    builder.endRow();
  }
  return builder.finish();
}

type Triplet = readonly [row: number, column: number, re: number, im: number];

/** CSR from elements in any order; elements at the same place add up. */
export function csrFromTriplets(size: number, triplets: readonly Triplet[]): Csr {
  if (areInOrder(triplets)) return csrInOrder(size, triplets);
  const rows: Map<number, [number, number]>[] = Array.from({ length: size }, () => new Map());
  for (const [row, column, re, im] of triplets) {
    const before = rows[row]!.get(column);
    rows[row]!.set(column, before ? [before[0] + re, before[1] + im] : [re, im]);
  }
  return csrInOrder(
    size,
    rows.flatMap((elements, row) =>
      [...elements].sort((a, b) => a[0] - b[0]).map(([column, [re, im]]): Triplet => [row, column, re, im]),
    ),
  );
}

/** Whether elements come row by row, columns increasing in each: most do. */
function areInOrder(triplets: readonly Triplet[]): boolean {
  for (let k = 1; k < triplets.length; k++) {
    const [before, now] = [triplets[k - 1]!, triplets[k]!];
    if (now[0] < before[0] || (now[0] === before[0] && now[1] <= before[1])) return false;
  }
  return true;
}

function csrInOrder(size: number, triplets: readonly Triplet[]): Csr {
  const builder = new CsrBuilder(size, triplets.length);
  let at = 0;
  for (const triplet of triplets) {
    for (; at < triplet[0]; at++) builder.endRow();
    builder.push(triplet[1], triplet[2], triplet[3]);
  }
  for (; at < size; at++) builder.endRow();
  return builder.finish();
}

/** The same from rows whose columns increase, without an array an element; undefined where they do not. */
export function csrFromRows(
  size: number,
  rowPointers: ArrayLike<number>,
  columns: ArrayLike<number>,
  values: ArrayLike<number>,
): Csr | undefined {
  const builder = new CsrBuilder(size, columns.length);
  for (let row = 0; row < size; row++) {
    for (let k = rowPointers[row]!, last = -1; k < rowPointers[row + 1]!; last = columns[k++]!) {
      const [re, im] = [values[2 * k], values[2 * k + 1]];
      if (!(columns[k]! > last) || typeof re !== "number" || typeof im !== "number") return undefined;
      builder.push(columns[k]!, re, im);
    }
    builder.endRow();
  }
  return builder.finish();
}

/** a·A + b·B, with real a and b. */
export function addScaled(a: number, A: Storage, b: number, B: Storage): Storage {
  const { size } = A;
  if (A.kind === "dense" || B.kind === "dense") {
    const data = denseNumbers(size);
    for (const [factor, matrix] of [
      [a, A],
      [b, B],
    ] as const) {
      forEachNonzero(matrix, (row, column, re, im) => {
        data[2 * (row * size + column)]! += factor * re;
        data[2 * (row * size + column) + 1]! += factor * im;
      });
    }
    return { kind: "dense", size, data };
  }
  const builder = new CsrBuilder(size, Math.max(A.columns.length, B.columns.length));
  for (let row = 0; row < size; row++) {
    let i = A.rowPointers[row]!;
    let j = B.rowPointers[row]!;
    const iEnd = A.rowPointers[row + 1]!;
    const jEnd = B.rowPointers[row + 1]!;
    while (i < iEnd || j < jEnd) {
      const columnA = i < iEnd ? A.columns[i]! : size;
      const columnB = j < jEnd ? B.columns[j]! : size;
      const column = Math.min(columnA, columnB);
      let re = 0;
      let im = 0;
      if (columnA === column) {
        re += a * A.values[2 * i]!;
        im += a * A.values[2 * i + 1]!;
        i++;
      }
      if (columnB === column) {
        re += b * B.values[2 * j]!;
        im += b * B.values[2 * j + 1]!;
        j++;
      }
      builder.push(column, re, im);
    }
    builder.endRow();
  }
  return builder.finish();
}

/** Every element times one complex number. */
export function scale(matrix: Storage, re: number, im: number): Storage {
  const source = matrix.kind === "dense" ? matrix.data : matrix.values;
  const values = new Float64Array(source.length);
  for (let k = 0; k < source.length; k += 2) {
    const x = source[k]!;
    const y = source[k + 1]!;
    // A real factor must not touch the other component: 0·Infinity and -0 would leak in.
    values[k] = im === 0 ? re * x : re * x - im * y;
    values[k + 1] = im === 0 ? re * y : re * y + im * x;
  }
  if (matrix.kind === "dense") return { kind: "dense", size: matrix.size, data: values };
  return toCsrWithoutZeros({ ...matrix, values });
}

function toCsrWithoutZeros(matrix: Csr): Csr {
  const { columns, values } = matrix;
  if (columns.every((_, k) => values[2 * k] !== 0 || values[2 * k + 1] !== 0)) return matrix;
  const builder = new CsrBuilder(matrix.size);
  for (let row = 0; row < matrix.size; row++) {
    for (let k = matrix.rowPointers[row]!; k < matrix.rowPointers[row + 1]!; k++) {
      builder.push(matrix.columns[k]!, matrix.values[2 * k]!, matrix.values[2 * k + 1]!);
    }
    builder.endRow();
  }
  return builder.finish();
}

/** Conjugate transpose. */
export function adjoint(matrix: Storage): Storage {
  const { size } = matrix;
  if (matrix.kind === "dense") {
    const data = denseNumbers(size);
    forEachNonzero(matrix, (row, column, re, im) => {
      data[2 * (column * size + row)] = re;
      data[2 * (column * size + row) + 1] = -im;
    });
    return { kind: "dense", size, data };
  }
  const count = matrix.columns.length;
  const rowPointers = new Int32Array(size + 1);
  for (const column of matrix.columns) rowPointers[column + 1]!++;
  for (let row = 0; row < size; row++) rowPointers[row + 1]! += rowPointers[row]!;
  const next = rowPointers.slice();
  const columns = new Int32Array(count);
  const values = new Float64Array(2 * count);
  forEachNonzero(matrix, (row, column, re, im) => {
    const k = next[column]!++;
    columns[k] = row;
    values[2 * k] = re;
    values[2 * k + 1] = -im;
  });
  return { kind: "csr", size, rowPointers, columns, values };
}

/** Every element conjugated. */
export function conjugate(matrix: Storage): Storage {
  const conjugated = (source: Float64Array) => source.map((x, k) => (k % 2 === 0 ? x : -x));
  return matrix.kind === "dense"
    ? { ...matrix, data: conjugated(matrix.data) }
    : { ...matrix, values: conjugated(matrix.values) };
}

/** A·x of an interleaved vector. */
export function multiplyVector(matrix: Storage, x: Float64Array): Float64Array {
  const y = new Float64Array(x.length);
  forEachNonzero(matrix, (row, column, re, im) => {
    const [u, v] = [x[2 * column]!, x[2 * column + 1]!];
    y[2 * row]! += re * u - im * v;
    y[2 * row + 1]! += re * v + im * u;
  });
  return y;
}

/** A·B. Sparse times sparse stays sparse (Gustavson, ACM TOMS 4 (1978) 250); anything else goes to the kernel. */
export function multiply(A: Storage, B: Storage): Storage {
  if (A.kind === "dense" || B.kind === "dense") {
    return { kind: "dense", size: A.size, data: multiplyDense(A.size, toDense(A).data, toDense(B).data) };
  }
  const { size } = A;
  const accumulator = new Float64Array(2 * size);
  const marked = new Uint8Array(size);
  const builder = new CsrBuilder(size);
  for (let row = 0; row < size; row++) {
    const touched: number[] = [];
    for (let k = A.rowPointers[row]!; k < A.rowPointers[row + 1]!; k++) {
      const re = A.values[2 * k]!;
      const im = A.values[2 * k + 1]!;
      const inner = A.columns[k]!;
      for (let l = B.rowPointers[inner]!; l < B.rowPointers[inner + 1]!; l++) {
        const column = B.columns[l]!;
        if (!marked[column]) {
          marked[column] = 1;
          touched.push(column);
        }
        const x = B.values[2 * l]!;
        const y = B.values[2 * l + 1]!;
        accumulator[2 * column]! += re * x - im * y;
        accumulator[2 * column + 1]! += re * y + im * x;
      }
    }
    touched.sort((a, b) => a - b);
    for (const column of touched) {
      builder.push(column, accumulator[2 * column]!, accumulator[2 * column + 1]!);
      accumulator[2 * column] = 0;
      accumulator[2 * column + 1] = 0;
      marked[column] = 0;
    }
    builder.endRow();
  }
  return builder.finish();
}

/** Kronecker product A ⊗ B, A the slow index. Dense only when both factors are. */
export function kron(A: Storage, B: Storage): Storage {
  const size = A.size * B.size;
  if (A.kind === "dense" && B.kind === "dense") {
    const data = denseNumbers(size);
    forEachNonzero(A, (i, j, aRe, aIm) => {
      forEachNonzero(B, (k, l, bRe, bIm) => {
        const at = 2 * ((i * B.size + k) * size + j * B.size + l);
        data[at] = aRe * bRe - aIm * bIm;
        data[at + 1] = aRe * bIm + aIm * bRe;
      });
    });
    return { kind: "dense", size, data };
  }
  const a = toCsr(A);
  const b = toCsr(B);
  const builder = new CsrBuilder(size);
  for (let i = 0; i < a.size; i++) {
    for (let k = 0; k < b.size; k++) {
      for (let p = a.rowPointers[i]!; p < a.rowPointers[i + 1]!; p++) {
        for (let q = b.rowPointers[k]!; q < b.rowPointers[k + 1]!; q++) {
          const [x, y, u, v] = [a.values[2 * p]!, a.values[2 * p + 1]!, b.values[2 * q]!, b.values[2 * q + 1]!];
          builder.push(a.columns[p]! * b.size + b.columns[q]!, x * u - y * v, x * v + y * u);
        }
      }
      builder.endRow();
    }
  }
  return builder.finish();
}
