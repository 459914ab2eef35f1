/**
 * The master equation of many small systems at once.
 * @module
 */
import { STATUS_DONE, STATUS_NON_FINITE, STATUS_STEP_LIMIT } from "../../assembly/constants.ts";
import { InvalidArgumentError, type LindbladError, NonFiniteError, StepLimitError, StepSizeError } from "../errors.ts";
import { getKernel } from "../kernel/load.ts";
import { checkKeys, checkSameDims } from "../operators/checks.ts";
import { checkJumpList, type Jump, readJump } from "../operators/jump.ts";
import type { Ket } from "../operators/ket.ts";
import { checkOperator, type HermitianOperator, Operator } from "../operators/operator.ts";
import {
  checkDensityMatrix,
  checkHamiltonian,
  checkInitial,
  checkObservables,
  checkTimes,
  resolveJump,
} from "../solvers/checks.ts";
import { type EvolveOptions, type Observables, resolveOptions } from "../solvers/options.ts";
import type { Solution } from "../solvers/solution.ts";
import { movedModes } from "../solvers/terms.ts";
import { densitiesOf, hermitianOf, jumpsOf } from "./checks.ts";
import { BATCH_METHODS, type BatchMethod, type BatchResult, evolveBatch } from "./evolve.ts";
import { type OperatorBatch, operatorsOf, sameOperators } from "./operators.ts";
import { coordinateOf } from "./patterns.ts";
import { MOST_PRODUCTS, productsOf } from "./plan.ts";

/** Levels of a system of a batch, at most. */
export const MOST_LEVELS = 16;

/** One for all systems, or one for each. */
export type OneOrEach<T> = T | readonly T[];

/** Options of {@link mesolveBatch}. */
export interface MesolveBatchOptions
  extends Pick<EvolveOptions, "rtol" | "atol" | "maxSteps" | "maxStep" | "dt" | "signal"> {
  /** Jump operators, as of {@link mesolve}: each one for all systems, or a list of one for each. Default: none. */
  cOps?: readonly OneOrEach<Jump>[] | undefined;
  /** Operators whose expectation values are wanted, by name; the same for all systems. Default: none. */
  eOps?: Observables | undefined;
  /**
   * `"auto"` (default): the cheaper of the next two, by a count of operations. `"expm"`: one propagator as a matrix, applied from output to output.
   * `"taylor"`: Taylor series of the exponential, each good for as many outputs as its norm allows. Both are exact to rounding. `"rk4"`: the
   * classical Runge-Kutta method with the fixed step `dt`; `"auto"` takes it when `dt` is given. `"tsit5"`: Tsitouras 5(4), whose adaptive step four systems share.
   */
  method?: BatchMethod | undefined;
  /** `"final"`: the states at the last output time are kept. Default `"none"`: then nothing is computed that no operator of `eOps` sees. */
  storeStates?: "final" | "none" | undefined;
  /** Called now and then with how many systems are done. */
  onProgress?: ((done: number) => void) | undefined;
}

/** Solved evolutions of many systems; `E` are the operators given in `eOps`. */
export interface BatchSolution<E extends Observables = Observables> {
  /** How many systems there are. */
  readonly count: number;
  /** The output times of all of them. */
  readonly times: Float64Array;
  /** Expectation values by the names given in `eOps`: those of system k from number k·times.length on. NaN where it failed. */
  readonly expect: Solution<E>["expect"];
  /** Systems that came to nothing, and why; the others do not notice. */
  readonly failures: readonly {
    /** Its number. */
    readonly system: number;
    /** What went wrong. */
    readonly error: LindbladError;
  }[];
  /** What cannot be promised of some systems, in words, and which is the first of them: see `warnings` of {@link Solution}. Empty otherwise. */
  readonly warnings: readonly string[];
  /** The states at the last output time, that of a system that failed undefined; made when they are first read; undefined without `storeStates: "final"`. */
  readonly finalStates: readonly (HermitianOperator | undefined)[] | undefined;
  /** The method, and what of the states it computed. */
  readonly stats: BatchStats;
}

/** How a batch went. */
export interface BatchStats {
  /** The method that was asked for; with `"auto"` each block gets the cheaper of `"expm"` and `"taylor"`. */
  readonly method: BatchMethod;
  /** Real numbers of a state that had to be computed, d² at most. */
  readonly coordinates: number;
  /** Whether the coordinates are populations alone. */
  readonly populations: boolean;
  /** How many coordinates are in each block that nothing couples to the others. */
  readonly blocks: readonly number[];
  /** Steps of Runge-Kutta methods, of four systems each. */
  readonly steps: number;
  /** Build of the kernel: "release", "relaxed" (fused multiply-add) or "debug". */
  readonly build: string;
  /** Wall-clock time of the call. */
  readonly milliseconds: number;
}

const WHERE = "mesolveBatch";
const OPTIONS = [
  "cOps",
  "eOps",
  "method",
  "rtol",
  "atol",
  "maxSteps",
  "maxStep",
  "dt",
  "signal",
  "storeStates",
  "onProgress",
] as const;

/**
 * Solves the master equation of many systems of one small dimension at once, side by side in SIMD lanes: some microseconds a system of two qubits.
 * What {@link mesolve} computes of each, with the same conventions; constant H and jumps.
 *
 * @param H one for all systems, or one for each; at most 16 levels
 * @param rho0 likewise; density matrices, or unit kets
 * @param tlist output times, strictly increasing; the first is the initial time
 * @returns series of all systems one after another; a system that fails while it runs is in `failures`
 * @throws as {@link mesolve}, before anything is computed: which system it was stands in the message; the reason of an aborted signal
 * @example
 * const g = Array.from({ length: 1000 }, (_, k) => k / 1000);
 * const H = g.map((x) => sigmax().scale(x).add(sigmaz()));
 * const { expect } = mesolveBatch(H, basis(2, 0), [0, 1, 2], { cOps: [sigmam()], eOps: { z: sigmaz() } });
 * expect.z.length; // 3000
 * expect.z.subarray(3 * 42, 3 * 43); // that of g[42] at the three times
 */
export function mesolveBatch<const E extends Observables = Record<never, Operator>>(
  H: OneOrEach<Operator>,
  rho0: OneOrEach<Operator | Ket>,
  tlist: ArrayLike<number>,
  options: MesolveBatchOptions & { eOps?: E | undefined } = {},
): BatchSolution<E> {
  checkKeys(options, OPTIONS, WHERE);
  const { cOps = [] } = options;
  checkJumpList(cOps, `${WHERE}: cOps`);
  // Copies: the caller's lists may change while they are read.
  return solve(ownList(H), ownList(rho0), tlist, { ...options, cOps: Array.from(cOps, ownList) });
}

function ownList<T>(given: OneOrEach<T>): OneOrEach<T> {
  return Array.isArray(given) ? [...given] : given;
}

function solve<const E extends Observables>(
  H: OneOrEach<Operator>,
  rho0: OneOrEach<Operator | Ket>,
  tlist: ArrayLike<number>,
  options: MesolveBatchOptions & { eOps?: E | undefined; cOps: readonly OneOrEach<Jump>[] },
): BatchSolution<E> {
  const started = performance.now();
  const { cOps, method: asked = "auto", storeStates = "none", signal, onProgress } = options;
  if (!BATCH_METHODS.includes(asked)) {
    throw new InvalidArgumentError(
      `${WHERE}: method`,
      asked,
      `one of ${BATCH_METHODS.map((name) => `"${name}"`).join(", ")}`,
    );
  }
  if (storeStates !== "none" && storeStates !== "final") {
    throw new InvalidArgumentError(`${WHERE}: storeStates`, storeStates, '"none" or "final"');
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new InvalidArgumentError(`${WHERE}: onProgress`, onProgress, "a function");
  }
  if (asked === "taylor" && options.dt !== undefined) {
    throw new InvalidArgumentError(`${WHERE}: dt`, options.dt, 'no dt with method "taylor"');
  }
  const { rtol, atol, maxSteps, maxStep, dt } = resolveOptions(
    { ...pick(options), method: asked === "taylor" ? "auto" : asked },
    WHERE,
  );
  const method = dt === undefined ? asked : "rk4";
  const times = checkTimes(tlist, `${WHERE}: tlist`);
  const count = countOf([["H", H], ["rho0", rho0], ...cOps.map((jump, k) => [`cOps[${k}]`, jump] as const)]);
  const first = Array.isArray(H) ? H[0] : H;
  checkOperator(first, `${WHERE}: H`);
  const { dims, size } = first as Operator;
  if (size > MOST_LEVELS) {
    throw new InvalidArgumentError(
      `${WHERE}: H`,
      size,
      `at most ${MOST_LEVELS} levels; larger systems one by one, by mesolve`,
    );
  }
  const batch = <T>(given: OneOrEach<T>, name: string, { read, all, one }: Reading<T>) => {
    const at = (k: number) => `${WHERE}: ${name}${Array.isArray(given) ? `[${k}]` : ""}`;
    const of = (k: number) => (Array.isArray(given) ? given[k] : given) as T;
    if (!Array.isArray(given)) return sameOperators(one(given as T, at(0)), count);
    const operators = given.map((value: T, k) => {
      const operator = read(value, at(k));
      checkSameDims(dims, operator.dims, at(k));
      return operator;
    });
    return all(operatorsOf(operators), (k) => one(of(k), at(k)));
  };
  const eOps = options.eOps ?? ({} as E);
  checkObservables(eOps, dims, `${WHERE}: eOps`);
  const problem = {
    dims,
    count,
    H: batch(H, "H", {
      read: checkedOperator,
      all: hermitianOf,
      one: (operator, at) => {
        const hermitian = checkHamiltonian(operator, at);
        checkSameDims(dims, hermitian.dims, at);
        return hermitian;
      },
    }),
    jumps: cOps.map((jump, j) =>
      batch<Jump>(jump, `cOps[${j}]`, {
        read: (one, at) => readJump(one, dims, at),
        all: jumpsOf,
        one: (one, at) => resolveJump(one, dims, at),
      }),
    ),
    rho0: batch<Operator | Ket>(rho0, "rho0", {
      read: (state, at) => checkInitial(state, dims, at),
      all: densitiesOf,
      one: (state, at) => checkDensityMatrix(state, dims, at),
    }),
    functionals: Object.values(eOps).flatMap(hermitianParts),
  };
  const products = productsOf(problem.jumps);
  if (products > MOST_PRODUCTS) {
    const expected = `jumps of at most ${MOST_PRODUCTS} pairs of elements; systems of many full ones one by one, by mesolve`;
    throw new InvalidArgumentError(`${WHERE}: cOps`, products, expected);
  }
  const result = evolveBatch({
    ...{ ...problem, times, method, rtol, atol, maxSteps, signal, onProgress, order: "systems" },
    step: dt ?? maxStep,
    keepLast: storeStates === "final",
  });
  const failures = failuresOf(result, times, maxSteps);
  const { values, steps, plan } = result;
  const length = count * times.length;
  for (const { system } of failures) {
    for (let at = system * times.length; at < values.length; at += length) {
      values.fill(Number.NaN, at, at + times.length);
    }
  }
  let states: (HermitianOperator | undefined)[] | undefined;
  return {
    count,
    times,
    expect: expectations(eOps, values, length) as Solution<E>["expect"],
    failures,
    warnings: warningsOf(result, rtol + atol),
    get finalStates() {
      if (storeStates === "final") states ??= finalStates(result, dims, count);
      return states;
    },
    stats: {
      method,
      coordinates: plan.coordinates,
      populations: plan.populations,
      blocks: plan.blocks.map(({ coordinates }) => coordinates.length),
      steps,
      build: getKernel().build,
      milliseconds: performance.now() - started,
    },
  };
}

/** How what is given for each system is read and checked: one by one and quickly, all at once, and one with all that can be said against it. */
interface Reading<T> {
  read(value: T, at: string): Operator;
  all(batch: OperatorBatch, suspect: (system: number) => void): OperatorBatch;
  one(value: T, at: string): Operator;
}

function checkedOperator(operator: Operator, at: string): Operator {
  checkOperator(operator, at);
  return operator;
}

/** What the options have in common with those of one system. */
function pick({ rtol, atol, maxSteps, maxStep, dt, signal }: MesolveBatchOptions) {
  return { rtol, atol, maxSteps, maxStep, dt, signal };
}

/** How many systems there are. @throws {@link InvalidArgumentError} for lists of different lengths */
function countOf(given: readonly (readonly [name: string, value: unknown])[]): number {
  let known: readonly [name: string, length: number] | undefined;
  for (const [name, value] of given) {
    if (!Array.isArray(value)) continue;
    known ??= [name, value.length];
    if (value.length !== known[1] || value.length === 0) {
      const expected = value.length === 0 ? "one a system" : `${known[1]}, as many as ${known[0]}`;
      throw new InvalidArgumentError(`${WHERE}: ${name}`, value.length, expected);
    }
  }
  return known?.[1] ?? 1;
}

/** A and B of O = A + iB, B left out where it is zero. */
function hermitianParts(operator: Operator): Operator[] {
  if (operator.isHermitian()) return [operator.asHermitian()];
  const adjoint = operator.dag();
  return [operator.add(adjoint).scale(0.5), operator.sub(adjoint).scale({ re: 0, im: -0.5 })];
}

function expectations(eOps: Observables, values: Float64Array, length: number): Record<string, unknown> {
  let at = 0;
  const next = () => {
    at += length;
    return values.subarray(at - length, at);
  };
  return Object.fromEntries(
    Object.entries(eOps).map(([name, operator]) => [
      name,
      operator.isHermitian() ? next() : { re: next(), im: next() },
    ]),
  );
}

function failuresOf({ status }: BatchResult, times: Float64Array, maxSteps: number): BatchSolution["failures"] {
  const [start, end] = [times[0]!, times.at(-1)!];
  const out: { system: number; error: LindbladError }[] = [];
  status.forEach((value, system) => {
    if (value === STATUS_DONE) return;
    const where = `${WHERE}: system ${system}`;
    const error =
      value === STATUS_NON_FINITE
        ? new NonFiniteError(
            where,
            start,
            "the state at the end, or an expectation value, is not finite; the operators or the step may be too large",
          )
        : value === STATUS_STEP_LIMIT
          ? new StepLimitError(where, start, end, maxSteps, 'Raise maxSteps, or let method "auto" choose.')
          : new StepSizeError(where, start, end, 0, undefined);
    out.push({ system, error });
  });
  return out;
}

function warningsOf({ rounding }: BatchResult, tolerance: number): string[] {
  const first = rounding.findIndex((moved) => moved > tolerance);
  if (first < 0) return [];
  const moved = rounding.filter((size) => size > tolerance);
  const most = moved.reduce((worst, size) => Math.max(worst, size), 0);
  return [`${moved.length} of ${rounding.length} systems, first number ${first}: ${movedModes(most)}`];
}

/** Operators from coordinates. */
function finalStates(
  { last, places, status }: BatchResult,
  dims: readonly number[],
  count: number,
): (HermitianOperator | undefined)[] {
  const d = dims.reduce((a, b) => a * b, 1);
  const rows = new Map(places.map((coordinate, row) => [coordinate, row]));
  const at = (coordinate: number, k: number) => {
    const row = rows.get(coordinate);
    return row === undefined ? 0 : last[row * count + k]!;
  };
  return Array.from({ length: count }, (_, k) => {
    if (status[k] !== STATUS_DONE) return undefined;
    const data = new Float64Array(2 * d * d);
    for (let i = 0; i < d; i++) {
      data[2 * (i * d + i)] = at(i, k);
      for (let j = 0; j < i; j++) {
        const c = coordinateOf(d, i, j);
        const [re, im] = [at(c, k) * Math.SQRT1_2, at(c + 1, k) * Math.SQRT1_2];
        data.set([re, im], 2 * (i * d + j));
        data.set([re, -im], 2 * (j * d + i));
      }
    }
    return Operator.dense(dims, data).asHermitian();
  });
}
