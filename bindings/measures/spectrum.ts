/**
 * What all measures ask of their arguments, and of eigenvalues.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { type Eigensystem, eigenHermitian, eigenvaluesHermitian } from "../kernel/dense.ts";
import { checkSameDims } from "../operators/checks.ts";
import { Ket } from "../operators/ket.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { checkDensityMatrix, checkHamiltonian } from "../solvers/checks.ts";

/** A density matrix, or a unit ket, which is taken as |psi><psi|. */
export type State = Operator | Ket;

/** Eigenvalues below this many roundings a dimension are zero. */
const ROUNDINGS = 16;

/** What counts as zero among the eigenvalues of a state of d levels. */
export function zeroOf(d: number): number {
  return ROUNDINGS * d * Number.EPSILON;
}

/** @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError} */
export function readState(state: State, where: string): HermitianOperator {
  if (!(state instanceof Operator) && !(state instanceof Ket)) {
    throw new InvalidArgumentError(where, state, "an Operator or a Ket");
  }
  return checkDensityMatrix(state, state.dims, where);
}

/** Two states on the same space. @throws as {@link readState}, and {@link DimensionMismatchError} */
export function readPair(rho: State, sigma: State, where: string): [HermitianOperator, HermitianOperator] {
  const pair = [readState(rho, `${where}: rho`), readState(sigma, `${where}: sigma`)] as const;
  checkSameDims(pair[0].dims, pair[1].dims, `${where}: sigma`);
  return [...pair];
}

/** A Hamiltonian on the space of a state. @throws {@link NotHermitianError}, {@link DimensionMismatchError} */
export function readHamiltonian(H: Operator, rho: Operator, where: string): HermitianOperator {
  const hamiltonian = checkHamiltonian(H, `${where}: H`);
  checkSameDims(rho.dims, hamiltonian.dims, `${where}: H`);
  return hamiltonian;
}

/** -sum p ln p in nats; what is not above zero counts as zero. */
export function entropyOf(p: Iterable<number>): number {
  let sum = 0;
  for (const value of p) if (value > 0) sum -= value * Math.log(value);
  return sum;
}

/** S of a state that has been read. */
export function entropy(rho: Operator): number {
  return Math.max(0, entropyOf(eigenvaluesHermitian(rho)));
}

/** Eigenvectors of a state, each with the root of its eigenvalue, but for those of zero: rho = sum root² |vector><vector|. */
export function rootsOf(rho: Operator): { root: number; vector: Float64Array }[] {
  const { values, vectors }: Eigensystem = eigenHermitian(rho);
  const zero = zeroOf(rho.size);
  return vectors
    .map((vector, k) => ({ p: values[k]!, vector }))
    .filter(({ p }) => p > zero)
    .map(({ p, vector }) => ({ root: Math.sqrt(p), vector }));
}

/** Singular values of a matrix, decreasing, each to rounding of the largest: from the spectrum of [[0, X], [X†, 0]], not from that of X†X. */
export function singularValues(rows: number, columns: number, at: (i: number, j: number) => readonly [number, number]) {
  const values = eigenvaluesHermitian({
    size: rows + columns,
    forEachNonzero(visit) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const [re, im] = at(i, j);
          visit(i, rows + j, re, im);
          visit(rows + j, i, re, -im);
        }
      }
    },
  });
  return Array.from({ length: Math.min(rows, columns) }, (_, k) => Math.max(0, values[values.length - 1 - k]!));
}
