/**
 * The order of the blocks of a real Schur form.
 * @module
 */
import { eigenvaluesOf, type RealSchurForm, realSchurForm } from "../kernel/real-schur.ts";
import type { Complex } from "../operators/complex.ts";

/** Of a unit vector, what is left beside others that it is to complete to a basis. */
const COMPLEMENT = 1e-2;

/**
 * The form whose eigenvalues come by decreasing `weight` (of a conjugate pair, once): adjacent blocks are exchanged (Bai and Demmel, Linear Algebra Appl. 186 (1993) 73).
 * @throws {@link TooLargeError}, {@link ConvergenceError}
 */
export function orderedSchurForm(form: RealSchurForm, weight: (value: Complex) => number): RealSchurForm {
  const { n } = form;
  const [T, Zt] = [form.T.slice(), form.Zt.slice()];
  const values = eigenvaluesOf(n, T);
  const blocks = values.flatMap((value) =>
    value.im < 0 ? [] : [{ size: value.im > 0 ? 2 : 1, weight: weight(value) }],
  );
  for (let end = blocks.length - 1; end > 0; end--) {
    let at = 0;
    for (let k = 0; k < end; k++) {
      const [first, second] = [blocks[k]!, blocks[k + 1]!];
      if (first.weight < second.weight && exchange(n, T, Zt, at, first.size, second.size)) {
        blocks[k] = second;
        blocks[k + 1] = first;
      }
      at += blocks[k]!.size;
    }
  }
  // Blocks are standardised where they are.
  const standard = realSchurForm(n, T);
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = standard.Zt[n * i + k]!;
      if (factor !== 0) for (let j = 0; j < n; j++) product[n * i + j]! += factor * Zt[n * k + j]!;
    }
  }
  return { n, T: standard.T, Zt: product };
}

/** Exchanges the blocks of p and q rows from row `at` on; false where they are too alike to be told apart, and stay. */
function exchange(n: number, T: Float64Array, Zt: Float64Array, at: number, p: number, q: number): boolean {
  const size = p + q;
  const block = (i: number, j: number) => T[n * (at + i) + at + j]!;
  // A X - X B = C: the columns of [-X; 1] span what belongs to B.
  const unknowns = p * q;
  const rows = Array.from({ length: unknowns }, (_, index) => {
    const [i, j] = [Math.floor(index / q), index % q];
    const row = new Float64Array(unknowns + 1);
    for (let k = 0; k < p; k++) row[k * q + j]! += block(i, k);
    for (let k = 0; k < q; k++) row[i * q + k]! -= block(p + k, p + j);
    row[unknowns] = block(i, p + j);
    return row;
  });
  const X = solve(rows);
  if (!X) return false;
  const basis: Float64Array[] = [];
  const add = (vector: Float64Array, least: number) => {
    const before = Math.hypot(...vector);
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) {
        const along = other.reduce((sum, x, k) => sum + x * vector[k]!, 0);
        other.forEach((x, k) => {
          vector[k]! -= along * x;
        });
      }
    }
    const length = Math.hypot(...vector);
    if (length > least * before) basis.push(vector.map((x) => x / length));
  };
  for (let j = 0; j < q; j++) {
    add(
      Float64Array.from({ length: size }, (_, k) => (k < p ? -X[k * q + j]! : k - p === j ? 1 : 0)),
      Number.EPSILON,
    );
  }
  if (basis.length < q) return false;
  for (let j = 0; j < size && basis.length < size; j++) {
    add(
      Float64Array.from({ length: size }, (_, k) => (k === j ? 1 : 0)),
      COMPLEMENT,
    );
  }
  const rotate = (M: Float64Array, start: number, step: number, next: number) => {
    for (let k = 0; k < n; k++) {
      const old = Float64Array.from({ length: size }, (_, i) => M[start + k * step + i * next]!);
      basis.forEach((row, i) => {
        M[start + k * step + i * next] = row.reduce((sum, x, j) => sum + x * old[j]!, 0);
      });
    }
  };
  rotate(T, n * at, 1, n);
  rotate(T, at, n, 1);
  rotate(Zt, n * at, 1, n);
  for (let i = q; i < size; i++) for (let j = 0; j < q; j++) T[n * (at + i) + at + j] = 0;
  return true;
}

/** Gauss' elimination with exchanges of rows, the right-hand side last; undefined where it is singular to rounding. */
function solve(rows: Float64Array[]): Float64Array | undefined {
  const m = rows.length;
  const scale = rows.reduce((most, row) => row.subarray(0, m).reduce((a, x) => Math.max(a, Math.abs(x)), most), 0);
  for (let k = 0; k < m; k++) {
    let best = k;
    for (let i = k + 1; i < m; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[best]![k]!)) best = i;
    [rows[k], rows[best]] = [rows[best]!, rows[k]!];
    const pivot = rows[k]!;
    if (!(Math.abs(pivot[k]!) > Number.EPSILON * scale)) return undefined;
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[k]! / pivot[k]!;
      for (let j = k; j <= m; j++) row[j]! -= factor * pivot[j]!;
    }
  }
  return Float64Array.from(rows, (row, k) => row[m]! / row[k]!);
}
