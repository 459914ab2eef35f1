/**
 * Entanglement between parts.
 * @module
 */
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { checkParts } from "../operators/checks.ts";
import { Ket } from "../operators/ket.ts";
import { checkOperator, Operator } from "../operators/operator.ts";
import { indexInParts } from "../operators/sites.ts";
import { schmidtPairs } from "./schmidt.ts";
import { entropyOf, readKetOrState, readTwoQubits, rootsOf, type State, singularValues } from "./spectrum.ts";

/**
 * The operator with the indices of some parts transposed. QuTiP's `partial_transpose`.
 * @param parts indices of the parts that are transposed
 * @returns dense when `operator` is, else sparse
 * @throws {@link InvalidArgumentError}
 */
export function partialTranspose(operator: Operator, parts: number | readonly number[]): Operator {
  checkOperator(operator, "partialTranspose: operator");
  const { dims } = operator;
  const turned = checkParts(parts, dims.length, "partialTranspose: parts");
  const part = indexInParts(
    dims,
    turned.sort((a, b) => a - b),
  );
  // Index k of the whole without the digits of the parts that are transposed, and those digits where they stand in it.
  const digits = new Map(Array.from(part, (index, k) => [index, k] as const).reverse());
  const own = Array.from(part, (index) => digits.get(index)!);
  const elements: [number, number, number, number][] = [];
  operator.forEachNonzero((row, column, re, im) => {
    elements.push([row - own[row]! + own[column]!, column - own[column]! + own[row]!, re, im]);
  });
  const result = Operator.fromTriplets(dims, elements);
  return operator.storage === "dense" ? Operator.dense(dims, result.toDense()) : result;
}

/**
 * Negativity: the sum of |lambda| over the negative eigenvalues of the partial transpose (Vidal, Werner, Phys. Rev. A 65 (2002) 032314);
 * 0 for separable states, ½ for a Bell pair. QuTiP's `negativity`.
 * @param parts the parts of one side; either side gives the same
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 * @example
 * negativity(ghzState(3), 0); // 0.5
 */
export function negativity(state: State, parts: number | readonly number[]): number {
  return negativityOf(state, parts, "negativity");
}

/**
 * Logarithmic negativity ln ‖partial transpose‖₁ = ln(2N + 1), N the {@link negativity}, in nats (Plenio, Phys. Rev. Lett. 95 (2005)
 * 090503). QuTiP's `negativity(…, logarithmic=True)` is this over ln 2.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 */
export function logarithmicNegativity(state: State, parts: number | readonly number[]): number {
  return Math.log1p(2 * negativityOf(state, parts, "logarithmicNegativity"));
}

function negativityOf(state: State, parts: number | readonly number[], where: string): number {
  const rho = readKetOrState(state, `${where}: state`);
  const A = checkParts(parts, rho.dims.length, `${where}: parts`);
  if (rho instanceof Ket) return schmidtPairs(rho, A);
  const turned = partialTranspose(rho, A);
  return eigenvaluesHermitian(turned).reduce((sum, value) => sum + Math.max(0, -value), 0);
}

/** sigma_y ⊗ sigma_y: element (k, 3 - k). */
const FLIP = [-1, 1, 1, -1];

/**
 * Concurrence of two qubits (Wootters, Phys. Rev. Lett. 80 (1998) 2245): from 0 (separable) to 1 (a Bell pair). QuTiP's `concurrence`.
 * @throws {@link DimensionMismatchError} unless the dims are [2, 2]; {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 */
export function concurrence(state: State): number {
  return concurrenceOf(readTwoQubits(state, "concurrence"));
}

/**
 * Entanglement of formation of two qubits, in nats: h((1 + sqrt(1 - C²))/2), C the {@link concurrence}, h(x) = -x ln x - (1 - x) ln(1 - x)
 * (Wootters, Phys. Rev. Lett. 80 (1998) 2245, eqs. (7) and (8)): from 0 (separable) to ln 2 (a Bell pair). Over ln 2 it is in ebits.
 * @throws as {@link concurrence}
 */
export function entanglementOfFormation(state: State): number {
  const C = Math.min(1, concurrenceOf(readTwoQubits(state, "entanglementOfFormation")));
  const larger = 0.5 * (1 + Math.sqrt((1 - C) * (1 + C)));
  // (1 - sqrt(1 - C²))/2 without the difference.
  return entropyOf([larger, C ** 2 / (4 * larger)]);
}

/** Of two qubits. */
export function concurrenceOf(rho: Operator): number {
  // Singular values of Wᵀ (sigma_y ⊗ sigma_y) W with rho = W W†: roots of the eigenvalues of rho·rho~, without taking roots of rounding.
  const W = rootsOf(rho);
  const [first, ...rest] = singularValues(W.length, W.length, (i, j) => {
    const [x, y] = [W[i]!, W[j]!];
    let [re, im] = [0, 0];
    FLIP.forEach((sign, k) => {
      const [a, b] = [x.vector[2 * k]!, x.vector[2 * k + 1]!];
      const [c, e] = [y.vector[2 * (3 - k)]!, y.vector[2 * (3 - k) + 1]!];
      re += sign * (a * c - b * e);
      im += sign * (a * e + b * c);
    });
    const weight = x.root * y.root;
    return [weight * re, weight * im];
  });
  return Math.max(
    0,
    rest.reduce((sum, value) => sum - value, first!),
  );
}
