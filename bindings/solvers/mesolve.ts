/**
 * The Lindblad (GKLS) master equation, d(rho)/dt = -i[H, rho] + sum_k (L_k rho L_k† - ½{L_k†L_k, rho}).
 * @module
 */

import { InvalidArgumentError } from "../errors.ts";
import type { Ket } from "../operators/ket.ts";
import type { Operator } from "../operators/operator.ts";
import { checkObservables, checkTimes } from "./checks.ts";
import type { Hamiltonian } from "./hamiltonian.ts";
import { type MesolveOptions, type Observables, type Point, resolveOptions } from "./options.ts";
import type { Solution } from "./solution.ts";
import { type Problem, solve, solveSteps } from "./solve.ts";
import { withoutAnswers } from "./stepping.ts";
import { resolveGenerator } from "./terms.ts";

/**
 * Solves the master equation d(rho)/dt = -i[H, rho] + sum_k (L_k rho L_k† - ½{L_k†L_k, rho}) (Lindblad, Commun. Math. Phys. 48 (1976) 119;
 * Gorini, Kossakowski, Sudarshan, J. Math. Phys. 17 (1976) 821) from `rho0`, the L_k given as `cOps`. hbar = 1: energies are angular
 * frequencies, rates and frequencies are in inverse units of the times of `tlist`. QuTiP's `mesolve`.
 *
 * @param hamiltonian H, Hermitian to 1e-12 of its largest element; its Hermitian part is used. Or a sum of terms, of which some depend on
 * time: `[H0, [H1, f], …]`, f a {@link Coefficient} or a function of time
 * @param rho0 the initial density matrix, or a unit ket: trace 1, Hermitian and positive to 1e-10; its Hermitian part is used
 * @param tlist output times, strictly increasing; the first is the initial time
 * @returns expectation values of `eOps` at every output time, the final state, others where `storeStates` asks for them, and how the run went
 * @throws {@link UnknownOptionError}, {@link InvalidArgumentError}, {@link DimensionMismatchError},
 * {@link NotHermitianError}, {@link NonFiniteError}, {@link InvalidTimesError}, {@link NotDensityMatrixError},
 * {@link TooLargeError}: before anything is computed. {@link StepLimitError}, {@link StepSizeError}, {@link NonFiniteError},
 * or the reason of an aborted signal: while running.
 * @example
 * const a = destroy(20);
 * const result = mesolve(num(20), fock(20, 5), [0, 1, 2], { cOps: [a.scale(Math.sqrt(0.1))], eOps: { n: num(20) } });
 * result.expect.n; // [5, 5·exp(-0.1), 5·exp(-0.2)]
 */
export function mesolve<const E extends Observables = Record<never, Operator>>(
  hamiltonian: Hamiltonian,
  rho0: Operator | Ket,
  tlist: ArrayLike<number>,
  options: MesolveOptions & { eOps?: E | undefined } = {},
): Solution<E> {
  return solve(problemOf(hamiltonian, rho0, tlist, options, "mesolve")).solution;
}

/**
 * Solves the master equation as {@link mesolve} does, output by output: a generator that computes as far as it is asked and yields a
 * {@link Point} an output time. Between two points anything else may be solved.
 * @param options those of {@link mesolve} but for `until`: leave the loop instead
 * @returns (of the generator) the {@link Solution} of what was asked for
 * @throws as {@link mesolve}, from the first `next()` on
 * @example
 * for (const { time, expect, state } of mesolveSteps(H, rho0, tlist, { eOps: { n } })) {
 *   if (expect.n < 0.01) break;
 * }
 */
export function mesolveSteps<const E extends Observables = Record<never, Operator>>(
  hamiltonian: Hamiltonian,
  rho0: Operator | Ket,
  tlist: ArrayLike<number>,
  options: Omit<MesolveOptions, "until"> & { eOps?: E | undefined } = {},
): Generator<Point, Solution<E>, undefined> {
  // Here and now, not when the first point is asked for.
  const problem = problemOf(hamiltonian, rho0, tlist, options, "mesolveSteps");
  return stepsOf(problem);
}

function* stepsOf<E extends Observables>(problem: Problem<E>): Generator<Point, Solution<E>, undefined> {
  const { solution } = yield* withoutAnswers(solveSteps(problem));
  return solution;
}

function problemOf<E extends Observables>(
  hamiltonian: Hamiltonian,
  rho0: Operator | Ket,
  tlist: ArrayLike<number>,
  options: MesolveOptions & { eOps?: E | undefined },
  where: string,
): Problem<E> {
  const started = performance.now();
  const resolved = resolveOptions(options, where);
  if (where === "mesolveSteps" && resolved.until) {
    throw new InvalidArgumentError(`${where}: until`, resolved.until, "no until: leave the loop instead");
  }
  const times = checkTimes(tlist, `${where}: tlist`);
  const span = { from: times[0]!, to: times.at(-1)!, times };
  const generator = resolveGenerator(hamiltonian, resolved.cOps ?? [], span, resolved, where);
  const eOps = options.eOps ?? ({} as E);
  checkObservables(eOps, generator.H.dims, `${where}: eOps`);
  return { generator, rho0, times, eOps, options: resolved, started, where };
}
