/**
 * The reduced states of a run, from functionals.
 * @module
 */
import { qeye } from "../operators/builders.ts";
import { Operator } from "../operators/operator.ts";
import type { FunctionalRows } from "../solvers/solve.ts";
import type { Parts } from "./energies.ts";

/** Operators O whose Tr[O rho] are the elements of rho_A and rho_B, and what makes matrices of them. */
export function reducedFunctionals({ HA, HB }: Pick<Parts, "HA" | "HB">) {
  const [oneA, oneB] = [qeye(HA.dims), qeye(HB.dims)];
  const functionals = [
    ...unitsOf(HA.dims).map((unit) => unit.kron(oneB)),
    ...unitsOf(HB.dims).map((unit) => oneA.kron(unit)),
  ];
  const parts = ({ times, values, width, offset }: FunctionalRows) => {
    const from = offset + HA.size * (HA.size + 1);
    return {
      A: Array.from(times, (_, k) => Operator.dense(HA.dims, matrixOf(HA.size, values, width * k + offset))),
      B: Array.from(times, (_, k) => Operator.dense(HB.dims, matrixOf(HB.size, values, width * k + from))),
    };
  };
  return { functionals, parts };
}

/** |j><i|, i <= j: Tr[|j><i| X] is the element (i, j) of X. */
function unitsOf(dims: readonly number[]): Operator[] {
  const d = dims.reduce((a, b) => a * b, 1);
  return Array.from({ length: d }, (_, i) =>
    Array.from({ length: d - i }, (_, k) => Operator.fromTriplets(dims, [[i + k, i, 1, 0]])),
  ).flat();
}

/** A Hermitian matrix, row-major and interleaved, from its upper triangle. */
function matrixOf(d: number, values: Float64Array, from: number): Float64Array {
  const data = new Float64Array(2 * d * d);
  let at = from;
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++, at += 2) {
      const [re, im] = [values[at]!, i === j ? 0 : values[at + 1]!];
      data[2 * (i * d + j)] = re;
      data[2 * (j * d + i)] = re;
      data[2 * (i * d + j) + 1] = im;
      data[2 * (j * d + i) + 1] = -im;
    }
  }
  return data;
}
