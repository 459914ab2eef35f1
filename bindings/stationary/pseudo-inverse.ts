/**
 * The Drazin inverse of the generator.
 * @module
 */
import { ConvergenceError, InvalidArgumentError } from "../errors.ts";
import { checkSameDims } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import { checkOperator, type Operator } from "../operators/operator.ts";
import { norm } from "../operators/vectors.ts";
import { checkHamiltonian, resolveJumps } from "../solvers/checks.ts";
import type { Equations } from "./equations.ts";
import { nextEigenvalue } from "./gap.ts";
import type { StationaryInverse } from "./inverse.ts";
import { withInverse } from "./unique.ts";

/** What is left of a vector that should vanish, relative to what it was. */
const ROUNDING = 1e-14;
/** Residual of the steady state, relative to ‖L‖, that an inverse may be built on. */
export const STEADY = 1e-12;

/**
 * L⁺[X] for some operators X, L⁺ the Drazin inverse of L (its group inverse: L L⁺ = L⁺ L = 1 - P, L⁺ P = P L⁺ = 0, P[X] = Tr[X]·rho the projection onto the steady state): -L⁺[X] is the
 * integral over time of exp(L t)[X - Tr[X] rho]. Nothing the size of L is inverted where that would not fit.
 *
 * @param H as in {@link steadystate}
 * @param cOps as in {@link steadystate}
 * @param operators X, Hermitian or not
 * @throws {@link SteadyStateNotUniqueError}, {@link TooLargeError}, {@link InvalidArgumentError}, {@link DimensionMismatchError},
 * {@link NotHermitianError}; {@link ConvergenceError} where L is so nearly singular beside its steady state that rounding hides what it would be
 * @example
 * // The first order of a perturbation L + epsilon K: rho changes by -epsilon L⁺[K[rho]], here by epsilon more drive.
 * const { rho } = steadystate(sigmax(), [sigmam()]);
 * const V = sigmax();
 * const change = V.mul(rho).sub(rho.mul(V)).scale({ re: 0, im: -1 });
 * const [slope] = pseudoInverse(sigmax(), [sigmam()], [change]).map((X) => X.scale(-1));
 */
export function pseudoInverse(H: Operator, cOps: readonly Jump[], operators: readonly Operator[]): Operator[] {
  const where = "pseudoInverse";
  const hamiltonian = checkHamiltonian(H, `${where}: H`);
  const jumps = resolveJumps(cOps, H.dims, `${where}: cOps`);
  if (!Array.isArray(operators))
    throw new InvalidArgumentError(`${where}: operators`, operators, "an array of Operators");
  // Array.from does not pass over holes.
  const parts = Array.from(operators, (X, k) => {
    const at = `${where}: operators[${k}]`;
    checkOperator(X, at);
    checkSameDims(H.dims, X.dims, at);
    return hermitianParts(X);
  });
  const problem = {
    H: hamiltonian,
    jumps,
    start: undefined,
    seeds: parts.flat(),
    method: undefined,
    tol: STEADY,
    where,
  };
  return withInverse(problem, (equations, inverse) =>
    parts.map(([P, Q]) => {
      const [p, q] = [P, Q].map((X) => equations.operator(solveTraceless(equations, inverse, equations.of(X), where)));
      return p!.add(q!.scale({ re: 0, im: 1 }));
    }),
  ).used;
}

/** X = P + iQ, both Hermitian. */
export function hermitianParts(X: Operator): [Operator, Operator] {
  const half = X.dag();
  return [X.add(half).scale(0.5), X.sub(half).scale({ re: 0, im: -0.5 })];
}

/** L⁺ x. @throws {@link ConvergenceError} where the inverse did not find it */
export function solveTraceless(
  equations: Equations,
  inverse: StationaryInverse,
  x: Float64Array,
  where: string,
): Float64Array {
  const trace = equations.trace(x);
  const rest = x.map((value, k) => value - trace * inverse.rho[k]!);
  // Of the steady state itself only rounding is left.
  if (norm(rest) <= ROUNDING * norm(x)) return rest.fill(0);
  const found = inverse.solve(rest);
  if (!Number.isFinite(norm(found))) throw notSolved(equations, inverse, where);
  return found;
}

function notSolved(equations: Equations, inverse: StationaryInverse, where: string): ConvergenceError {
  const next = nextEigenvalue(equations, inverse);
  const size = next ? Math.hypot(next.re, next.im) : Number.NaN;
  const why = Number.isNaN(size)
    ? "L is nearly singular beside its steady state"
    : `L is nearly singular beside its steady state, its next eigenvalue about ${size.toExponential(1)} from zero, ${(size / equations.norm).toExponential(0)} of ‖L‖`;
  return new ConvergenceError(
    `${where}: L x = b was not solved for a traceless b to the accuracy of rounding: ${why}; rates less far apart would be right`,
  );
}
