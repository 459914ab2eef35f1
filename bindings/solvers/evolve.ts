/**
 * One evolution in the kernel: copies the problem in, runs it in one call (or in slices, when somebody watches), copies the
 * results out. Knows no physics. A run may take several segments: where a method cannot go on, another one takes over.
 * @module
 */
import {
  STATUS_DONE,
  STATUS_METHOD_FAILED,
  STATUS_NON_FINITE,
  STATUS_RUNNING,
  STATUS_STEP_UNDERFLOW,
} from "../../assembly/constants.ts";
import { ConvergenceError, type LindbladError, NonFiniteError, StepLimitError, StepSizeError } from "../errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { checkFinite } from "../operators/checks.ts";
import { Operator } from "../operators/operator.ts";
import type { RunShape } from "../plan/cost.ts";
import { chooseMethod, outputCost } from "../plan/method.ts";
import type { Representation } from "../plan/representation.ts";
import { diagnose } from "./diagnosis.ts";
import type { ResolvedOptions } from "./options.ts";
import { addStatistics, NO_STEPS, type RunStatistics, readStatistics } from "./statistics.ts";

/** What is to be evolved. */
export interface Evolvable {
  readonly representation: Representation;
  /** Hermitian operators: one, or P and Q of X = P + iQ. */
  readonly states: readonly Operator[];
  readonly times: Float64Array;
  /** Operators O of the functionals Tr[O X]. */
  readonly functionals: readonly Operator[];
  readonly options: ResolvedOptions;
  /** The function called, for messages. */
  readonly where: string;
}

export interface RawSolution {
  /** Output times written: all of them, unless the run failed. */
  readonly outputs: number;
  /** Tr[O X(t)] for every time and functional: `values[2 * (time * count + functional)]`, re and im interleaved. */
  readonly values: Float64Array;
  /** States, row-major and interleaved; empty unless they were asked for. */
  readonly states: readonly Float64Array[];
  readonly finalState: Float64Array;
  readonly statistics: RunStatistics;
  /** Integrators in the order they were used, and why. */
  readonly methods: readonly string[];
  readonly reasons: readonly string[];
  readonly build: string;
  /** Why the run ended before its last output time. */
  readonly failure: LindbladError | undefined;
}

/** Largest number of steps one call into the kernel takes when nobody watches: 2³¹ - 1. */
const ALL_STEPS = 0x7fffffff;
/** Milliseconds between progress ticks, aimed at. */
const TICK = 100;
/** What takes over where a method chosen by `auto` cannot go on. */
const SUCCESSORS: Record<string, string> = { faber: "tsit5" };

/** Kernel memory of an evolution in bytes, and what to call it. */
function demand(kernel: Kernel, problem: Evolvable, method: string): { total: number; what: string } {
  const { representation, states, times, functionals, options } = problem;
  const length = representation.length(kernel);
  const vector = 8 * length * states.length + 64;
  const stored = options.storeStates ? times.length : 0;
  const terms = functionals.reduce((sum, o) => sum + o.nnz, 0);
  const d = states[0]!.size;
  return {
    total:
      representation.bytes(kernel) +
      vector * (1 + stored) +
      kernel.functions.evolutionBytes(kernel.methods.indexOf(method), length, states.length, functionals.length) +
      16 * times.length * functionals.length +
      40 * terms +
      8 * times.length +
      65536,
    what: `an evolution of ${d} levels${stored > 0 ? ` with ${stored} stored states` : ""}`,
  };
}

function shapeOf({ representation, states, times, functionals, options }: Evolvable): RunShape {
  return {
    length: representation.length(getKernel()) * states.length,
    outputs: times.length,
    functionals: functionals.length,
    functionalTerms: functionals.reduce((sum, o) => sum + o.nnz, 0),
    storeStates: options.storeStates,
  };
}

/** The integrator to begin with, and why. */
function firstMethod(problem: Evolvable): { method: string; reason: string } {
  const { options, representation, times } = problem;
  if (options.method !== "auto") return { method: options.method, reason: "asked for" };
  if (options.dt !== undefined) return { method: "rk4", reason: "dt is given" };
  return chooseMethod(representation, times, shapeOf(problem));
}

/** @throws {@link TooLargeError} when the evolution cannot fit the kernel's memory; nothing is allocated or computed. */
export function checkMemory(problem: Evolvable): void {
  const kernel = getKernel();
  const { total, what } = demand(kernel, problem, firstMethod(problem).method);
  kernel.require(total, what);
}

/**
 * Evolves the states over the times.
 * @throws {@link TooLargeError} when the engine grants less memory than {@link checkMemory} counted on; the reason of an aborted
 * signal. Failures of the integration are in the result.
 */
export function evolve(problem: Evolvable): RawSolution {
  const { times, functionals, options, where } = problem;
  options.signal?.throwIfAborted();
  const kernel = getKernel();
  const first = firstMethod(problem);
  const methods = [first.method];
  const reasons = [first.reason];
  const width = 2 * functionals.length;
  const values = new Float64Array(width * times.length);
  const states: Float64Array[] = [];
  let statistics = NO_STEPS;
  let segment: Segment = { problem, first: 0, time: times[0]!, states: problem.states };
  while (true) {
    const method = methods.at(-1)!;
    const end = kernel.frame(() => runSegment(kernel, segment, method, statistics));
    statistics = addStatistics(statistics, end.statistics);
    // The first output of a later segment is where it began.
    const skip = segment.time === times[segment.first] ? 0 : 1;
    values.set(end.values.subarray(skip * width), segment.first * width);
    states.push(...end.states.slice(skip));
    const outputs = segment.first + end.statistics.outputs - skip;
    const successor = options.method === "auto" ? SUCCESSORS[method] : undefined;
    if (end.status === STATUS_METHOD_FAILED && successor !== undefined) {
      methods.push(successor);
      reasons.push(`${method} did not converge after t = ${end.statistics.time}`);
      const [re, im] = end.parts;
      const { dims } = problem.states[0]!;
      segment = {
        problem,
        first: outputs,
        time: end.statistics.time,
        states: (im ? [re!, im] : [re!]).map((data) => Operator.dense(dims, data)),
      };
      continue;
    }
    checkFinite(values, `${where}: expectation values`);
    return {
      outputs,
      values,
      states,
      finalState: combineParts(end.parts),
      statistics,
      methods,
      reasons,
      build: kernel.build,
      failure: failureOf(end.status, statistics, method, problem),
    };
  }
}

/** A part of a run with one method. */
interface Segment {
  readonly problem: Evolvable;
  /** First output time still to come. */
  readonly first: number;
  /** Where it begins. */
  readonly time: number;
  readonly states: readonly Operator[];
}

interface SegmentEnd {
  readonly status: number;
  readonly statistics: RunStatistics;
  readonly values: Float64Array;
  readonly states: Float64Array[];
  /** The Hermitian operators reached. */
  readonly parts: readonly Float64Array[];
}

function runSegment(kernel: Kernel, segment: Segment, method: string, before: RunStatistics): SegmentEnd {
  const { problem, first, time } = segment;
  const { representation, functionals, options, where } = problem;
  const { what } = demand(kernel, problem, method);
  const copies = segment.states.length;
  const rest = problem.times.subarray(first);
  const times = time === rest[0] ? rest : Float64Array.of(time, ...rest);
  const length = representation.length(kernel);
  const superoperator = representation.put(kernel, copies, what);
  const y = kernel.allocate(8 * length * copies, what);
  segment.states.forEach((state, k) => {
    representation.write(kernel, state, y + 8 * length * k);
  });
  const timesAt = kernel.putDoubles(times, what);
  const functionalsAt = putFunctionals(kernel, representation, functionals, what);
  const values = kernel.allocate(16 * times.length * functionals.length + 8, what);
  const states = options.storeStates ? kernel.allocate(8 * length * copies * times.length, what) : 0;
  const evolution =
    kernel.functions.createEvolution(
      superoperator,
      kernel.methods.indexOf(method),
      y,
      timesAt,
      times.length,
      functionalsAt,
      values,
      states,
      options.rtol,
      options.atol,
      (method === "rk4" ? options.dt : options.maxStep) ?? 0,
      options.maxSteps - before.steps - before.rejected,
      outputCost(representation, shapeOf(problem)),
    ) >>> 0;
  if (evolution === 0) {
    kernel.allocate(
      kernel.functions.evolutionBytes(kernel.methods.indexOf(method), length, copies, functionals.length),
      what,
    );
  }
  const status = run(kernel, evolution, problem, before);
  const statistics = readStatistics(kernel, evolution);
  const read = (pointer: number, what: string) =>
    Array.from({ length: copies }, (_, k) => representation.read(kernel, pointer + 8 * length * k, what));
  const state = kernel.functions.evolutionState(evolution) >>> 0;
  return {
    status,
    statistics,
    values: kernel.doubles.slice(values / 8, values / 8 + 2 * statistics.outputs * functionals.length),
    states: Array.from({ length: states === 0 ? 0 : statistics.outputs }, (_, k) =>
      combineParts(read(states + 8 * length * copies * k, `${where}: state`)),
    ),
    parts: status === STATUS_NON_FINITE ? [] : read(state, `${where}: final state`),
  };
}

/** Runs to the end, to a failure, or until the signal aborts; returns the kernel's STATUS. */
function run(kernel: Kernel, evolution: number, problem: Evolvable, before: RunStatistics): number {
  const { signal, onProgress } = problem.options;
  const start = problem.times[0]!;
  const end = problem.times.at(-1)!;
  // The call is synchronous: unless somebody is told of its progress, nobody can abort it.
  let budget = onProgress ? 16 : ALL_STEPS;
  let status: number = STATUS_RUNNING;
  while (status === STATUS_RUNNING) {
    const began = performance.now();
    status = kernel.functions.evolutionAdvance(evolution, budget);
    if (!onProgress || (status !== STATUS_RUNNING && status !== STATUS_DONE)) continue;
    const elapsed = Math.max(performance.now() - began, 0.1);
    budget = Math.max(1, Math.min(ALL_STEPS, Math.round((budget * TICK) / elapsed)));
    const time = kernel.functions.evolutionTime(evolution);
    onProgress({
      time,
      fraction: end === start ? 1 : (time - start) / (end - start),
      steps: before.steps + readStatistics(kernel, evolution).steps,
    });
    if (status === STATUS_RUNNING) signal?.throwIfAborted();
  }
  return status;
}

function failureOf(
  status: number,
  statistics: RunStatistics,
  method: string,
  { options, times, where }: Evolvable,
): LindbladError | undefined {
  if (status === STATUS_DONE) return undefined;
  const { time, steps } = statistics;
  const end = times.at(-1)!;
  if (status === STATUS_NON_FINITE) {
    return new NonFiniteError(
      where,
      time,
      `the state is no longer finite after t = ${time}; the operators or the step may be too large`,
    );
  }
  if (status === STATUS_METHOD_FAILED) {
    return new ConvergenceError(
      `${where}: method "${method}" did not converge after t = ${time} (of ${end}), ${steps} steps`,
    );
  }
  if (status === STATUS_STEP_UNDERFLOW) return new StepSizeError(where, time, end, steps);
  return new StepLimitError(where, time, end, options.maxSteps, diagnose(statistics, end, method, options));
}

/** P + iQ */
function combineParts([P, Q]: readonly Float64Array[]): Float64Array {
  if (!P) return new Float64Array(0);
  if (!Q) return P;
  return P.map((value, k) => value + (k % 2 === 0 ? -Q[k + 1]! : Q[k - 1]!));
}

function putFunctionals(
  kernel: Kernel,
  representation: Representation,
  operators: readonly Operator[],
  what: string,
): number {
  const starts = [0];
  const offsets: number[] = [];
  const coefficients: number[] = [];
  for (const operator of operators) {
    const terms = representation.terms(kernel, operator);
    for (const offset of terms.offsets) offsets.push(offset);
    for (const coefficient of terms.coefficients) coefficients.push(coefficient);
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
