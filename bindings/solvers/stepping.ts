/**
 * Solving a planned problem at once, or output by output; knows nothing of what is evolved.
 * @module
 */
import { InvalidArgumentError, InvalidTimesError } from "../errors.ts";
import type { PiecewiseEvolution, RawSolution } from "./evolve.ts";
import type { ResolvedOptions } from "./options.ts";
import { joined } from "./segment.ts";

/** Output times, and those whose states are asked for. */
export interface Grid {
  readonly grid: Float64Array;
  /** Of the grid: indices whose states are asked for; and which are output times, the how manieth (undefined: all). */
  readonly wanted: readonly number[];
  readonly asked: ReadonlyMap<number, number> | undefined;
}

/** A problem ready to be solved: `P` is what is known at an output, `R` what comes out. */
export interface Plan<P, R> extends Grid {
  readonly evolution: PiecewiseEvolution;
  /** Of one state as it is handed out. */
  readonly stateBytes: number;
  /** Told of every state on the grid, in order; `index` is undefined between the output times. */
  readonly visit?: ((state: Float64Array, time: number, index: number | undefined) => void) | undefined;
  point(raw: RawSolution, k: number, index: number, state: Float64Array): P;
  /** @throws what ended the run before its end, with what was computed */
  finish(raw: RawSolution, states: readonly Float64Array[], stopped?: number): R;
}

/** Most memory that the states of one piece take, and most outputs in it. */
const PIECE_BYTES = 2 ** 27;
const PIECE_OUTPUTS = 64;

/**
 * Solves a problem; `isReached` tells whether to end at a point, where the options have an `until`.
 * @param prepare plans it; told whether the state of every output must be kept for a while
 */
export function run<P, R>(
  prepare: (withStates: boolean) => Plan<P, R>,
  { until, stateTimes, storeStates }: ResolvedOptions,
  isReached: (point: P) => boolean,
): R {
  const plan = prepare(until !== undefined);
  const simple = until === undefined && stateTimes === undefined && plan.visit === undefined;
  if (simple && !(storeStates && plan.asked)) {
    const raw = plan.evolution.run();
    return plan.finish(raw, raw.states);
  }
  const withStates = until !== undefined || plan.visit !== undefined || storeStates;
  const steps = follow(plan, withStates, storeStates, until !== undefined);
  let stop = false;
  while (true) {
    const { done, value } = steps.next(stop);
    if (done) return value;
    stop = until !== undefined && isReached(value);
  }
}

/** What an `until` has answered. @throws {@link InvalidArgumentError} for anything but a boolean: a promise, or nothing, is no answer */
export function readAnswer(answer: unknown, where: string): boolean {
  if (typeof answer === "boolean") return answer;
  throw new InvalidArgumentError(`${where}: until`, answer, "a function that returns true or false");
}

/**
 * The same output by output. What `next` is given tells whether to end with the output last yielded.
 * @param withStates whether the points have states
 * @param keepsAll whether the states of all output times belong to the solution
 * @param hurried whether the run may end at any output: pieces are short at first; otherwise, or without states, no point is yielded
 */
export function* follow<P, R>(
  { evolution, grid, wanted, asked, stateBytes, visit, point, finish }: Plan<P, R>,
  withStates: boolean,
  keepsAll: boolean,
  hurried = true,
): Generator<P, R, boolean | undefined> {
  const fitting = Math.max(1, Math.floor(PIECE_BYTES / stateBytes));
  const most = hurried ? Math.min(PIECE_OUTPUTS, fitting) : fitting;
  let length = hurried ? 1 : most;
  const lastOf = (first: number): number => {
    if (!withStates) return wanted.find((k) => k >= first) ?? grid.length - 1;
    const last = Math.min(first + length, grid.length) - 1;
    length = Math.min(2 * length, most);
    return last;
  };
  const kept: Float64Array[] = [];
  const isWanted = new Set(keepsAll ? (asked ?? grid).keys() : wanted);
  const pieces = evolution.pieces(lastOf);
  let first = 0;
  while (true) {
    const { done, value } = pieces.next();
    const raw = done ? value : value.soFar();
    for (let k = first; k < raw.outputs; k++) {
      const data = withStates ? raw.states[k - first]! : raw.finalState;
      if (isWanted.has(k) && (withStates || k === raw.outputs - 1)) kept.push(data);
      const index = asked ? asked.get(k) : k;
      if (withStates) visit?.(data, grid[k]!, index);
      if (index === undefined || !withStates || !hurried) continue;
      const stop = yield point(raw, k, index, data);
      if (stop) return finish({ ...raw, outputs: k + 1, finalState: data, failure: undefined }, kept, grid[k]);
    }
    if (done) return finish(raw, kept);
    first = raw.outputs;
  }
}

/** A generator to which nothing is answered. */
export function* withoutAnswers<T, R>(steps: Generator<T, R, boolean | undefined>): Generator<T, R, undefined> {
  while (true) {
    const { done, value } = steps.next();
    if (done) return value;
    yield value;
  }
}

/**
 * @param between times of the run at which functionals are wanted besides
 * @throws {@link InvalidTimesError}, {@link InvalidArgumentError} for a time outside the run
 */
export function gridOf(
  times: Float64Array,
  options: Pick<ResolvedOptions, "stateTimes">,
  where: string,
  between?: Float64Array,
): Grid {
  if (options.stateTimes === undefined && between === undefined) return { grid: times, wanted: [], asked: undefined };
  const stateTimes = options.stateTimes ?? new Float64Array(0);
  stateTimes.forEach((time, k) => {
    if (!Number.isFinite(time)) throw new InvalidTimesError(where, k, time, "non-finite");
    if (time < times[0]! || time > times.at(-1)!) {
      throw new InvalidArgumentError(`${where}[${k}]`, time, `a time of the run, from ${times[0]} to ${times.at(-1)}`);
    }
  });
  const grid = union(times, stateTimes, between ?? []);
  return {
    grid,
    wanted: [...new Set(placesOf(Float64Array.from(stateTimes).sort(), grid))],
    asked: new Map(placesOf(times, grid).map((place, index) => [place, index])),
  };
}

/** All of some times, increasing, each once. */
export function union(...all: readonly ArrayLike<number>[]): Float64Array {
  const times = joined(all).sort();
  let count = 0;
  for (const time of times) if (count === 0 || time !== times[count - 1]) times[count++] = time;
  return times.slice(0, count);
}

/** Where each of some increasing times stands among others that hold them. */
export function placesOf(times: Float64Array, among: Float64Array): number[] {
  const places: number[] = [];
  let at = 0;
  for (const time of times) {
    while (at < among.length && among[at] !== time) at++;
    places.push(at);
  }
  return places;
}

/** How many output times were reached, and which rows of values are theirs (undefined: the first ones). */
export function rowsOf({ asked }: Grid, raw: RawSolution): { count: number; rows: number[] | undefined } {
  if (!asked) return { count: raw.outputs, rows: undefined };
  const rows = [...asked.keys()].filter((k) => k < raw.outputs);
  return { count: rows.length, rows };
}

/** What a solution says of the states that were kept, and of where it stopped. */
export function statesOf<S>(
  { grid, wanted }: Grid,
  { storeStates, stateTimes }: ResolvedOptions,
  kept: readonly Float64Array[],
  toState: (data: Float64Array) => S,
  stopped: number | undefined,
): { states?: S[]; stateTimes?: Float64Array; stopped?: number } {
  return {
    ...(storeStates || stateTimes ? { states: kept.map(toState) } : {}),
    ...(stateTimes ? { stateTimes: Float64Array.from(wanted.slice(0, kept.length), (k) => grid[k]!) } : {}),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

/** What is known at output `k` of a run; the state is made when it is first read. */
export function pointAt<S>(
  raw: RawSolution,
  { width, names, isReal }: { width: number; names: readonly string[]; isReal: readonly boolean[] },
  k: number,
  index: number,
  time: number,
  toState: () => S,
) {
  const values = names.map((name, j) => {
    const at = width * k + 2 * j;
    const re = raw.values[at]!;
    return [name, isReal[j] ? re : { re, im: raw.values[at + 1]! }];
  });
  let state: S | undefined;
  return {
    time,
    index,
    expect: Object.fromEntries(values),
    get state(): S {
      state ??= toState();
      return state;
    },
  };
}
