/**
 * The Lindblad (GKLS) master equation, d(rho)/dt = -i[H, rho] + sum_k (L_k rho L_k† - ½{L_k†L_k, rho}).
 * @module
 */

import { RunError } from "../errors.ts";
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { getKernel } from "../kernel/load.ts";
import { Ket } from "../operators/ket.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { noJumpOperator } from "../plan/generator.ts";
import { chooseRepresentation } from "../plan/plan.ts";
import { checkInitial, checkObservables, checkPositive, checkState, checkTimes } from "./checks.ts";
import { planEvolution, type RawSolution } from "./evolve.ts";
import { type MesolveOptions, type Observables, type ResolvedOptions, resolveOptions } from "./options.ts";
import type { ComplexSeries, Solution, SolveStats } from "./solution.ts";
import { type Hamiltonian, type ResolvedGenerator, resolveGenerator } from "./terms.ts";

/**
 * Solves the master equation (Lindblad, Commun. Math. Phys. 48 (1976) 119; Gorini, Kossakowski, Sudarshan, J. Math. Phys. 17
 * (1976) 821) from `rho0` and returns expectation values and states at the times of `tlist`. hbar = 1.
 *
 * @param hamiltonian H, Hermitian to 1e-12 of its largest element; its Hermitian part is used. Or a sum of terms, of which some depend on
 * time: `[H0, [H1, f], …]`, f a {@link Coefficient} or a function of time
 * @param rho0 the initial density matrix, or a unit ket: trace 1, Hermitian and positive to 1e-10; its Hermitian part is used
 * @param tlist output times, strictly increasing; the first is the initial time
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
  const started = performance.now();
  const resolved = resolveOptions(options, "mesolve");
  const times = checkTimes(tlist, "mesolve: tlist");
  const span = { from: times[0]!, to: times.at(-1)!, times };
  const generator = resolveGenerator(hamiltonian, resolved.cOps ?? [], span, resolved, "mesolve");
  const eOps = options.eOps ?? ({} as E);
  checkObservables(eOps, generator.H.dims, "mesolve: eOps");
  return solve({ generator, rho0, times, eOps, options: resolved, started, where: "mesolve" }).solution;
}

/** A problem whose parts have been checked, all but the initial state. */
export interface Problem<E extends Observables> {
  readonly generator: ResolvedGenerator;
  readonly rho0: Operator | Ket;
  readonly times: Float64Array;
  readonly eOps: E;
  /** Operators O whose Tr[O rho] the caller wants besides `eOps`. */
  readonly functionals?: readonly Operator[];
  readonly options: ResolvedOptions;
  /** When the call began, by performance.now(). */
  readonly started: number;
  /** The function called, for messages. */
  readonly where: string;
}

/** Solves a problem; `series` belong to its `functionals`. The size is checked before the state, whose eigenvalues take time. */
export function solve<E extends Observables>(problem: Problem<E>): { solution: Solution<E>; series: ComplexSeries[] } {
  const { generator, times, eOps, functionals = [], options, started, where } = problem;
  const { G, jumps, driven } = generator;
  const states = initialStates(problem);
  const observables = Object.entries(eOps);
  const operators = [...observables.map(([, operator]) => operator), ...functionals];
  const evolution = planEvolution({ G, jumps, driven, states, times, functionals: operators, options, where });
  if (options.checkState && !(problem.rho0 instanceof Ket)) checkPositive(states[0]!, `${where}: rho0`);
  const raw = evolution.run();
  const series = operators.map((_, index) => readSeries(raw.values, operators.length, index, raw.outputs));
  const toOperator = (data: Float64Array) => {
    const operator = Operator.dense(G.dims, data);
    return states.length === 1 ? operator.asHermitian() : (operator as HermitianOperator);
  };
  const expect = Object.fromEntries(
    observables.map(([name, operator], k) => [
      name,
      states.length === 1 && operator.isHermitian() ? series[k]!.re : series[k]!,
    ]),
  ) as Solution<E>["expect"];
  const solutionOf = (): Solution<E> => ({
    times: times.subarray(0, raw.outputs),
    expect,
    ...(options.storeStates ? { states: raw.states.map(toOperator) } : {}),
    finalState: toOperator(raw.finalState),
    warnings: generator.warnings,
    stats: readStats(raw, toOperator(raw.finalState), started),
  });
  if (raw.failure) {
    if (raw.failure instanceof RunError && raw.finalState.length > 0) raw.failure.partial = solutionOf();
    throw raw.failure;
  }
  return { solution: solutionOf(), series: series.slice(observables.length) };
}

/** The initial operator as Hermitian ones: itself, or P and Q of P + iQ. */
function initialStates({ generator, rho0, options, where }: Problem<Observables>): Operator[] {
  const { dims } = generator.G;
  if (options.checkState) return [checkState(rho0, dims, `${where}: rho0`)];
  const X = checkInitial(rho0, dims, `${where}: rho0`);
  if (X.isHermitian()) return [X.hermitianPart()];
  return [X.hermitianPart(), X.scale({ re: 0, im: -1 }).hermitianPart()];
}

/** The generator applied once, L[rho], for Hermitian rho. */
export function applyGenerator(H: Operator, jumps: readonly Operator[], rho: Operator): Operator {
  const { representation } = chooseRepresentation(noJumpOperator(H, jumps), jumps, [rho]);
  const what = "a right-hand side";
  const data = getKernel().frame((kernel) => {
    const bytes = 8 * representation.length(kernel);
    const superoperator = representation.put(kernel, 1, what);
    const x = kernel.allocate(bytes, what);
    const out = kernel.allocate(bytes, what);
    representation.write(kernel, rho, x);
    kernel.functions.rightHandSide(superoperator, x, out);
    return representation.read(kernel, out, "right-hand side");
  });
  return Operator.dense(H.dims, data);
}

/** Functional `index` of `count`, at all times. */
export function readSeries(values: Float64Array, count: number, index: number, timeCount: number): ComplexSeries {
  const re = new Float64Array(timeCount);
  const im = new Float64Array(timeCount);
  for (let k = 0, at = 2 * index; k < timeCount; k++, at += 2 * count) {
    re[k] = values[at]!;
    im[k] = values[at + 1]!;
  }
  return { re, im };
}

function readStats(raw: RawSolution, finalState: Operator, started: number): SolveStats {
  const { steps, rejected, rhsEvaluations, stiffness, spectralRadius } = raw.statistics;
  const trace = finalState.tr();
  let least: number | undefined;
  return {
    method: raw.method,
    form: raw.form,
    reasons: raw.reasons,
    steps,
    rejected,
    rhsEvaluations,
    spectralRadius,
    stiffness,
    traceError: Math.hypot(trace.re - 1, trace.im),
    hermiticityError: finalState.hermiticityDefect().deviation,
    // On demand: in large systems it would take as long as the run.
    get minEigenvalue() {
      least ??= eigenvaluesHermitian(finalState.hermitianPart())[0]!;
      return least;
    },
    build: raw.build,
    milliseconds: performance.now() - started,
  };
}
