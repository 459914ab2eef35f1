/**
 * What all measures ask of their arguments, and of eigenvalues.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError, NotDensityMatrixError, NotNormalisedError } from "../errors.ts";
import { type Eigensystem, eigenHermitian, eigenvaluesHermitian } from "../kernel/dense.ts";
import type { Elements } from "../kernel/kernel.ts";
import { checkParts, checkSameDims, product } from "../operators/checks.ts";
import { checkKet, Ket } from "../operators/ket.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { ptrace } from "../operators/tensor.ts";
import { checkDensityMatrix, checkHamiltonian, STATE_TOLERANCE } from "../solvers/checks.ts";

/** A density matrix, or a unit ket, which is taken as |psi><psi|. */
export type State = Operator | Ket;

/** Eigenvalues below this many roundings a dimension are zero. */
const ROUNDINGS = 16;

/** What counts as zero among the eigenvalues of a state of d levels. */
export function zeroOf(d: number): number {
  return ROUNDINGS * d * Number.EPSILON;
}

/** What counts as zero among the eigenvalues of this operator: of a diagonal one they are its elements, exact however small. */
export function zeroIn(rho: Operator): number {
  let isDiagonal = true;
  rho.forEachNonzero((row, column) => {
    if (row !== column) isDiagonal = false;
  });
  return isDiagonal ? 0 : zeroOf(rho.size);
}

/** @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError} */
export function readState(state: State, where: string): HermitianOperator {
  if (!(state instanceof Operator) && !(state instanceof Ket)) {
    throw new InvalidArgumentError(where, state, "an Operator or a Ket");
  }
  return checkDensityMatrix(state, state.dims, where);
}

/** A unit ket as it is, anything else as {@link readState} reads it: for measures that need no density matrix of a ket.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError} */
export function readKetOrState(state: State, where: string): HermitianOperator | Ket {
  if (!(state instanceof Ket)) return readState(state, where);
  const trace = state.norm() ** 2;
  if (Math.abs(trace - 1) > STATE_TOLERANCE) throw new NotDensityMatrixError(where, "trace", trace, STATE_TOLERANCE);
  return state;
}

/** S of some parts, different ones, of what {@link readKetOrState} has read; of a ket the smaller side is diagonalised. */
export function entropyOfParts(state: HermitianOperator | Ket, parts: readonly number[]): number {
  if (!(state instanceof Ket)) return entropy(ptrace(state, parts));
  const others = otherParts(state.dims.length, parts);
  if (others.length === 0) return 0;
  const size = product(parts.map((part) => state.dims[part]!));
  return entropy(ptrace(state, size ** 2 <= state.size ? parts : others));
}

/** Two states on the same space. @throws as {@link readState}, and {@link DimensionMismatchError} */
export function readPair(rho: State, sigma: State, where: string): [HermitianOperator, HermitianOperator] {
  const pair = [readState(rho, `${where}: rho`), readState(sigma, `${where}: sigma`)] as const;
  checkSameDims(pair[0].dims, pair[1].dims, `${where}: sigma`);
  return [...pair];
}

/** The same, unit kets as they are. */
export function readKetsOrStates(
  rho: State,
  sigma: State,
  where: string,
): [HermitianOperator | Ket, HermitianOperator | Ket] {
  const pair = [readKetOrState(rho, `${where}: rho`), readKetOrState(sigma, `${where}: sigma`)] as const;
  checkSameDims(pair[0].dims, pair[1].dims, `${where}: sigma`);
  return [...pair];
}

/** A state of two qubits. @throws as {@link readState}, and {@link DimensionMismatchError} */
export function readTwoQubits(state: State, where: string): HermitianOperator {
  const rho = readState(state, `${where}: state`);
  if (rho.dims.length !== 2 || rho.dims.some((dim) => dim !== 2)) {
    throw new DimensionMismatchError(`${where}: state`, "two qubits, dims [2,2]", `dims [${rho.dims}]`);
  }
  return rho;
}

/** A ket of norm 1. @throws {@link InvalidArgumentError}, {@link NotNormalisedError} */
export function readKet(psi: Ket, where: string): Ket {
  checkKet(psi, where);
  const norm = psi.norm();
  if (Math.abs(norm - 1) > STATE_TOLERANCE) throw new NotNormalisedError(where, norm, STATE_TOLERANCE);
  return psi;
}

/** A Hamiltonian on the space of a state. @throws {@link NotHermitianError}, {@link DimensionMismatchError} */
export function readHamiltonian(H: Operator, rho: Operator | Ket, where: string, name = "H"): HermitianOperator {
  const hamiltonian = checkHamiltonian(H, `${where}: ${name}`);
  checkSameDims(rho.dims, hamiltonian.dims, `${where}: ${name}`);
  return hamiltonian;
}

/** The indices of the parts that are not in a list. */
export function otherParts(count: number, parts: readonly number[]): number[] {
  return Array.from({ length: count }, (_, k) => k).filter((k) => !parts.includes(k));
}

/** Two groups of parts that make up the whole, neither empty. @throws {@link InvalidArgumentError} */
export function checkCut(
  count: number,
  parts: number | readonly number[],
  where: string,
): { A: number[]; B: number[] } {
  const A = checkParts(parts, count, where);
  const B = otherParts(count, A);
  if (B.length === 0) throw new InvalidArgumentError(where, `[${A}]`, "parts that leave at least one out");
  return { A, B };
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

/** An eigenvector of a state, and the root of its eigenvalue. */
export interface Eigenroot {
  readonly root: number;
  readonly vector: Float64Array;
}

/** Eigenvectors of a state, each with the root of its eigenvalue, but for those of zero: rho = sum root² |vector><vector|. */
export function rootsOf(rho: Operator | Ket): Eigenroot[] {
  if (rho instanceof Ket) return [{ root: 1, vector: rho.toArray() }];
  const { values, vectors }: Eigensystem = eigenHermitian(rho);
  const zero = zeroIn(rho);
  return vectors
    .map((vector, k) => ({ p: values[k]!, vector }))
    .filter(({ p }) => p > zero)
    .map(({ p, vector }) => ({ root: Math.sqrt(p), vector }));
}

/** Singular values of a matrix, decreasing, each to rounding of the largest: from the spectrum of [[0, X], [X†, 0]], not from that of X†X. */
export function singularValues(rows: number, columns: number, at: ComplexElements): number[] {
  const values = eigenvaluesHermitian(doubled(rows, columns, at));
  return Array.from({ length: Math.min(rows, columns) }, (_, k) => Math.max(0, values[values.length - 1 - k]!));
}

/** Element (i, j) of a matrix, [re, im]. */
export type ComplexElements = (i: number, j: number) => readonly [number, number];

/** [[0, X], [X†, 0]]: its eigenvalues are the singular values of X and their negatives, its eigenvectors (u, v)/√2. */
export function doubled(rows: number, columns: number, at: ComplexElements): Elements {
  return {
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
  };
}
