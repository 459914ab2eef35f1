/**
 * From a checked problem to a solution: at once, or output by output.
 * @module
 */
import { InvalidArgumentError, InvalidTimesError, RunError } from "../errors.ts";
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { Ket } from "../operators/ket.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { applyWithDrift } from "./apply.ts";
import { checkInitial, checkPositive, checkState } from "./checks.ts";
import { type PiecewiseEvolution, planEvolution, type RawSolution } from "./evolve.ts";
import type { Observables, Point, ResolvedOptions } from "./options.ts";
import { asSolution } from "./printing.ts";
import type { ComplexSeries, Series, Solution, SolveStats } from "./solution.ts";
import type { ResolvedGenerator } from "./terms.ts";

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

/** A solution; `series` belong to the problem's `functionals`. */
export interface Solved<E extends Observables> {
  readonly solution: Solution<E>;
  readonly series: ComplexSeries[];
}

/** Most memory that the states of one piece take, and most outputs in it. */
const PIECE_BYTES = 2 ** 27;
const PIECE_OUTPUTS = 64;

/** Solves a problem. */
export function solve<E extends Observables>(problem: Problem<E>): Solved<E> {
  const { until, stateTimes } = problem.options;
  if (until === undefined && stateTimes === undefined) {
    const plan = prepare(problem, false);
    return plan.finish(plan.evolution.run());
  }
  const steps = solveSteps(problem, until !== undefined);
  let stop = false;
  while (true) {
    const { done, value } = steps.next(stop);
    if (done) return value;
    stop = until !== undefined && isReached(until, value, problem);
  }
}

/**
 * The same output by output. What `next` is given tells whether to end with the output last yielded.
 * @param withStates whether the points have states
 */
export function* solveSteps<E extends Observables>(
  problem: Problem<E>,
  withStates: boolean,
): Generator<Point, Solved<E>, boolean | undefined> {
  const plan = prepare(problem, withStates);
  const { grid, wanted, asked } = plan;
  const stateBytes = 16 * problem.generator.G.size ** 2;
  const most = Math.max(1, Math.min(PIECE_OUTPUTS, Math.floor(PIECE_BYTES / stateBytes)));
  let length = 1;
  const lastOf = (first: number): number => {
    if (!withStates) return wanted.find((k) => k >= first) ?? grid.length - 1;
    const last = Math.min(first + length, grid.length) - 1;
    length = Math.min(2 * length, most);
    return last;
  };
  const kept: Float64Array[] = [];
  const isWanted = new Set(problem.options.storeStates ? grid.keys() : wanted);
  const pieces = plan.evolution.pieces(lastOf);
  let first = 0;
  while (true) {
    const { done, value } = pieces.next();
    const raw = done ? value : value.soFar();
    for (let k = first; k < raw.outputs; k++) {
      const data = withStates ? raw.states[k - first]! : raw.finalState;
      if (isWanted.has(k) && (withStates || k === raw.outputs - 1)) kept.push(data);
      const index = asked ? asked.get(k) : k;
      if (index === undefined || !withStates) continue;
      const stop = yield plan.point(raw, k, index, data);
      if (stop) return plan.finish({ ...raw, outputs: k + 1, finalState: data, failure: undefined }, kept, grid[k]);
    }
    if (done) return plan.finish(raw, kept);
    first = raw.outputs;
  }
}

/** What all ways of solving a problem share. */
interface Plan<E extends Observables> {
  readonly evolution: PiecewiseEvolution;
  /** Output times, and those whose states are asked for. */
  readonly grid: Float64Array;
  /** Of the grid: indices whose states are asked for; and which are output times, the how manieth (undefined: all). */
  readonly wanted: readonly number[];
  readonly asked: ReadonlyMap<number, number> | undefined;
  point(raw: RawSolution, k: number, index: number, state: Float64Array): Point;
  /** @throws what ended the run before its end, with what was computed */
  finish(raw: RawSolution, states?: readonly Float64Array[], stopped?: number): Solved<E>;
}

/** The size is checked before the state, whose eigenvalues take time. */
function prepare<E extends Observables>(problem: Problem<E>, withStates: boolean): Plan<E> {
  const { generator, times, eOps, functionals = [], options, started, where } = problem;
  const { G, jumps, driven } = generator;
  const states = initialStates(problem);
  const observables = Object.entries(eOps);
  const operators = [...observables.map(([, operator]) => operator), ...functionals];
  const grid = options.stateTimes ? union(times, options.stateTimes, `${where}: storeStates`) : times;
  const storing = withStates ? { ...options, storeStates: true } : options;
  const whole = { G, jumps, driven, states, times: grid, functionals: operators, options: storing, where };
  const evolution = planEvolution(whole);
  if (options.checkState && !(problem.rho0 instanceof Ket)) checkPositive(states[0]!, `${where}: rho0`);

  const { wanted, asked } = placesOf(times, options.stateTimes, grid);
  const toOperator = (data: Float64Array) => {
    const operator = Operator.dense(G.dims, data);
    return states.length === 1 ? operator.asHermitian() : (operator as HermitianOperator);
  };
  const isReal = observables.map(([, operator]) => states.length === 1 && operator.isHermitian());
  const width = 2 * operators.length;
  const point = (raw: RawSolution, k: number, index: number, data: Float64Array): Point => {
    const values = observables.map(([name], j) => {
      const at = width * k + 2 * j;
      const re = raw.values[at]!;
      return [name, isReal[j] ? re : { re, im: raw.values[at + 1]! }];
    });
    let state: HermitianOperator | undefined;
    return {
      time: grid[k]!,
      index,
      expect: Object.fromEntries(values),
      get state() {
        state ??= toOperator(data);
        return state;
      },
    };
  };
  const finish = (raw: RawSolution, kept: readonly Float64Array[] = raw.states, stopped?: number): Solved<E> => {
    const rows = asked ? [...asked.keys()].filter((k) => k < raw.outputs) : undefined;
    const count = rows ? rows.length : raw.outputs;
    const series = operators.map((_, j) => readSeries(raw.values, width, 2 * j, count, rows));
    const expect = Object.fromEntries(
      observables.map(([name], j): [string, Series] => [name, isReal[j] ? series[j]!.re : series[j]!]),
    ) as Solution<E>["expect"];
    const solutionOf = (): Solution<E> => {
      const finalState = toOperator(raw.finalState);
      return asSolution({
        times: times.subarray(0, count),
        expect,
        ...(options.storeStates || options.stateTimes ? { states: kept.map(toOperator) } : {}),
        ...(options.stateTimes ? { stateTimes: Float64Array.from(wanted.slice(0, kept.length), (k) => grid[k]!) } : {}),
        ...(options.keepFinal ? { finalState } : {}),
        ...(stopped === undefined ? {} : { stopped }),
        warnings: generator.warnings,
        stats: readStats(raw, finalState, started),
      } as unknown as Solution<E>);
    };
    if (raw.failure) {
      if (raw.failure instanceof RunError && raw.finalState.length > 0) raw.failure.partial = solutionOf();
      throw raw.failure;
    }
    return { solution: solutionOf(), series: series.slice(observables.length) };
  };
  return { evolution, grid, wanted, asked, point, finish };
}

/** The initial operator as Hermitian ones. */
function initialStates({ generator, rho0, options, where }: Problem<Observables>): Operator[] {
  const { dims } = generator.G;
  if (options.checkState) return [checkState(rho0, dims, `${where}: rho0`)];
  return hermitianParts(checkInitial(rho0, dims, `${where}: rho0`));
}

/** X itself, or P and Q of X = P + iQ. */
function hermitianParts(X: Operator): Operator[] {
  if (X.isHermitian()) return [X.hermitianPart()];
  return [X.hermitianPart(), X.scale({ re: 0, im: -1 }).hermitianPart()];
}

function placesOf(times: Float64Array, stateTimes: Float64Array | undefined, grid: Float64Array) {
  if (stateTimes === undefined) return { wanted: [], asked: undefined };
  const place = new Map(Array.from(grid, (time, k) => [time, k]));
  return {
    wanted: [...new Set(stateTimes)].map((time) => place.get(time)!).sort((a, b) => a - b),
    asked: new Map(Array.from(times, (time, index) => [place.get(time)!, index])),
  };
}

/** Both lists in one, increasing. @throws {@link InvalidTimesError} for a time outside the run */
function union(times: Float64Array, more: Float64Array, where: string): Float64Array {
  more.forEach((time, k) => {
    if (!Number.isFinite(time)) throw new InvalidTimesError(where, k, time, "non-finite");
    if (time < times[0]! || time > times.at(-1)!) {
      throw new InvalidArgumentError(`${where}[${k}]`, time, `a time of the run, from ${times[0]} to ${times.at(-1)}`);
    }
  });
  return Float64Array.from(new Set([...times, ...more])).sort();
}

/** Whether a run is to end at this point. */
function isReached(
  until: NonNullable<ResolvedOptions["until"]>,
  point: Point,
  { generator: { G, jumps, driven }, where }: Problem<Observables>,
): boolean {
  if (typeof until === "function") return until(point) === true;
  if (driven) {
    throw new InvalidArgumentError(
      `${where}: until`,
      until,
      "a function of a point: what depends on time is never steady",
    );
  }
  const { state } = point;
  const parts = hermitianParts(state);
  const change = Math.hypot(...parts.map((part) => applyWithDrift(G, jumps, part).norm()));
  return change <= until.steady * state.norm();
}

/** Numbers `offset` (re) and the next (im) of the first `count` rows, or of these. */
export function readSeries(
  values: Float64Array,
  width: number,
  offset: number,
  count: number,
  rows?: readonly number[],
): ComplexSeries {
  const re = new Float64Array(count);
  const im = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const at = width * (rows ? rows[k]! : k) + offset;
    re[k] = values[at]!;
    im[k] = values[at + 1]!;
  }
  return { re, im };
}

/** How a run went, whatever was evolved. */
export function commonStats(raw: RawSolution, started: number) {
  const { steps, rejected, rhsEvaluations, stiffness, spectralRadius } = raw.statistics;
  return {
    method: raw.method,
    form: raw.form,
    reasons: raw.reasons,
    steps,
    rejected,
    rhsEvaluations,
    spectralRadius,
    stiffness,
    build: raw.build,
    milliseconds: performance.now() - started,
  };
}

function readStats(raw: RawSolution, finalState: Operator, started: number): SolveStats {
  const trace = finalState.tr();
  let least: number | undefined;
  return {
    ...commonStats(raw, started),
    traceError: Math.hypot(trace.re - 1, trace.im),
    hermiticityError: finalState.hermiticityDefect().deviation,
    // On demand: in large systems it would take as long as the run.
    get minEigenvalue() {
      least ??= eigenvaluesHermitian(finalState.hermitianPart())[0]!;
      return least;
    },
  };
}
