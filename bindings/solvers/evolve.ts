/**
 * One evolution in the kernel: copies the problem in, runs it in one call (or in slices, when somebody watches), copies the
 * results out. Knows no physics.
 * @module
 */
import {
  STATISTIC_REJECTED,
  STATISTIC_RHS_EVALUATIONS,
  STATISTIC_SPECTRAL_RADIUS,
  STATISTIC_STEP,
  STATISTIC_STEPS,
  STATISTIC_STIFFNESS,
  STATISTIC_TIME,
  STATUS_DONE,
  STATUS_NON_FINITE,
  STATUS_RUNNING,
  STATUS_STEP_UNDERFLOW,
} from "../../assembly/constants.ts";
import { NonFiniteError, StepLimitError, StepSizeError } from "../errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { checkFinite } from "../operators/checks.ts";
import type { Operator } from "../operators/operator.ts";
import { type GeneratorPlan, generatorBytes, putGenerator } from "../plan/generator.ts";
import type { ResolvedOptions } from "./options.ts";

/** Counters of a run. */
export interface RunStatistics {
  readonly time: number;
  /** The step last tried. */
  readonly step: number;
  readonly steps: number;
  readonly rejected: number;
  readonly rhsEvaluations: number;
  readonly spectralRadius: number;
  /** Spectral radius times mean step over the stability limit. */
  readonly stiffness: number;
}

export interface RawSolution {
  /** Tr[O X(t)] for every time and functional: `values[2 * (time * count + functional)]`, re and im interleaved. */
  readonly values: Float64Array;
  /** States, row-major and interleaved; empty unless they were asked for. */
  readonly states: readonly Float64Array[];
  readonly finalState: Float64Array;
  readonly statistics: RunStatistics;
  readonly build: string;
}

/** Largest number of steps one call into the kernel takes when nobody watches: 2³¹ - 1. */
const ALL_STEPS = 0x7fffffff;
/** Milliseconds between progress ticks, aimed at. */
const TICK = 100;

/** How much an evolution takes: its memory in the kernel, in bytes, and what to call it. */
interface Demand {
  readonly matrix: number;
  readonly outputs: number;
  readonly stored: number;
  readonly working: number;
  readonly total: number;
  readonly what: string;
}

function demand(
  kernel: Kernel,
  plan: GeneratorPlan,
  timeCount: number,
  functionals: readonly Operator[],
  options: ResolvedOptions,
): Demand {
  const { bytes: matrix } = kernel.layout(plan.d);
  const stored = options.storeStates ? timeCount : 0;
  const outputs = 16 * timeCount * functionals.length;
  const working = 1 + kernel.functions.workingMatrices(kernel.methods.indexOf(options.method));
  const elements = functionals.reduce((sum, o) => sum + o.nnz, 0);
  return {
    matrix,
    outputs,
    stored,
    working,
    total: generatorBytes(kernel, plan) + matrix * (working + stored) + outputs + 20 * elements + 8 * timeCount + 65536,
    what: `an evolution of ${plan.d} levels${stored > 0 ? ` with ${stored} stored states` : ""}`,
  };
}

/** @throws {@link TooLargeError} when the evolution cannot fit the kernel's memory; nothing is allocated or computed. */
export function checkMemory(
  plan: GeneratorPlan,
  timeCount: number,
  functionals: readonly Operator[],
  options: ResolvedOptions,
): void {
  const kernel = getKernel();
  const { total, what } = demand(kernel, plan, timeCount, functionals, options);
  kernel.require(total, what);
}

/**
 * Evolves `rho0` (Hermitian) over `times`.
 * @param functionals operators O of the functionals Tr[O X]
 * @throws {@link TooLargeError} when the engine grants less memory than {@link checkMemory} counted on;
 * {@link StepLimitError}, {@link StepSizeError}, {@link NonFiniteError}; the reason of an aborted signal
 */
export function evolve(
  plan: GeneratorPlan,
  rho0: Operator,
  times: Float64Array,
  functionals: readonly Operator[],
  options: ResolvedOptions,
  where: string,
): RawSolution {
  options.signal?.throwIfAborted();
  const kernel = getKernel();
  const d = plan.d;
  const method = kernel.methods.indexOf(options.method);
  const { matrix, outputs, stored, working, what } = demand(kernel, plan, times.length, functionals, options);
  return kernel.frame(() => {
    const generator = putGenerator(kernel, plan);
    const y = kernel.putMatrix(rho0, what);
    const timesAt = kernel.putDoubles(times, what);
    const functionalsAt = putFunctionals(kernel, functionals, d, what);
    const values = kernel.allocate(outputs + 8, what);
    const states = stored > 0 ? kernel.allocate(stored * matrix, what) : 0;
    const evolution =
      kernel.functions.createEvolution(
        generator,
        method,
        y,
        timesAt,
        times.length,
        functionalsAt,
        values,
        states,
        options.rtol,
        options.atol,
        (options.method === "rk4" ? options.dt : options.maxStep) ?? 0,
        options.maxSteps,
      ) >>> 0;
    if (evolution === 0) kernel.allocate(matrix * working, what);
    run(kernel, evolution, times, options, where);
    const state = kernel.functions.evolutionState(evolution) >>> 0;
    const { doubles } = kernel;
    const outcome = doubles.slice(values / 8, values / 8 + 2 * times.length * functionals.length);
    checkFinite(outcome, `${where}: expectation values`);
    return {
      values: outcome,
      states: Array.from({ length: stored }, (_, k) => kernel.getMatrix(states + k * matrix, d, `${where}: state`)),
      finalState: kernel.getMatrix(state, d, `${where}: final state`),
      statistics: readStatistics(kernel, evolution),
      build: kernel.build,
    };
  });
}

function run(kernel: Kernel, evolution: number, times: Float64Array, options: ResolvedOptions, where: string): void {
  const { signal, onProgress } = options;
  const start = times[0]!;
  const end = times.at(-1)!;
  // The call is synchronous: unless somebody is told of its progress, nobody can abort it.
  let budget = onProgress ? 16 : ALL_STEPS;
  let status: number = STATUS_RUNNING;
  while (status === STATUS_RUNNING) {
    const before = performance.now();
    status = kernel.functions.evolutionAdvance(evolution, budget);
    if (!onProgress || (status !== STATUS_RUNNING && status !== STATUS_DONE)) continue;
    const elapsed = Math.max(performance.now() - before, 0.1);
    budget = Math.max(1, Math.min(ALL_STEPS, Math.round((budget * TICK) / elapsed)));
    const time = kernel.functions.evolutionTime(evolution);
    onProgress({
      time,
      fraction: end === start ? 1 : (time - start) / (end - start),
      steps: readStatistics(kernel, evolution).steps,
    });
    if (status === STATUS_RUNNING) signal?.throwIfAborted();
  }
  if (status === STATUS_DONE) return;
  const statistics = readStatistics(kernel, evolution);
  const { time, steps } = statistics;
  if (status === STATUS_NON_FINITE) {
    throw new NonFiniteError(
      where,
      time,
      `the state is no longer finite after t = ${time}; the operators or the step may be too large`,
    );
  }
  if (status === STATUS_STEP_UNDERFLOW) throw new StepSizeError(where, time, end, steps);
  throw new StepLimitError(where, time, end, options.maxSteps, diagnose(statistics, end, options));
}

/** Why the steps are as short as they are. */
function diagnose(statistics: RunStatistics, end: number, options: ResolvedOptions): string {
  const { time, step, spectralRadius, stiffness, rejected, steps } = statistics;
  const left = step > 0 ? Math.ceil((end - time) / step) : Number.NaN;
  const more = `about ${left} more steps of the last length ${step.toPrecision(3)} are needed`;
  if (options.method === "rk4") return `dt = ${options.dt} is fixed: ${more}; raise maxSteps or dt.`;
  if (options.maxStep !== undefined && step > 0.99 * options.maxStep) {
    return `maxStep = ${options.maxStep} holds the steps: ${more}; raise maxSteps or maxStep.`;
  }
  if (stiffness > 0.4) {
    return `The steps are held by stability, not by accuracy: the generator has rates or frequencies up to about ${spectralRadius.toPrecision(3)} (a stiff problem); ${more}. Raise maxSteps; loosening rtol will not help.`;
  }
  return `The steps are held by accuracy (rtol = ${options.rtol}, atol = ${options.atol}; ${rejected} of ${steps + rejected} were rejected); ${more}. Raise maxSteps, or loosen rtol and atol.`;
}

function readStatistics(kernel: Kernel, evolution: number): RunStatistics {
  const s = kernel.statistics(evolution);
  return {
    time: s[STATISTIC_TIME]!,
    step: s[STATISTIC_STEP]!,
    steps: s[STATISTIC_STEPS]!,
    rejected: s[STATISTIC_REJECTED]!,
    rhsEvaluations: s[STATISTIC_RHS_EVALUATIONS]!,
    spectralRadius: s[STATISTIC_SPECTRAL_RADIUS]!,
    stiffness: s[STATISTIC_STIFFNESS]!,
  };
}

/** Tr[O X] = sum_ij O_ij X_ji, as byte offsets into the planar matrix. */
function putFunctionals(kernel: Kernel, operators: readonly Operator[], d: number, what: string): number {
  const { stride } = kernel.layout(d);
  const starts = [0];
  const offsets: number[] = [];
  const coefficients: number[] = [];
  for (const operator of operators) {
    operator.forEachNonzero((row, column, re, im) => {
      offsets.push(8 * (column * stride + row));
      coefficients.push(re, im);
    });
    starts.push(offsets.length);
  }
  const pointer = kernel.functions.createFunctionals(
    operators.length,
    kernel.putIntegers(starts, what),
    kernel.putIntegers(offsets, what),
    kernel.putDoubles(coefficients, what),
  );
  return pointer >>> 0 || kernel.allocate(4 * starts.length, what);
}
