/**
 * One evolution: chooses form and integrator, runs it in the kernel, and goes on with another one where the first cannot.
 * Knows no physics.
 * @module
 */
import { STATUS_DONE, STATUS_LEAK, STATUS_METHOD_FAILED } from "../../assembly/constants.ts";
import { namingCoefficients } from "../coefficients/named.ts";
import { InvalidArgumentError, type LindbladError } from "../errors.ts";
import { getKernel } from "../kernel/load.ts";
import { checkFinite } from "../operators/checks.ts";
import { Operator } from "../operators/operator.ts";
import type { RunShape } from "../plan/cost.ts";
import { chooseDriven, type DrivenForm, type DrivenParts, spanOf } from "../plan/driven.ts";
import { implicitRepresentation } from "../plan/implicit.ts";
import { planLongRun } from "../plan/long.ts";
import { chooseMethod, type MethodChoice } from "../plan/method.ts";
import { interactionRepresentation, prefersInteraction } from "../plan/picture.ts";
import { chooseRepresentation, propagatorRepresentation, type RepresentationChoice } from "../plan/plan.ts";
import type { Representation } from "../plan/representation.ts";
import { embed, indicesOf, type Leak, planWindow, type Windowed, type WindowPlan } from "../plan/window.ts";
import { failureOf } from "./diagnosis.ts";
import { type Method, mayHandOver, type ResolvedOptions } from "./options.ts";
import { combineParts, runSegment, type Segment, segmentBytes, shapeOf } from "./segment.ts";
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
  /** Of stored states: the times whose states anybody reads; default all. In the place of others stands an empty array. */
  readonly readsAt?: ((time: number) => boolean) | undefined;
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
  /** States of the last piece, row-major and interleaved; empty unless they were asked for. */
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

/** Matrices of all levels that a series needs at once, at most; what is below is not looked at closely. */
const WORKING_MATRICES = 13;

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

/** One that can also be followed. */
export interface PiecewiseEvolution extends Evolution {
  /** The same in pieces that end at outputs: `lastOf(k)` is the last one of the piece that begins with output k. */
  pieces(lastOf: (first: number) => number): Generator<Piece, RawSolution>;
}

/** Outputs from `first` on have been written; all that is known then. */
export interface Piece {
  readonly first: number;
  soFar(): RawSolution;
}

/** @throws {@link TooLargeError} when the evolution cannot fit the kernel's memory; nothing is allocated or computed. */
export function planEvolution(problem: Evolvable): PiecewiseEvolution {
  const windows = planWindows(problem);
  const stage = firstStage(problem, windows);
  requireFor(stage);
  if (stage.levels) {
    // All levels may turn out to carry weight, and states are handed out with all of them.
    const { times, options, states } = problem;
    const matrices = WORKING_MATRICES * states.length + (options.storeStates ? times.length : 0);
    if (16 * problem.G.size ** 2 * matrices > getKernel().available) requireFor(firstStage(problem, undefined));
  }
  return {
    run: () => evolve(problem, stage, windows),
    pieces: (lastOf) => evolvePieces(problem, stage, windows, lastOf),
  };
}

/** What is thrown to end an evolution of which only the levels were wanted. */
const GIVEN_UP = Symbol("levels are not looked for any longer");

/**
 * All levels that windows have held on the way through an evolution; undefined where these are more than `most`, nearly all, or not known.
 * What is outside of them the states never have, but for a small share of the tolerance.
 * @param worthwhile asked of every window before anything evolves on it: false ends the search
 */
export function levelsWithWeight(
  problem: Evolvable,
  most: number,
  worthwhile: (window: Windowed) => boolean,
): Int32Array | undefined {
  const windows = planWindows(problem, true);
  if (!windows) return undefined;
  const seen = new Uint8Array(problem.G.size);
  const watched: WindowPlan = {
    draw(states, progressed) {
      const window = windows.draw(states, progressed);
      if (!window || window.levels.length > most || !worthwhile(window)) throw GIVEN_UP;
      for (const level of window.levels) seen[level] = 1;
      return window;
    },
    leave() {
      throw GIVEN_UP;
    },
  };
  try {
    if (evolve(problem, firstStage(problem, watched), watched).failure) return undefined;
  } catch (error) {
    if (error === GIVEN_UP) return undefined;
    throw error;
  }
  const levels = Int32Array.from(indicesOf(seen));
  return levels.length > most ? undefined : levels;
}

/** @throws {@link TooLargeError} */
function requireFor({ segment }: Stage): void {
  const { bytes, what } = segmentBytes(segment);
  getKernel().require(bytes, what);
}

function planWindows(
  { G, jumps, driven, states, functionals, times, options }: Evolvable,
  tight = false,
): WindowPlan | undefined {
  const span = times.at(-1)! - times[0]!;
  if (!mayHandOver(options) || span === 0 || driven) return undefined;
  const size = Math.hypot(...states.map((state) => state.norm()));
  return planWindow(G, jumps, states, functionals, { error: options.atol + options.rtol * size, span, tight });
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
  if (successor !== undefined) windows?.leave?.();
  const window = successor === undefined ? windows?.draw(states, progressed) : undefined;
  const part = window ?? { ...problem, states };
  const asked = successor ?? askedFor(options);
  const { functionals } = part;
  const shapeIn = (form: Representation) => shapeOf(form, part.states.length, times, functionals, options);
  const form = problem.driven
    ? { ...drivenRepresentationOf(problem, problem.driven, states, times, asked?.method), choice: undefined }
    : constantForm(part, options, asked?.method, window !== undefined, times, shapeIn, where);
  const { representation, reason, turned } = form;
  const shape = shapeIn(representation);
  const choice =
    asked ??
    form.choice ??
    (problem.driven
      ? { method: "dop853", reason: `the generator depends on time${turned ? TURNED : ""}` }
      : chooseAmong(options, turned, window?.leak, () => chooseMethod(representation, times, shape)));
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
    readsAt: problem.readsAt,
    combine: problem.combine ?? combineParts,
    yields: mayHandOver(options),
    options,
    where,
  };
  const kept = window ? [`levels: ${window.levels.length} of ${problem.G.size} carry weight`] : [];
  const reasons = [...kept, `form: ${reason}`, `method ${choice.method}: ${choice.reason}`];
  return { segment, levels: window?.levels, reasons };
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

/** The same, and the method where the length of the run decides on both. */
function constantForm(
  part: Pick<Evolvable, "G" | "jumps" | "states">,
  options: ResolvedOptions,
  method: string | undefined,
  windowed: boolean,
  times: Float64Array,
  shapeIn: (form: Representation) => RunShape,
  where: string,
): RepresentationChoice & { turned: boolean; choice: MethodChoice | undefined } {
  const form = { ...representationOf(options, method, part, windowed, where), choice: undefined };
  if (method !== undefined || windowed || options.picture !== "auto") return form;
  const long = planLongRun(part, form.representation, times, shapeIn(form.representation), where);
  return long ? { ...long, turned: false } : form;
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
  const span = spanOf(times, driven, options.rtol + options.atol);
  const free = options.picture === "auto" && method === undefined && driven.jumps !== undefined;
  const turned = options.picture === "interaction" || (free && prefersInteraction(G, jumps));
  const form = turned ? "interaction" : (FORMS[method ?? ""] ?? "any");
  return { ...chooseDriven(G, jumps, driven, states, span, form, where), turned };
}

/** What some methods ask of the form. */
const FORMS: Readonly<Record<string, DrivenForm>> = { kencarp4: "implicit", magnus: "linear" };
/** Methods that know no time. */
export const CONSTANT_METHODS: ReadonlySet<string> = new Set(["faber", "expm", "krylov"]);

const TURNED = "; the diagonal of H, taken out by phases, far exceeds what is left";

function chooseAmong(
  { picture }: ResolvedOptions,
  turned: boolean,
  leak: Leak | undefined,
  choose: () => MethodChoice,
): MethodChoice {
  if (picture === "interaction") return { method: "dop853", reason: "the interaction picture was asked for" };
  if (turned) return { method: "dop853", reason: `constant generator${TURNED}` };
  if (leak)
    return { method: "faber", reason: "constant generator, and levels at the edge can be watched within a step" };
  return choose();
}

/** All of it at once. */
function evolve(problem: Evolvable, firstOne: Stage, windows: WindowPlan | undefined): RawSolution {
  const last = problem.times.length - 1;
  const pieces = evolvePieces(problem, firstOne, windows, () => last);
  while (true) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

/**
 * In pieces that end at an output: `lastOf(k)` is the index of the last one of the piece that begins with output k. Between two
 * pieces the kernel is free for others.
 */
function* evolvePieces(
  problem: Evolvable,
  firstOne: Stage,
  windows: WindowPlan | undefined,
  lastOf: (first: number) => number,
): Generator<Piece, RawSolution> {
  const { times, functionals, options, where } = problem;
  const { dims, size: d } = problem.G;
  options.signal?.throwIfAborted();
  const width = 2 * functionals.length;
  const values = new Float64Array(width * times.length);
  /** Those of the present piece. */
  let states: Float64Array[] = [];
  let statistics = NO_STEPS;
  /** Sizes of the windows that were left. */
  const outgrown: number[] = [];
  let stage = firstOne;
  let begun = 0;
  let last = lastOf(0);
  while (true) {
    const { segment, levels } = stage;
    const spread = (data: Float64Array) => (levels ? embed(data, levels, d) : data);
    // Between two pieces it may have been replaced.
    const kernel = getKernel();
    const advance = () => runSegment(kernel, upTo(segment, last, times), times, statistics);
    const end = kernel.frame(() => namingCoefficients(problem.driven?.named, where, advance));
    statistics = addStatistics(statistics, end.statistics);
    values.set(end.values, segment.first * width);
    for (const state of end.states) states.push(state.length > 0 ? spread(state) : state);
    const outputs = segment.first + end.outputs;
    const parts = end.parts.map(spread);
    const { time } = statistics;
    const successor = mayHandOver(options)
      ? (problem.driven ? DRIVEN_SUCCESSORS : SUCCESSORS)[segment.method]
      : undefined;
    if (end.status === STATUS_LEAK || (end.status === STATUS_METHOD_FAILED && successor !== undefined)) {
      if (levels) outgrown.push(levels.length);
      const operators = parts.map((data) => Operator.dense(dims, data));
      const other =
        end.status === STATUS_LEAK
          ? undefined
          : { method: successor!, reason: `${segment.method} could not go on at t = ${time}` };
      const rest = timesFrom(time, times, outputs);
      stage = nextStage(problem, windows, operators, rest, outputs, other, end.statistics.steps > 0);
      continue;
    }
    checkFinite(values, `${where}: expectation values`);
    const { reasons } = stage;
    const written = states;
    const soFar = (): RawSolution => ({
      outputs,
      values,
      states: written,
      finalState: (problem.combine ?? combineParts)(parts),
      statistics,
      method: segment.method,
      form: segment.representation.description,
      reasons: outgrown.length > 0 ? [...reasons, `levels before: ${outgrown.join(", ")}`] : reasons,
      build: kernel.build,
      failure: failureOf(end.status, statistics, segment.method, problem),
    });
    if (end.status !== STATUS_DONE || outputs === times.length) return soFar();
    yield { first: begun, soFar };
    states = [];
    begun = outputs;
    last = lastOf(begun);
    const own = end.parts.map((data) => Operator.dense(levels ? [levels.length] : dims, data));
    const next = { ...segment, states: own, times: timesFrom(time, times, outputs), first: outputs };
    stage = { segment: next, levels, reasons };
  }
}

/** The time reached, whose output is written already, then the outputs still to come. */
export function timesFrom(time: number, times: Float64Array, outputs: number): Float64Array {
  const rest = new Float64Array(1 + times.length - outputs);
  rest[0] = time;
  rest.set(times.subarray(outputs), 1);
  return rest;
}

/** The part of a segment up to output `last`, with the share of the tolerance that it may use up. */
export function upTo<S extends { readonly size: number }>(
  segment: Segment<S>,
  last: number,
  all: Float64Array,
): Segment<S> {
  const { times, first, options } = segment;
  const count = last + 1 - first + (times[0] === all[first] ? 0 : 1);
  if (count >= times.length) return segment;
  const part = times.subarray(0, count);
  const span = all.at(-1)! - all[0]!;
  const share = span > 0 ? (part.at(-1)! - part[0]!) / span : 1;
  const rtol = Math.max(share * options.rtol, Math.min(options.rtol, 1e-14));
  const whole = options.method === "auto" || WHOLE_RUN.has(segment.method);
  return { ...segment, times: part, options: whole ? { ...options, rtol, atol: share * options.atol } : options };
}

/** Methods whose tolerance is that of a whole run, whoever chose them. */
const WHOLE_RUN: ReadonlySet<string> = new Set(["faber", "krylov", "expm"]);
