/**
 * The Lindblad (GKLS) master equation, d(rho)/dt = -i[H, rho] + sum_k (L_k rho L_k† - ½{L_k†L_k, rho}).
 * @module
 */
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { getKernel } from "../kernel/load.ts";
import type { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import { planGenerator, putGenerator } from "../plan/generator.ts";
import { checkDensityMatrix, checkHamiltonian, checkObservables, checkTimes, resolveJumps } from "./checks.ts";
import { checkMemory, evolve, type RawSolution } from "./evolve.ts";
import { type MesolveOptions, type Observables, type ResolvedOptions, resolveOptions } from "./options.ts";
import type { ComplexSeries, Solution, SolveStats } from "./solution.ts";

/**
 * Solves the master equation (Lindblad, Commun. Math. Phys. 48 (1976) 119; Gorini, Kossakowski, Sudarshan, J. Math. Phys. 17
 * (1976) 821) from `rho0` and returns expectation values and states at the times of `tlist`. hbar = 1.
 *
 * @param hamiltonian H, Hermitian to 1e-12 of its largest element; its Hermitian part is used
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
  hamiltonian: Operator,
  rho0: Operator | Ket,
  tlist: ArrayLike<number>,
  options: MesolveOptions & { eOps?: E | undefined } = {},
): Solution<E> {
  const started = performance.now();
  const resolved = resolveOptions(options, "mesolve");
  const H = checkHamiltonian(hamiltonian, "mesolve: H");
  const jumps = resolveJumps(resolved.cOps ?? [], H.dims, "mesolve: cOps");
  const eOps = options.eOps ?? ({} as E);
  checkObservables(eOps, H.dims, "mesolve: eOps");
  const times = checkTimes(tlist, "mesolve: tlist");
  return solve({ H, jumps, rho0, times, eOps, options: resolved, started, where: "mesolve" }).solution;
}

/** A problem whose parts have been checked, all but the initial state. */
export interface Problem<E extends Observables> {
  readonly H: Operator;
  /** Rates inside. */
  readonly jumps: readonly Operator[];
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
  const { H, times, eOps, functionals = [], options, started } = problem;
  const plan = planGenerator(H, problem.jumps);
  const observables = Object.entries(eOps);
  const operators = [...observables.map(([, operator]) => operator), ...functionals];
  checkMemory(plan, times.length, operators, options);
  const rho0 = checkDensityMatrix(problem.rho0, H.dims, `${problem.where}: rho0`);
  const raw = evolve(plan, rho0, times, operators, options, problem.where);
  const series = operators.map((_, index) => readSeries(raw.values, operators.length, index, times.length));
  const finalState = Operator.dense(H.dims, raw.finalState).asHermitian();
  const expect = Object.fromEntries(
    observables.map(([name, operator], k) => [name, operator.isHermitian() ? series[k]!.re : series[k]!]),
  ) as Solution<E>["expect"];
  const solution = {
    times,
    expect,
    ...(options.storeStates ? { states: raw.states.map((data) => Operator.dense(H.dims, data).asHermitian()) } : {}),
    finalState,
    stats: readStats(raw, plan.form, options.method, finalState, started),
  };
  return { solution, series: series.slice(observables.length) };
}

/** The generator applied once, L[rho], for Hermitian rho. */
export function applyGenerator(H: Operator, jumps: readonly Operator[], rho: Operator): Operator {
  const plan = planGenerator(H, jumps);
  const data = getKernel().frame((kernel) => {
    const generator = putGenerator(kernel, plan);
    const out = kernel.allocate(kernel.layout(H.size).bytes, "a right-hand side");
    kernel.functions.rightHandSide(generator, kernel.putMatrix(rho, "a right-hand side"), out);
    return kernel.getMatrix(out, H.size, "right-hand side");
  });
  return Operator.dense(H.dims, data);
}

/** Functional `index` of `count`, at all times. */
function readSeries(values: Float64Array, count: number, index: number, timeCount: number): ComplexSeries {
  const part = (offset: number) =>
    Float64Array.from({ length: timeCount }, (_, k) => values[2 * (k * count + index) + offset]!);
  return { re: part(0), im: part(1) };
}

function readStats(raw: RawSolution, form: string, method: string, finalState: Operator, started: number): SolveStats {
  const { steps, rejected, rhsEvaluations, stiffness } = raw.statistics;
  const trace = finalState.tr();
  return {
    method,
    form,
    steps,
    rejected,
    rhsEvaluations,
    stiffness,
    traceError: Math.hypot(trace.re - 1, trace.im),
    hermiticityError: finalState.hermiticityDefect().deviation,
    minEigenvalue: eigenvaluesHermitian(finalState)[0]!,
    build: raw.build,
    milliseconds: performance.now() - started,
  };
}
