/**
 * The Drazin inverse of the generator.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkSameDims } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import { Operator } from "../operators/operator.ts";
import { norm } from "../operators/vectors.ts";
import { checkHamiltonian, resolveJumps } from "../solvers/checks.ts";
import type { Equations } from "./equations.ts";
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
 * @param H, cOps as in {@link steadystate}
 * @param operators X, Hermitian or not
 * @throws {@link SteadyStateNotUniqueError}, {@link TooLargeError}, {@link InvalidArgumentError}, {@link DimensionMismatchError},
 * {@link NotHermitianError}
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
  operators.forEach((X, k) => {
    if (!(X instanceof Operator)) throw new InvalidArgumentError(`${where}: operators[${k}]`, X, "an Operator");
    checkSameDims(H.dims, X.dims, `${where}: operators[${k}]`);
  });
  const parts = operators.map(hermitianParts);
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
      const [p, q] = [P, Q].map((X) => equations.operator(solveTraceless(equations, inverse, equations.of(X))));
      return p!.add(q!.scale({ re: 0, im: 1 }));
    }),
  ).used;
}

/** X = P + iQ, both Hermitian. */
export function hermitianParts(X: Operator): [Operator, Operator] {
  const half = X.dag();
  return [X.add(half).scale(0.5), X.sub(half).scale({ re: 0, im: -0.5 })];
}

/** L⁺ x */
export function solveTraceless(equations: Equations, { rho, solve }: StationaryInverse, x: Float64Array): Float64Array {
  const trace = equations.trace(x);
  const rest = x.map((value, k) => value - trace * rho[k]!);
  // Of the steady state itself only rounding is left.
  return norm(rest) <= ROUNDING * norm(x) ? rest.fill(0) : solve(rest);
}
