/**
 * Composite systems: tensor product, partial trace.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkParts, product } from "./checks.ts";
import { Ket } from "./ket.ts";
import { type HermitianOperator, Operator } from "./operator.ts";
import { indexInParts } from "./sites.ts";

/** Tensor product of operators, or of kets; the first factor is the slow index, `dims` are joined. QuTiP's `tensor`.
 * @throws {@link InvalidArgumentError} when there is none, or operators and kets are mixed. */
export function tensor(...factors: HermitianOperator[]): HermitianOperator;
export function tensor(...factors: Operator[]): Operator;
export function tensor(...factors: Ket[]): Ket;
export function tensor(...factors: (Operator | Ket)[]): Operator | Ket {
  const [first, ...rest] = factors;
  for (const factor of rest) {
    if (first instanceof Operator !== factor instanceof Operator || first instanceof Ket !== factor instanceof Ket) {
      throw new InvalidArgumentError("tensor", factor, first instanceof Ket ? "kets only" : "operators only");
    }
  }
  if (first instanceof Operator) return (rest as Operator[]).reduce((a, b) => a.kron(b), first);
  if (first instanceof Ket) return (rest as Ket[]).reduce((a, b) => a.kron(b), first);
  throw new InvalidArgumentError("tensor", first, "operators or kets");
}

/**
 * Partial trace: the reduced operator on the parts in `keep`, all others traced out. QuTiP's `ptrace`.
 * @param state an operator, or a ket, which is taken as |psi><psi| (without forming it)
 * @param keep part indices in any order; the parts keep theirs ({@link permute} changes it)
 * @returns dense when `state` is a dense operator, else sparse
 * @throws {@link InvalidArgumentError}
 */
export function ptrace(state: HermitianOperator | Ket, keep: number | readonly number[]): HermitianOperator;
export function ptrace(state: Operator | Ket, keep: number | readonly number[]): Operator;
export function ptrace(state: Operator | Ket, keep: number | readonly number[]): Operator {
  if (!(state instanceof Ket) && !(state instanceof Operator)) {
    throw new InvalidArgumentError("ptrace: state", state, "an Operator or a Ket");
  }
  const { dims } = state;
  const kept = checkParts(keep, dims.length, "ptrace: keep").sort((a, b) => a - b);
  const traced = dims.map((_, part) => part).filter((part) => !kept.includes(part));
  const keptDims = kept.map((part) => dims[part]!);
  const keptIndex = indexInParts(dims, kept);
  const tracedIndex = indexInParts(dims, traced);
  if (state instanceof Ket) return reducedKet(state, keptDims, keptIndex, tracedIndex);
  const elements: [number, number, number, number][] = [];
  state.forEachNonzero((row, column, re, im) => {
    if (tracedIndex[row] === tracedIndex[column]) elements.push([keptIndex[row]!, keptIndex[column]!, re, im]);
  });
  const reduced = Operator.fromTriplets(keptDims, elements);
  return state.storage === "dense" ? Operator.dense(keptDims, reduced.toDense()) : reduced;
}

/** M M†, where M has the amplitudes of |psi>: a row for each vector of the kept parts, a column for each of the traced ones. */
function reducedKet(
  psi: Ket,
  dims: readonly number[],
  keptIndex: Int32Array,
  tracedIndex: Int32Array,
): HermitianOperator {
  const amplitudes = psi.toArray();
  const size = product(dims);
  // Positions of the amplitudes that are not zero, by row and by column of M.
  const rows: number[][] = Array.from({ length: size }, () => []);
  const columns: number[][] = Array.from({ length: psi.size / size }, () => []);
  for (let k = 0; k < psi.size; k++) {
    if (amplitudes[2 * k] === 0 && amplitudes[2 * k + 1] === 0) continue;
    rows[keptIndex[k]!]!.push(k);
    columns[tracedIndex[k]!]!.push(k);
  }
  const sums = new Float64Array(2 * size);
  const elements: [number, number, number, number][] = [];
  for (const [row, positions] of rows.entries()) {
    sums.fill(0);
    for (const k of positions) {
      const [x, y] = [amplitudes[2 * k]!, amplitudes[2 * k + 1]!];
      for (const l of columns[tracedIndex[k]!]!) {
        const at = 2 * keptIndex[l]!;
        const [u, v] = [amplitudes[2 * l]!, amplitudes[2 * l + 1]!];
        sums[at]! += x * u + y * v;
        sums[at + 1]! += y * u - x * v;
      }
    }
    for (let column = 0; column < size; column++) {
      const [re, im] = [sums[2 * column]!, sums[2 * column + 1]!];
      if (re !== 0 || im !== 0) elements.push([row, column, re, im]);
    }
  }
  return Operator.fromTriplets(dims, elements).asHermitian();
}
