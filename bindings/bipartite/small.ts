/**
 * Small dense complex matrices, for loops that would drown in the making of operators: row-major, re and im interleaved.
 * @module
 */

export type Matrix = Float64Array;

/** target += factor·M */
export function addScaled(target: Matrix, factor: number, M: Matrix): void {
  for (let k = 0; k < M.length; k++) target[k]! += factor * M[k]!;
}

/** The lower triangular L with L L† = S, its diagonal real; undefined unless S is positive definite. */
export function cholesky(n: number, S: Matrix): Matrix | undefined {
  const L = new Float64Array(2 * n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let re = S[2 * (i * n + j)]!;
      let im = S[2 * (i * n + j) + 1]!;
      for (let k = 0, p = 2 * i * n, q = 2 * j * n; k < j; k++, p += 2, q += 2) {
        re -= L[p]! * L[q]! + L[p + 1]! * L[q + 1]!;
        im -= L[p + 1]! * L[q]! - L[p]! * L[q + 1]!;
      }
      if (i === j) {
        if (!(re > 0)) return undefined;
        L[2 * (j * n + j)] = Math.sqrt(re);
        continue;
      }
      const pivot = L[2 * (j * n + j)]!;
      L[2 * (i * n + j)] = re / pivot;
      L[2 * (i * n + j) + 1] = im / pivot;
    }
  }
  return L;
}

/** The inverse of a lower triangular matrix whose diagonal is real. */
export function invertLower(n: number, L: Matrix): Matrix {
  const X = new Float64Array(2 * n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let re = i === j ? 1 : 0;
      let im = 0;
      for (let k = j; k < i; k++) {
        const [p, q] = [2 * (i * n + k), 2 * (k * n + j)];
        re -= L[p]! * X[q]! - L[p + 1]! * X[q + 1]!;
        im -= L[p]! * X[q + 1]! + L[p + 1]! * X[q]!;
      }
      const pivot = L[2 * (i * n + i)]!;
      X[2 * (i * n + j)] = re / pivot;
      X[2 * (i * n + j) + 1] = im / pivot;
    }
  }
  return X;
}

/** A M A†, or A† M A when `dagger`; M Hermitian, A lower triangular. */
export function sandwich(n: number, A: Matrix, M: Matrix, dagger = false): Matrix {
  const half = new Float64Array(2 * n * n);
  const out = new Float64Array(2 * n * n);
  // half = A M, or A† M
  for (let i = 0; i < n; i++) {
    for (let k = dagger ? i : 0; k < (dagger ? n : i + 1); k++) {
      const at = 2 * (dagger ? k * n + i : i * n + k);
      const re = A[at]!;
      const im = dagger ? -A[at + 1]! : A[at + 1]!;
      if (re === 0 && im === 0) continue;
      for (let j = 0, p = 2 * i * n, q = 2 * k * n; j < n; j++, p += 2, q += 2) {
        half[p]! += re * M[q]! - im * M[q + 1]!;
        half[p + 1]! += re * M[q + 1]! + im * M[q]!;
      }
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let re = 0;
      let im = 0;
      for (let k = dagger ? j : 0; k < (dagger ? n : j + 1); k++) {
        const p = 2 * (i * n + k);
        const at = 2 * (dagger ? k * n + j : j * n + k);
        // The conjugate of A_jk, or A_kj
        const [x, y] = [A[at]!, dagger ? A[at + 1]! : -A[at + 1]!];
        re += half[p]! * x - half[p + 1]! * y;
        im += half[p]! * y + half[p + 1]! * x;
      }
      if (i === j) im = 0;
      out[2 * (i * n + j)] = re;
      out[2 * (i * n + j) + 1] = im;
      out[2 * (j * n + i)] = re;
      out[2 * (j * n + i) + 1] = -im;
    }
  }
  return out;
}

/** <u_i|M|u_j> for some vectors; M of size n. */
export function compress(M: Matrix, n: number, vectors: readonly Float64Array[]): Matrix {
  const r = vectors.length;
  const out = new Float64Array(2 * r * r);
  const image = new Float64Array(2 * n);
  vectors.forEach((u, j) => {
    for (let i = 0, at = 0; i < n; i++) {
      let re = 0;
      let im = 0;
      for (let k = 0; k < 2 * n; k += 2, at += 2) {
        re += M[at]! * u[k]! - M[at + 1]! * u[k + 1]!;
        im += M[at]! * u[k + 1]! + M[at + 1]! * u[k]!;
      }
      image[2 * i] = re;
      image[2 * i + 1] = im;
    }
    vectors.forEach((v, i) => {
      let re = 0;
      let im = 0;
      for (let k = 0; k < 2 * n; k += 2) {
        re += v[k]! * image[k]! + v[k + 1]! * image[k + 1]!;
        im += v[k]! * image[k + 1]! - v[k + 1]! * image[k]!;
      }
      out[2 * (i * r + j)] = re;
      out[2 * (i * r + j) + 1] = im;
    });
  });
  return out;
}

/** Coordinates of a Hermitian matrix whose products are traces: the diagonal, then sqrt(2) re and im of what is below it. */
export function realCoordinates(n: number, M: Matrix, out: Float64Array): void {
  for (let i = 0; i < n; i++) out[i] = M[2 * (i * n + i)]!;
  for (let i = 0, k = n; i < n; i++) {
    for (let j = 0; j < i; j++, k += 2) {
      out[k] = M[2 * (i * n + j)]! * Math.SQRT2;
      out[k + 1] = M[2 * (i * n + j) + 1]! * Math.SQRT2;
    }
  }
}

/** The matrix of such coordinates. */
export function fromRealCoordinates(n: number, x: Float64Array): Matrix {
  const out = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) out[2 * (i * n + i)] = x[i]!;
  for (let i = 0, k = n; i < n; i++) {
    for (let j = 0; j < i; j++, k += 2) {
      const [re, im] = [x[k]! * Math.SQRT1_2, x[k + 1]! * Math.SQRT1_2];
      out.set([re, im], 2 * (i * n + j));
      out.set([re, -im], 2 * (j * n + i));
    }
  }
  return out;
}

/** Householder reflections of the columns that make the first n rows lower triangular (Golub and Van Loan, section 5.2); all rows take part. */
export function reflectRows(rows: Float64Array, n: number, width: number): void {
  const count = rows.length / width;
  const v = new Float64Array(width);
  for (let j = 0; j < n; j++) {
    const row = j * width;
    let square = 0;
    for (let i = j; i < width; i++) square += rows[row + i]! ** 2;
    const length = rows[row + j]! > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    // v = x - length e_j; v·v / 2 = length² - length x_j
    for (let i = j; i < width; i++) v[i] = rows[row + i]!;
    v[j]! -= length;
    const half = -length * v[j]!;
    rows.fill(0, row + j, row + width);
    rows[row + j] = length;
    if (half === 0) continue;
    for (let k = j + 1; k < count; k++) {
      const at = k * width;
      let along = 0;
      for (let i = j; i < width; i++) along += v[i]! * rows[at + i]!;
      along /= half;
      for (let i = j; i < width; i++) rows[at + i]! -= along * v[i]!;
    }
  }
}

/** x·M for the rows of M, row-major. */
export function rowTimes(x: Float64Array, M: Float64Array): Float64Array {
  const width = x.length === 0 ? 0 : M.length / x.length;
  const out = new Float64Array(width);
  for (let k = 0, at = 0; k < x.length; k++, at += width) {
    const factor = x[k]!;
    if (factor === 0) continue;
    for (let j = 0; j < width; j++) out[j]! += factor * M[at + j]!;
  }
  return out;
}

/** M·x for the columns of M, row-major. */
export function timesColumn(M: Float64Array, x: Float64Array): Float64Array {
  const width = x.length;
  const out = new Float64Array(M.length / width);
  for (let k = 0, at = 0; k < out.length; k++) {
    let sum = 0;
    for (let j = 0; j < width; j++, at++) sum += M[at]! * x[j]!;
    out[k] = sum;
  }
  return out;
}

/** Rows one after the other. */
export function concatenated(rows: readonly Float64Array[], width: number): Float64Array {
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, k) => {
    out.set(row, k * width);
  });
  return out;
}

/** An upper bound of the spectral norm of a matrix of m rows, at most a few times larger. */
export function normBound(m: number, M: Float64Array): number {
  const n = m === 0 ? 0 : M.length / m;
  const rows = new Float64Array(m);
  const columns = new Float64Array(n);
  M.forEach((x, k) => {
    rows[Math.floor(k / n)]! += Math.abs(x);
    columns[k % n]! += Math.abs(x);
  });
  const most = (sums: Float64Array) => sums.reduce((a, b) => Math.max(a, b), 0);
  return Math.sqrt(most(rows) * most(columns));
}
