/**
 * The eigenvalues of L next to zero, by Arnoldi's method for its inverse on the traceless operators.
 * @module
 */
import { eigenvaluesReal } from "../kernel/real-schur.ts";
import type { Complex } from "../operators/complex.ts";
import { norm, orthogonalise } from "../operators/vectors.ts";
import { type Equations, scattered } from "./equations.ts";
import type { StationaryInverse } from "./inverse.ts";

/** Vectors: enough for a leading digit of the first eigenvalue. */
const VECTORS = 6;

/** ‖L‖ ‖L⁻¹‖ beyond which there is nothing to be learnt from an inverse. */
const INVERTIBLE = 1e14;

/**
 * The eigenvalue of L that is nearest to zero but for the steady state, estimated; undefined when there is none (d = 1), not a number where
 * `inverse` does not invert L: then the steady state may not be the only one.
 */
export function nextEigenvalue(
  equations: Equations,
  inverse: StationaryInverse,
  vectors = VECTORS,
): Complex | undefined {
  const { count } = equations;
  const start = scattered(count);
  const trace = equations.trace(start);
  for (let k = 0; k < count; k++) start[k]! -= trace * inverse.rho[k]!;
  const m = Math.min(vectors, count - 1);
  const basis: Float64Array[] = [];
  const H = new Float64Array(m * m);
  let v = start;
  let size = norm(v);
  let built = 0;
  for (let j = 0; j < m && size > 0; j++) {
    basis.push(v.map((x) => x / size));
    built = j + 1;
    v = inverse.solve(basis[j]!, false);
    const before = norm(v);
    if (!(before * equations.norm <= INVERTIBLE)) return { re: Number.NaN, im: Number.NaN };
    const column = new Float64Array(m);
    orthogonalise(v, basis, column);
    for (let i = 0; i <= j; i++) H[i * m + j] = column[i]!;
    size = norm(v);
    if (size <= 1e-12 * before) size = 0;
    if (j + 1 < m && size > 0) H[(j + 1) * m + j] = size;
  }
  if (built === 0) return undefined;
  let best: Complex | undefined;
  let largest = 0;
  for (const { re, im } of eigenvaluesReal(
    built,
    Float64Array.from({ length: built ** 2 }, (_, k) => H[Math.floor(k / built) * m + (k % built)]!),
  )) {
    const square = re * re + im * im;
    if (square <= largest) continue;
    largest = square;
    best = { re: re / square, im: -im / square };
  }
  return best;
}
