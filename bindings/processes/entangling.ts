/**
 * How much a gate entangles.
 * @module
 */
import { checkCut } from "../measures/spectrum.ts";
import { product } from "../operators/checks.ts";
import type { Operator } from "../operators/operator.ts";
import { permute } from "../operators/sites.ts";
import { checkUnitary } from "./quality.ts";

/**
 * Entangling power of a gate U between two groups of parts: the linear entropy 1 - Tr rho_A² that it makes of product states, in the mean over all of them,
 * 1 - (dA dB² + dA² dB + Tr[(XX†)²] + Tr[(YY†)²])/(dA (dA + 1) dB (dB + 1)), X and Y the elements U_{ab,cd} as matrices (ac),(bd) and (ad),(bc)
 * (Zanardi, Zalka, Faoro, Phys. Rev. A 62 (2000) 030301). From 0 (local gates, and the exchange of parts of equal dimension); for two qubits to 2/9. QuTiP's
 * `entangling_power`.
 * @param parts indices of the parts of A; B is all others, at least one
 * @throws {@link InvalidArgumentError} (an operator that is not unitary)
 * @example
 * const cnot = Operator.fromTriplets([2, 2], [[0, 0, 1, 0], [1, 1, 1, 0], [2, 3, 1, 0], [3, 2, 1, 0]]);
 * entanglingPower(cnot, 0); // 2/9
 */
export function entanglingPower(U: Operator, parts: number | readonly number[]): number {
  const where = "entanglingPower";
  checkUnitary(U, `${where}: U`);
  const { A, B } = checkCut(U.dims.length, parts, `${where}: parts`);
  const [dA, dB] = [A, B].map((group) => product(group.map((part) => U.dims[part]!))) as [number, number];
  const [X, Y] = [new Float64Array(2 * (dA * dB) ** 2), new Float64Array(2 * (dA * dB) ** 2)];
  permute(U, [...A, ...B]).forEachNonzero((row, column, re, im) => {
    const [a, b, c, d] = [Math.floor(row / dB), row % dB, Math.floor(column / dB), column % dB];
    X.set([re, im], 2 * ((a * dA + c) * dB * dB + b * dB + d));
    Y.set([re, im], 2 * ((a * dB + d) * dA * dB + b * dA + c));
  });
  const purities = dA * dB * (dA + dB) + gramSquared(X, dA * dA) + gramSquared(Y, dA * dB);
  return Math.max(0, 1 - purities / (dA * (dA + 1) * dB * (dB + 1)));
}

/** Tr[(MM†)²] of a matrix of so many rows. */
function gramSquared(M: Float64Array, rows: number): number {
  const width = M.length / rows;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let [re, im] = [0, 0];
      for (let k = 0; k < width; k += 2) {
        const [a, b, c, e] = [M[i * width + k]!, M[i * width + k + 1]!, M[j * width + k]!, M[j * width + k + 1]!];
        re += a * c + b * e;
        im += b * c - a * e;
      }
      sum += (i === j ? 1 : 2) * (re * re + im * im);
    }
  }
  return sum;
}
