/**
 * What every solver demands of its arguments, before anything is computed.
 * @module
 */
import { InvalidArgumentError, InvalidTimesError, NonFiniteError, NotDensityMatrixError } from "../errors.ts";
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { checkSameDims, readNumbers } from "../operators/checks.ts";
import { checkJumpList, type Jump, readJump } from "../operators/jump.ts";
import { Ket } from "../operators/ket.ts";
import { checkOperator, type HermitianOperator, Operator } from "../operators/operator.ts";
import { ket2dm } from "../operators/states.ts";

/** How far a trace may be from 1, a state from its adjoint, an eigenvalue below 0: what rounding in building a state leaves,
 * and nothing that would show in a result. */
export const STATE_TOLERANCE = 1e-10;

/**
 * The Hamiltonian, without the rounding by which it deviates from its adjoint: even that would let the trace drift.
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError}
 */
export function checkHamiltonian(H: Operator, where: string): HermitianOperator {
  checkOperator(H, where);
  return H.asHermitian(where);
}

/** The jump operators with their rates inside.
 * @throws {@link InvalidArgumentError} (not an array, not an operator, negative rate), {@link UnknownOptionError},
 * {@link DimensionMismatchError}, {@link NonFiniteError} (L†L overflows) */
export function resolveJumps(cOps: readonly Jump[], dims: readonly number[], where: string): Operator[] {
  checkJumpList(cOps, where);
  return Array.from(cOps, (jump, k) => resolveJump(jump, dims, `${where}[${k}]`));
}

/** One of them. */
export function resolveJump(jump: Jump, dims: readonly number[], at: string): Operator {
  return checkJump(readJump(jump, dims, at), at);
}

/** @throws {@link NonFiniteError} when L†L overflows */
export function checkJump(L: Operator, at: string): Operator {
  if (!Number.isFinite(L.norm() ** 2)) throw new NonFiniteError(at, undefined, "L†L overflows");
  return L;
}

/** @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} */
export function checkObservables(
  eOps: Readonly<Record<string, Operator>>,
  dims: readonly number[],
  where: string,
): void {
  for (const [name, operator] of Object.entries(eOps)) {
    checkOperator(operator, `${where}.${name}`);
    checkSameDims(dims, operator.dims, `${where}.${name}`);
  }
}

/** The output times as doubles. @throws {@link InvalidArgumentError}, {@link InvalidTimesError} */
export function checkTimes(tlist: ArrayLike<number>, where: string): Float64Array {
  const times = readNumbers(tlist, where, "an array of times");
  if (times.length === 0) throw new InvalidTimesError(where, -1, Number.NaN, "empty");
  for (let k = 0; k < times.length; k++) {
    const time = times[k]!;
    if (!Number.isFinite(time)) throw new InvalidTimesError(where, k, time, "non-finite");
    if (k > 0 && time <= times[k - 1]!) throw new InvalidTimesError(where, k, time, "not increasing");
  }
  return times;
}

/** The initial operator, whatever it is; a ket is taken as |psi><psi|. @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} */
export function checkInitial(state: Operator | Ket, dims: readonly number[], where: string): Operator {
  if (!(state instanceof Ket) && !(state instanceof Operator)) {
    throw new InvalidArgumentError(where, state, "an Operator or a Ket");
  }
  checkSameDims(dims, state.dims, where);
  return state instanceof Ket ? ket2dm(state) : state;
}

/** The initial state as a Hermitian operator of trace 1. What rounding leaves of an anti-Hermitian part is taken off: the
 * right-hand side is that of a Hermitian matrix.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotDensityMatrixError} */
export function checkState(state: Operator | Ket, dims: readonly number[], where: string): HermitianOperator {
  const rho = checkInitial(state, dims, where);
  const { re, im } = rho.tr();
  if (Math.hypot(re - 1, im) > STATE_TOLERANCE) throw new NotDensityMatrixError(where, "trace", re, STATE_TOLERANCE);
  const { deviation } = rho.hermiticityDefect();
  if (deviation > STATE_TOLERANCE) throw new NotDensityMatrixError(where, "hermiticity", deviation, STATE_TOLERANCE);
  return rho.hermitianPart();
}

/** @throws {@link NotDensityMatrixError} when an eigenvalue is negative */
export function checkPositive(rho: Operator, where: string): void {
  const least = smallestEigenvalue(rho);
  if (least < -STATE_TOLERANCE) throw new NotDensityMatrixError(where, "positivity", least, STATE_TOLERANCE);
}

/** Of a Hermitian operator; a diagonal one is not a matrix to be diagonalised. */
function smallestEigenvalue(rho: Operator): number {
  let diagonal = true;
  rho.forEachNonzero((row, column) => {
    diagonal &&= row === column;
  });
  if (!diagonal) return eigenvaluesHermitian(rho)[0]!;
  return Array.from({ length: rho.size }, (_, k) => rho.get(k, k).re).reduce((a, b) => Math.min(a, b));
}

/** The initial state as a density matrix. @throws as {@link checkState} and {@link checkPositive} */
export function checkDensityMatrix(state: Operator | Ket, dims: readonly number[], where: string): HermitianOperator {
  const rho = checkState(state, dims, where);
  if (!(state instanceof Ket)) checkPositive(rho, where);
  return rho;
}
