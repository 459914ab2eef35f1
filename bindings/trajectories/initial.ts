/**
 * What trajectories begin with.
 * @module
 */
import { InvalidArgumentError, NotNormalisedError } from "../errors.ts";
import { eigenHermitian } from "../kernel/dense.ts";
import { checkSameDims } from "../operators/checks.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import { checkDensityMatrix, STATE_TOLERANCE } from "../solvers/checks.ts";

/** A ket; a density matrix; or kets with their probabilities. */
export type TrajectoryState = Ket | Operator | readonly (readonly [psi: Ket, probability: number])[];

/** Kets that trajectories begin with. */
export interface Initial {
  readonly ket: Ket;
  readonly probability: number;
}

/** Eigenvalues of a density matrix that are none. */
const NONE = 1e-14;

/** The kets that trajectories begin with: of a density matrix its eigenvectors, with its eigenvalues as probabilities.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotNormalisedError}, {@link NotDensityMatrixError} */
export function initialKets(state: TrajectoryState, dims: readonly number[], where: string): Initial[] {
  if (state instanceof Ket) return [{ ket: checkKet(state, dims, where), probability: 1 }];
  if (state instanceof Operator) {
    const rho = checkDensityMatrix(state, dims, where);
    const { values, vectors } = eigenHermitian(rho);
    const kept = [...values.keys()].filter((k) => values[k]! > NONE).reverse();
    const total = kept.reduce((sum, k) => sum + values[k]!, 0);
    return kept.map((k) => ({ ket: new Ket(dims, vectors[k]!), probability: values[k]! / total }));
  }
  if (!Array.isArray(state) || state.length === 0) {
    throw new InvalidArgumentError(where, state, "a Ket, a density matrix, or an array of [Ket, probability]");
  }
  const given = state as readonly (readonly [Ket, number])[];
  given.forEach((pair, k) => {
    if (!Array.isArray(pair) || pair.length !== 2 || !(pair[0] instanceof Ket)) {
      throw new InvalidArgumentError(`${where}[${k}]`, pair, "a pair [Ket, probability]");
    }
    checkKet(pair[0], dims, `${where}[${k}][0]`);
    if (!(pair[1] >= 0 && pair[1] <= 1 + STATE_TOLERANCE)) {
      throw new InvalidArgumentError(`${where}[${k}][1]`, pair[1], "a probability");
    }
  });
  const total = given.reduce((sum, [, probability]) => sum + probability, 0);
  if (Math.abs(total - 1) > STATE_TOLERANCE) {
    throw new InvalidArgumentError(`${where}: the sum of the probabilities`, total, "1");
  }
  return given.filter(([, probability]) => probability > 0).map(([ket, probability]) => ({ ket, probability }));
}

export function checkKet(ket: Ket, dims: readonly number[], where: string): Ket {
  checkSameDims(dims, ket.dims, where);
  const norm = ket.norm();
  if (!(Math.abs(norm - 1) <= STATE_TOLERANCE)) throw new NotNormalisedError(where, norm, STATE_TOLERANCE);
  return ket;
}
