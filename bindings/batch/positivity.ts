/**
 * Which of many Hermitian matrices are positive.
 * @module
 */
import type { OperatorBatch } from "./operators.ts";

/**
 * Of each system, whether rho + tolerance·1 is positive, as Cholesky's factorisation finds it. Rounding may refuse one whose smallest eigenvalue
 * is within some eps of -tolerance; what it accepts is positive.
 */
export function arePositive(rho: OperatorBatch, tolerance: number): boolean[] {
  const { size, count, rows, columns, re, im } = rho;
  if (rows.every((row, e) => row === columns[e])) return arePositiveDiagonals(rho, tolerance);
  const matrix = new Float64Array(2 * size * size);
  return Array.from({ length: count }, (_, k) => {
    matrix.fill(0);
    rows.forEach((row, e) => {
      const at = 2 * (row * size + columns[e]!);
      matrix[at] = re[e * count + k]!;
      matrix[at + 1] = im[e * count + k]!;
    });
    for (let i = 0; i < size; i++) matrix[2 * (i * size + i)]! += tolerance;
    return isPositive(matrix, size);
  });
}

function arePositiveDiagonals({ count, re }: OperatorBatch, tolerance: number): boolean[] {
  const positive = new Array<boolean>(count).fill(true);
  for (let from = 0; from < re.length; from += count)
    for (let k = 0; k < count; k++) if (!(re[from + k]! + tolerance > 0)) positive[k] = false;
  return positive;
}

/** By the elimination that LDL† is, in place; only the lower triangle is read. */
function isPositive(A: Float64Array, d: number): boolean {
  for (let j = 0; j < d; j++) {
    const pivot = A[2 * (j * d + j)]!;
    if (!(pivot > 0)) return false;
    for (let i = j + 1; i < d; i++) {
      const [x, y] = [A[2 * (i * d + j)]! / pivot, A[2 * (i * d + j) + 1]! / pivot];
      if (x === 0 && y === 0) continue;
      for (let k = j + 1; k <= i; k++) {
        // A_ik -= A_ij conj(A_kj) / A_jj
        const [u, v] = [A[2 * (k * d + j)]!, A[2 * (k * d + j) + 1]!];
        A[2 * (i * d + k)]! -= x * u + y * v;
        A[2 * (i * d + k) + 1]! -= y * u - x * v;
      }
    }
  }
  return true;
}
