/**
 * Composite systems: tensor product, partial trace, expectation values.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkSameDims } from "./checks.ts";
import type { Complex } from "./complex.ts";
import { Ket } from "./ket.ts";
import { type HermitianOperator, Operator } from "./operator.ts";
import { ket2dm } from "./states.ts";

/** Tensor product of operators, or of kets; the first factor is the slow index.
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

/** Partial trace: the reduced operator on the parts in `keep` (part indices), all others traced out. The parts keep
 * their order. A ket is taken as |psi><psi|. @throws {@link InvalidArgumentError} */
export function ptrace(state: Operator | Ket, keep: number | readonly number[]): Operator {
  if (!(state instanceof Ket) && !(state instanceof Operator)) {
    throw new InvalidArgumentError("ptrace: state", state, "an Operator or a Ket");
  }
  const rho = state instanceof Ket ? ket2dm(state) : state;
  const { dims } = rho;
  const kept = typeof keep === "number" ? [keep] : Array.isArray(keep) ? [...new Set<number>(keep)] : [];
  kept.sort((a, b) => a - b);
  if (kept.length === 0 || !kept.every((k) => Number.isInteger(k) && k >= 0 && k < dims.length)) {
    throw new InvalidArgumentError("ptrace: keep", keep, `part indices from 0 to ${dims.length - 1}`);
  }
  // For every index of the whole space: the index in the kept parts, and the one in the traced parts.
  const keptIndex = new Int32Array(rho.size);
  const tracedIndex = new Int32Array(rho.size);
  for (let index = 0; index < rho.size; index++) {
    let rest = index;
    let [keptStride, tracedStride] = [1, 1];
    for (let part = dims.length - 1; part >= 0; part--) {
      const dim = dims[part]!;
      const digit = rest % dim;
      rest = (rest - digit) / dim;
      if (kept.includes(part)) {
        keptIndex[index]! += digit * keptStride;
        keptStride *= dim;
      } else {
        tracedIndex[index]! += digit * tracedStride;
        tracedStride *= dim;
      }
    }
  }
  const keptDims = kept.map((k) => dims[k]!);
  const elements: [number, number, number, number][] = [];
  rho.forEachNonzero((row, column, re, im) => {
    if (tracedIndex[row] === tracedIndex[column]) elements.push([keptIndex[row]!, keptIndex[column]!, re, im]);
  });
  const reduced = Operator.fromTriplets(keptDims, elements);
  return rho.storage === "dense" ? Operator.dense(keptDims, reduced.toDense()) : reduced;
}

/** Expectation value Tr[O rho], or <psi|O|psi>: a number when `operator` is Hermitian (and the state is), else `{ re, im }`.
 * @throws {@link DimensionMismatchError}, {@link InvalidArgumentError} */
export function expect(operator: Operator, state: Operator | Ket): number | Complex {
  if (!(operator instanceof Operator)) throw new InvalidArgumentError("expect: operator", operator, "an Operator");
  if (!(state instanceof Ket) && !(state instanceof Operator)) {
    throw new InvalidArgumentError("expect: state", state, "an Operator or a Ket");
  }
  checkSameDims(operator.dims, state.dims, "expect: state");
  const value = state instanceof Ket ? expectKet(operator, state) : traceOfProduct(operator, state);
  const real = operator.isHermitian() && (state instanceof Ket || state.isHermitian());
  return real ? value.re : value;
}

function expectKet(operator: Operator, psi: Ket): Complex {
  const v = psi.toArray();
  let re = 0;
  let im = 0;
  operator.forEachNonzero((row, column, x, y) => {
    // conj(v_row) · O · v_column
    const [a, b, c, d] = [v[2 * row]!, v[2 * row + 1]!, v[2 * column]!, v[2 * column + 1]!];
    const [pRe, pIm] = [a * c + b * d, a * d - b * c];
    re += x * pRe - y * pIm;
    im += x * pIm + y * pRe;
  });
  return { re, im };
}

/** Tr[A B] without forming the product. */
export function traceOfProduct(A: Operator, B: Operator): Complex {
  let re = 0;
  let im = 0;
  A.forEachNonzero((row, column, x, y) => {
    const { re: u, im: v } = B.get(column, row);
    re += x * u - y * v;
    im += x * v + y * u;
  });
  return { re, im };
}
