/**
 * One evolution: chooses form and integrator, runs it in the kernel, and goes on with another one where the first cannot.
 * Knows no physics.
 * @module
 */
import {
  STATUS_DONE,
  STATUS_LEAK,
  STATUS_METHOD_FAILED,
  STATUS_NON_FINITE,
  STATUS_STEP_UNDERFLOW,
} from "../../assembly/constants.ts";
import {
  ConvergenceError,
  InvalidArgumentError,
  type LindbladError,
  NonFiniteError,
  StepLimitError,
  StepSizeError,
  TooLargeError,
} from "../errors.ts";
import { getKernel } from "../kernel/load.ts";
import { checkFinite } from "../operators/checks.ts";
import { Operator } from "../operators/operator.ts";
import { chooseDriven, type DrivenParts } from "../plan/driven.ts";
import { implicitRepresentation } from "../plan/implicit.ts";
import { chooseMethod, type MethodChoice } from "../plan/method.ts";
import { interactionRepresentation, prefersInteraction } from "../plan/picture.ts";
import { chooseRepresentation, propagatorRepresentation, type RepresentationChoice } from "../plan/plan.ts";
import { embed, type Leak, planWindow, type WindowPlan } from "../plan/window.ts";
import { diagnose } from "./diagnosis.ts";
import { type Method, mayHandOver, type ResolvedOptions } from "./options.ts";
import { combineParts, nameOf, runSegment, type Segment, segmentBytes, shapeOf } from "./segment.ts";
import { addStatistics, NO_STEPS, type RunStatistics } from "./statistics.ts";

/** What is to be evolved. */
export interface Evolvable {
  /** -iH - ½ sum L†L */
  readonly G: Operator;
  /** Rates inside. */
  readonly jumps: readonly Operator[];
  /** What depends on time. */
  readonly driven?: DrivenParts | undefined;
  /** Hermitian operators: one, or P and Q of X = P + iQ. */
  readonly states: readonly Operator[];
  readonly times: Float64Array;
  /** Operators O of the functionals Tr[O X]. */
  readonly functionals: readonly Operator[];
  readonly options: ResolvedOptions;
  /** How states are handed out, when not as X = P + iQ: with the states of all copies, one after another. */
  readonly combine?: ((parts: readonly Float64Array[]) => Float64Array) | undefined;
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
  /** Empty when it is not finite. */
  readonly finalState: Float64Array;
  readonly statistics: RunStatistics;
  /** The integrator and the form that were in use last, and how it came to that. */
  readonly method: string;
  readonly form: string;
  readonly reasons: readonly string[];
  readonly build: string;
  /** Why the run ended before its last output time. */
  readonly failure: LindbladError | undefined;
}

/** What takes over where a method chosen by `auto` cannot go on: a series that does not converge, steps held by stability. */
export const SUCCESSORS: Record<string, Method> = {
  dop853: "faber",
  faber: "krylov",
  krylov: "tsit5",
  tsit5: "kencarp4",
};

/** The same for generators that depend on time. */
export const DRIVEN_SUCCESSORS: Record<string, Method> = { dop853: "kencarp4" };

/** Matrices of all levels that any method `auto` may take needs at once. */
const WORKING_MATRICES = 13;
const MOST_BYTES = 2 ** 32;

/** A segment with what led to it. */
interface Stage {
  readonly segment: Segment;
  /** Levels that are kept; undefined: all. */
  readonly levels: Int32Array | undefined;
  readonly reasons: readonly string[];
}

/** An evolution that has been planned, and is known to fit the kernel's memory. */
export interface Evolution {
  run(): RawSolution;
}

/** @throws {@link TooLargeError} when the evolution cannot fit the kernel's memory; nothing is allocated or computed. */
export function planEvolution(problem: Evolvable): Evolution {
  // What comes out, and what the kernel would need if all levels turned out to carry weight.
  const { times, options, states } = problem;
  const matrices = WORKING_MATRICES * states.length + (options.storeStates ? times.length : 0);
  const all = 16 * problem.G.size ** 2 * matrices;
  if (mayHandOver(options) && all > MOST_BYTES) {
    throw new TooLargeError(all, MOST_BYTES, nameOf(problem.G.size, options.storeStates ? times.length : 0));
  }
  const windows = planWindows(problem);
  const stage = firstStage(problem, windows);
  const first = segmentBytes(stage.segment);
  getKernel().require(first.bytes, first.what);
  return { run: () => evolve(problem, stage, windows) };
}

function planWindows({ G, jumps, driven, states, functionals, times, options }: Evolvable): WindowPlan | undefined {
  const span = times.at(-1)! - times[0]!;
  if (!mayHandOver(options) || span === 0 || driven) return undefined;
  const size = Math.hypot(...states.map((state) => state.norm()));
  return planWindow(G, jumps, states, functionals, { error: options.atol + options.rtol * size, span });
}

function firstStage(problem: Evolvable, windows: WindowPlan | undefined): Stage {
  return nextStage(problem, windows, problem.states, problem.times, 0, undefined, true);
}

/** The segment from `times[first]` (or from `times`' own start) on. */
function nextStage(
  problem: Evolvable,
  windows: WindowPlan | undefined,
  states: readonly Operator[],
  times: Float64Array,
  first: number,
  successor: MethodChoice | undefined,
  progressed: boolean,
): Stage {
  const { options, where } = problem;
  const window = successor === undefined ? windows?.draw(states, progressed) : undefined;
  const part = window ?? { ...problem, states };
  const asked = successor ?? askedFor(options);
  const { representation, reason, turned } = problem.driven
    ? drivenRepresentationOf(problem, problem.driven, states, times, asked?.method)
    : representationOf(options, asked?.method, part, window !== undefined, where);
  const { functionals } = part;
  const shape = shapeOf(representation, part.states.length, times, functionals, options);
  const choice =
    asked ??
    (problem.driven
      ? { method: "dop853", reason: "the generator depends on time" }
      : chooseAmong(options, turned, window?.leak, () => chooseMethod(representation, times, shape, options)));
  const segment: Segment = {
    representation,
    method: choice.method,
    states: part.states,
    times,
    first,
    functionals,
    shape,
    leak: window?.leak,
    stateBytes: 16 * part.G.size ** 2 * (problem.combine ? part.states.length : 1),
    combine: problem.combine ?? combineParts,
    yields: mayHandOver(options),
    options: options.method === "auto" && LOCAL_METHODS.has(choice.method) ? tightened(options) : options,
    where,
  };
  const kept = window ? [`levels: ${window.levels.length} of ${problem.G.size} carry weight`] : [];
  const reasons = [...kept, `form: ${reason}`, `method ${choice.method}: ${choice.reason}`];
  return { segment, levels: window?.levels, reasons };
}

/** Methods that control the error of a step; `auto` promises that of the run. */
export const LOCAL_METHODS: ReadonlySet<string> = new Set(["dop853", "tsit5", "kencarp4"]);
const LOCAL_SHARE = 0.02;

export function tightened(options: ResolvedOptions): ResolvedOptions {
  return { ...options, rtol: Math.max(LOCAL_SHARE * options.rtol, 1e-15), atol: LOCAL_SHARE * options.atol };
}

/** The method that the options name. */
export function askedFor({ method, dt }: ResolvedOptions): MethodChoice | undefined {
  if (method !== "auto") return { method, reason: "asked for" };
  return dt === undefined ? undefined : { method: "rk4", reason: "dt is given" };
}

/** The form that the options or the method call for, or the cheapest one; `turned`: in the interaction picture. */
function representationOf(
  { picture }: ResolvedOptions,
  method: string | undefined,
  { G, jumps, states }: Pick<Evolvable, "G" | "jumps" | "states">,
  windowed: boolean,
  where: string,
): RepresentationChoice & { turned: boolean } {
  if (picture === "interaction") return { ...interactionRepresentation(G, jumps), turned: true };
  if (method === "kencarp4") return { ...implicitRepresentation(G, jumps, states), turned: false };
  if (method === "expm") return { ...propagatorRepresentation(G, jumps, states, where), turned: false };
  const choice = chooseRepresentation(G, jumps, states);
  // Phases need matrices: coordinates are never given up for them.
  const free = picture === "auto" && method === undefined && !windowed;
  if (!free || choice.representation.coordinates || !prefersInteraction(G, jumps)) return { ...choice, turned: false };
  return { ...interactionRepresentation(G, jumps), turned: true };
}

/** The form of a generator that depends on time. */
function drivenRepresentationOf(
  { G, jumps, options, where }: Evolvable,
  driven: DrivenParts,
  states: readonly Operator[],
  times: Float64Array,
  method: string | undefined,
): RepresentationChoice & { turned: boolean } {
  if (CONSTANT_METHODS.has(method ?? "")) {
    throw new InvalidArgumentError(`${where}: method`, method, "a method for generators that depend on time");
  }
  const span = { from: times[0]!, to: times.at(-1)!, times };
  const turned = options.picture === "interaction";
  const form = turned ? "interaction" : method === "kencarp4" ? "implicit" : "any";
  return { ...chooseDriven(G, jumps, driven, states, span, form, where), turned };
}

/** Methods that know no time. */
export const CONSTANT_METHODS: ReadonlySet<string> = new Set(["faber", "expm", "krylov"]);

function chooseAmong(
  { picture }: ResolvedOptions,
  turned: boolean,
  leak: Leak | undefined,
  choose: () => MethodChoice,
): MethodChoice {
  if (picture === "interaction") return { method: "dop853", reason: "the interaction picture was asked for" };
  if (turned) return { method: "dop853", reason: "the diagonal of H, taken out by phases, far exceeds what is left" };
  if (leak)
    return { method: "faber", reason: "constant generator, and levels at the edge can be watched within a step" };
  return choose();
}

function evolve(problem: Evolvable, firstOne: Stage, windows: WindowPlan | undefined): RawSolution {
  const { times, functionals, options, where } = problem;
  const { dims, size: d } = problem.G;
  options.signal?.throwIfAborted();
  const kernel = getKernel();
  const width = 2 * functionals.length;
  const values = new Float64Array(width * times.length);
  const states: Float64Array[] = [];
  let statistics = NO_STEPS;
  /** Sizes of the windows that were left. */
  const outgrown: number[] = [];
  let stage = firstOne;
  while (true) {
    const { segment, levels } = stage;
    const spread = (data: Float64Array) => (levels ? embed(data, levels, d) : data);
    const end = kernel.frame(() => runSegment(kernel, segment, times, statistics));
    statistics = addStatistics(statistics, end.statistics);
    values.set(end.values, segment.first * width);
    for (const state of end.states) states.push(spread(state));
    const outputs = segment.first + end.outputs;
    const parts = end.parts.map(spread);
    const { time } = statistics;
    const successor = mayHandOver(options)
      ? (problem.driven ? DRIVEN_SUCCESSORS : SUCCESSORS)[segment.method]
      : undefined;
    if (end.status === STATUS_LEAK || (end.status === STATUS_METHOD_FAILED && successor !== undefined)) {
      if (levels) outgrown.push(levels.length);
      const rest = times.subarray(outputs);
      const from = rest[0] === time ? rest : Float64Array.of(time, ...rest);
      const operators = parts.map((data) => Operator.dense(dims, data));
      const other =
        end.status === STATUS_LEAK
          ? undefined
          : { method: successor!, reason: `${segment.method} could not go on at t = ${time}` };
      stage = nextStage(problem, windows, operators, from, outputs, other, end.statistics.steps > 0);
      continue;
    }
    checkFinite(values, `${where}: expectation values`);
    return {
      outputs,
      values,
      states,
      finalState: (problem.combine ?? combineParts)(parts),
      statistics,
      method: segment.method,
      form: segment.representation.description,
      reasons: outgrown.length > 0 ? [...stage.reasons, `levels before: ${outgrown.join(", ")}`] : stage.reasons,
      build: kernel.build,
      failure: failureOf(end.status, statistics, segment.method, problem),
    };
  }
}

export function failureOf(
  status: number,
  statistics: RunStatistics,
  method: string,
  { options, times, where }: Pick<Evolvable, "options" | "times" | "where">,
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
