/**
 * From a checked problem to a solution: at once, or output by output.
 * @module
 */
import { InvalidArgumentError, RunError } from "../errors.ts";
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { Ket } from "../operators/ket.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { applyWithDrift } from "./apply.ts";
import { checkInitial, checkPositive, checkState } from "./checks.ts";
import { planEvolution, type RawSolution } from "./evolve.ts";
import type { Observables, Point, ResolvedOptions } from "./options.ts";
import { asSolution } from "./printing.ts";
import type { ComplexSeries, Series, Solution, SolveStats } from "./solution.ts";
import { follow, gridOf, type Plan, pointAt, readAnswer, rowsOf, run, statesOf } from "./stepping.ts";
import { type ResolvedGenerator, warningsOf } from "./terms.ts";

/** A problem whose parts have been checked, all but the initial state. */
export interface Problem<E extends Observables> {
  readonly generator: ResolvedGenerator;
  readonly rho0: Operator | Ket;
  readonly times: Float64Array;
  readonly eOps: E;
  /** Operators O whose Tr[O rho] the caller wants besides `eOps`. */
  readonly functionals?: readonly Operator[];
  /** Times of the run, besides the output times, at which the functionals are wanted. */
  readonly between?: Float64Array;
  /** See {@link Plan.visit}; and whether it looks at the states between the output times: default yes. */
  readonly visit?: Plan<Point, unknown>["visit"];
  readonly visitsBetween?: boolean;
  readonly options: ResolvedOptions;
  /** When the call began, by performance.now(). */
  readonly started: number;
  /** The function called, for messages. */
  readonly where: string;
}

/** A solution, and rows of the problem's `functionals`. */
export interface Solved<E extends Observables> {
  readonly solution: Solution<E>;
  readonly rows: FunctionalRows;
}

/** Functionals at all times of a grid that were reached. */
export interface FunctionalRows {
  /** Output times, and those between. */
  readonly times: Float64Array;
  /** `values[width * k + offset + 2 * f]` is the real part of functional f at time k, the imaginary part follows. */
  readonly values: Float64Array;
  readonly width: number;
  readonly offset: number;
}

/** Solves a problem. */
export function solve<E extends Observables>(problem: Problem<E>): Solved<E> {
  return run(
    (withStates) => prepare(problem, withStates),
    problem.options,
    (point) => isReached(point, problem),
  );
}

/** The same output by output: see {@link follow}. */
export function solveSteps<E extends Observables>(
  problem: Problem<E>,
): Generator<Point, Solved<E>, boolean | undefined> {
  return follow(prepare(problem, true), true, problem.options.storeStates);
}

/** The size is checked before the state, whose eigenvalues take time. */
function prepare<E extends Observables>(problem: Problem<E>, withStates: boolean): Plan<Point, Solved<E>> {
  const { generator, times, eOps, functionals = [], between, visit, options, started, where } = problem;
  const { G, jumps, driven } = generator;
  const states = initialStates(problem);
  const observables = Object.entries(eOps);
  const operators = [...observables.map(([, operator]) => operator), ...functionals];
  const grid = gridOf(times, options, `${where}: storeStates`, between);
  const storing = withStates || visit ? { ...options, storeStates: true } : options;
  const read =
    visit && problem.visitsBetween === false ? new Set([...times, ...(options.stateTimes ?? [])]) : undefined;
  const readsAt = read && ((time: number) => read.has(time));
  const whole = {
    readsAt,
    G,
    jumps,
    driven,
    states,
    times: grid.grid,
    functionals: operators,
    options: storing,
    where,
  };
  const evolution = planEvolution(whole);
  if (options.checkState && !(problem.rho0 instanceof Ket)) checkPositive(states[0]!, `${where}: rho0`);

  const toOperator = (data: Float64Array) => {
    const operator = Operator.dense(G.dims, data);
    return states.length === 1 ? operator.asHermitian() : (operator as HermitianOperator);
  };
  const isReal = observables.map(([, operator]) => states.length === 1 && operator.isHermitian());
  const width = 2 * operators.length;
  const shape = { width, isReal, names: observables.map(([name]) => name) };
  const point = (raw: RawSolution, k: number, index: number, data: Float64Array): Point =>
    pointAt(raw, shape, k, index, grid.grid[k]!, () => toOperator(data));
  const finish = (raw: RawSolution, kept: readonly Float64Array[], stopped?: number): Solved<E> => {
    const { count, rows } = rowsOf(grid, raw);
    const expect = Object.fromEntries(
      observables.map(([name], j): [string, Series] => {
        const series = readSeries(raw.values, width, 2 * j, count, rows);
        return [name, isReal[j] ? series.re : series];
      }),
    ) as Solution<E>["expect"];
    const solutionOf = (): Solution<E> => {
      const finalState = toOperator(raw.finalState);
      return asSolution({
        times: times.subarray(0, count),
        expect,
        ...statesOf(grid, options, kept, toOperator, stopped),
        ...(options.keepFinal ? { finalState } : {}),
        warnings: warningsOf(generator, times, options, raw.statistics.rounding),
        stats: readStats(raw, finalState, started),
      } as unknown as Solution<E>);
    };
    if (raw.failure) {
      if (raw.failure instanceof RunError && raw.finalState.length > 0) raw.failure.partial = solutionOf();
      throw raw.failure;
    }
    const reached = grid.grid.subarray(0, raw.outputs);
    return {
      solution: solutionOf(),
      rows: { times: reached, values: raw.values, width, offset: 2 * observables.length },
    };
  };
  return { ...grid, evolution, stateBytes: 16 * G.size ** 2, visit, point, finish };
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

/** Whether a run is to end at this point. */
function isReached(point: Point, { generator: { G, jumps, driven }, options, where }: Problem<Observables>): boolean {
  const until = options.until!;
  if (typeof until === "function") return readAnswer(until(point), where);
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
