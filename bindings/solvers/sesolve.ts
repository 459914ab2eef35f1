/**
 * The Schrödinger equation, d|psi>/dt = -iH|psi>, of kets and of operators.
 * @module
 */
import { InvalidArgumentError, NotNormalisedError, RunError } from "../errors.ts";
import { checkSameDims } from "../operators/checks.ts";
import { Ket } from "../operators/ket.ts";
import type { HermitianOperator } from "../operators/operator.ts";
import { Operator } from "../operators/operator.ts";
import { checkObservables, checkTimes, STATE_TOLERANCE } from "./checks.ts";
import type { RawSolution } from "./evolve.ts";
import type { Hamiltonian } from "./hamiltonian.ts";
import { planKetEvolution } from "./kets.ts";
import {
  type EvolveOptions,
  type Observables,
  OPTION_NAMES,
  type Point,
  type ResolvedOptions,
  resolveOptions,
} from "./options.ts";
import { asSolution } from "./printing.ts";
import type { ComplexSeries, Series, SolveStats } from "./solution.ts";
import { commonStats, readSeries } from "./solve.ts";
import { gridOf, type Plan, pointAt, readAnswer, rowsOf, run, statesOf } from "./stepping.ts";
import { type ResolvedGenerator, resolveGenerator, warningsOf } from "./terms.ts";

/** What is known at one output time: as {@link Point}, with a ket or an operator. */
export interface KetPoint<S extends Ket | Operator = Ket | Operator> extends Omit<Point, "state"> {
  /** The state: a ket where the run began with one, else an operator. */
  readonly state: S;
}

/** Options of {@link sesolve}. */
export interface SesolveOptions extends Omit<EvolveOptions, "picture" | "until"> {
  /** Ends the run early, at the first output time at which it returns true: see `until` of {@link mesolve}. */
  until?: ((point: KetPoint) => boolean) | undefined;
  /** The second argument of coefficients that are functions. */
  args?: unknown;
}

/** How a run went; what `mesolve` tells of density matrices is the norm here. */
export interface SesolveStats extends Omit<SolveStats, "traceError" | "hermiticityError" | "minEigenvalue"> {
  /** How far the norm (of an operator: Frobenius) of the final state is from the initial one; of a ket with `checkState`: from 1. */
  readonly normError: number;
}

/** A solved evolution from `S`, a ket or an operator; `E` are the operators given in `eOps`. */
export interface SesolveSolution<S extends Ket | Operator = Ket | Operator, E extends Observables = Observables> {
  /** The output times. */
  readonly times: Float64Array;
  /** By the names given in `eOps`. Of a ket <psi|O|psi>, a real series where O is Hermitian; of an operator Tr[O U], complex. */
  readonly expect: {
    readonly [K in keyof E]: S extends Ket ? (E[K] extends HermitianOperator ? Float64Array : Series) : ComplexSeries;
  };
  /** States, when `storeStates` asked for more than the final one: at the output times, or at `stateTimes`. */
  readonly states?: readonly Evolved<S>[];
  /** The times of `states`, where they are not `times`. */
  readonly stateTimes?: Float64Array;
  /** The state at the last output time; `undefined`, whatever its type says, after `storeStates: "none"`. */
  readonly finalState: Evolved<S>;
  /** The time at which `until` ended the run; undefined when it went to its end. */
  readonly stopped?: number;
  /** What cannot be promised of this result, in words: see `warnings` of {@link Solution}. */
  readonly warnings: readonly string[];
  /** The method, its steps, and how well they went. */
  readonly stats: SesolveStats;
  /** Everything above as plain arrays and objects. */
  toJSON(): Record<string, unknown>;
}

/** What a ket or an operator becomes. */
export type Evolved<S extends Ket | Operator> = S extends Ket ? Ket : Operator;

export const SESOLVE_OPTIONS = /* @__PURE__ */ OPTION_NAMES.filter(
  (name) => !["cOps", "negativeRates", "picture"].includes(name),
);

/**
 * Solves the Schrödinger equation d|psi>/dt = -iH|psi> from `psi0`. hbar = 1: energies are angular frequencies, in inverse units of the times
 * of `tlist`. Nothing is normalised. The cost is that of vectors: 2^16 levels of a sparse H are no problem. QuTiP's `sesolve`.
 *
 * @param hamiltonian H, Hermitian to 1e-12 of its largest element; its Hermitian part is used. Or a sum of terms, of which some depend on
 * time: `[H0, [H1, f], …]`, f a {@link Coefficient} or a function of time
 * @param psi0 a ket, of norm 1 to 1e-10 unless `checkState: false`; or an operator X, every column of which is evolved: dX/dt = -iHX. From
 * the identity that is the propagator U(t, t_0)
 * @param tlist output times, strictly increasing; the first is the initial time
 * @returns expectation values of `eOps` at every output time, the final state, others where `storeStates` asks for them, and how the run went
 * @throws {@link UnknownOptionError}, {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotHermitianError},
 * {@link NotNormalisedError}, {@link NonFiniteError}, {@link InvalidTimesError}, {@link TooLargeError}: before anything is computed.
 * {@link StepLimitError}, {@link StepSizeError}, {@link NonFiniteError}, or the reason of an aborted signal: while running.
 * @example
 * const result = sesolve(sigmax().scale(0.5), basis(2, 0), [0, Math.PI / 2, Math.PI], { eOps: { z: sigmaz() } });
 * result.expect.z; // [1, 0, -1]
 */
export function sesolve<S extends Ket | Operator, const E extends Observables = Record<never, Operator>>(
  hamiltonian: Hamiltonian,
  psi0: S,
  tlist: ArrayLike<number>,
  options: SesolveOptions & { eOps?: E | undefined } = {},
): SesolveSolution<S, E> {
  const started = performance.now();
  const where = "sesolve";
  const resolved = resolveOptions(options as EvolveOptions, where, SESOLVE_OPTIONS);
  const times = checkTimes(tlist, `${where}: tlist`);
  const span = { from: times[0]!, to: times.at(-1)!, times };
  const generator = resolveGenerator(hamiltonian, [], span, resolved, where);
  const eOps = options.eOps ?? ({} as E);
  checkObservables(eOps, generator.H.dims, `${where}: eOps`);
  return solveKets({ generator, psi0, times, eOps, options: resolved, started, where });
}

/** A problem whose parts have been checked, all but the initial state. */
export interface KetSolveProblem<S extends Ket | Operator, E extends Observables> {
  readonly generator: ResolvedGenerator;
  readonly psi0: S;
  readonly times: Float64Array;
  readonly eOps: E;
  readonly options: ResolvedOptions;
  /** When the call began, by performance.now(). */
  readonly started: number;
  /** The function called, for messages. */
  readonly where: string;
}

/** Solves a problem. */
export function solveKets<S extends Ket | Operator, E extends Observables>(
  problem: KetSolveProblem<S, E>,
): SesolveSolution<S, E> {
  const { options, where } = problem;
  const { until } = options;
  if (typeof until === "object") {
    throw new InvalidArgumentError(`${where}: until`, until, "a function of a point: a closed system is never steady");
  }
  const prepareFor = (withStates: boolean) => prepare(problem, withStates);
  return run(prepareFor, options, (point) => readAnswer((until as unknown as SesolveOptions["until"])!(point), where));
}

function prepare<S extends Ket | Operator, E extends Observables>(
  problem: KetSolveProblem<S, E>,
  withStates: boolean,
): Plan<KetPoint<Evolved<S>>, SesolveSolution<S, E>> {
  const { generator, psi0, times, eOps, options, started, where } = problem;
  const { G, driven } = generator;
  const matrix = !(psi0 instanceof Ket);
  const columns = columnsOf(psi0, G.dims, options.checkState, `${where}: psi0`);
  const observables = Object.entries(eOps);
  const functionals = observables.map(([, operator]) => operator);
  const grid = gridOf(times, options, `${where}: storeStates`);
  const storing = withStates ? { ...options, storeStates: true } : options;
  const whole = { G, driven, columns, matrix, times: grid.grid, functionals, options: storing, where };
  const evolution = planKetEvolution(whole);

  const toState = (data: Float64Array) => (matrix ? Operator.dense(G.dims, data) : new Ket(G.dims, data)) as Evolved<S>;
  const isReal = observables.map(([, operator]) => !matrix && operator.isHermitian());
  const shape = { width: 2 * functionals.length, isReal, names: observables.map(([name]) => name) };
  const norm = !matrix && options.checkState ? 1 : psi0.norm();
  const finish = (raw: RawSolution, kept: readonly Float64Array[], stopped?: number): SesolveSolution<S, E> => {
    const { count, rows } = rowsOf(grid, raw);
    const series = functionals.map((_, j) => readSeries(raw.values, shape.width, 2 * j, count, rows));
    const solutionOf = () => {
      const finalState = toState(raw.finalState);
      return asSolution({
        times: times.subarray(0, count),
        expect: Object.fromEntries(observables.map(([name], j) => [name, isReal[j] ? series[j]!.re : series[j]!])),
        ...statesOf(grid, options, kept, toState, stopped),
        ...(options.keepFinal ? { finalState } : {}),
        warnings: warningsOf(generator, times, options),
        stats: { ...commonStats(raw, started), normError: Math.abs(finalState.norm() - norm) },
      } as unknown as SesolveSolution<S, E>);
    };
    if (raw.failure) {
      if (raw.failure instanceof RunError && raw.finalState.length > 0) raw.failure.partial = solutionOf();
      throw raw.failure;
    }
    return solutionOf();
  };
  return {
    ...grid,
    evolution,
    stateBytes: 16 * G.size * columns.length,
    point: (raw, k, index, data) => pointAt(raw, shape, k, index, grid.grid[k]!, () => toState(data)),
    finish,
  };
}

/** The initial ket, or the columns of the initial operator. */
function columnsOf(psi0: Ket | Operator, dims: readonly number[], checkNorm: boolean, where: string): Ket[] {
  if (!(psi0 instanceof Ket) && !(psi0 instanceof Operator)) {
    throw new InvalidArgumentError(where, psi0, "a Ket, or an Operator whose columns are evolved");
  }
  checkSameDims(dims, psi0.dims, where);
  if (psi0 instanceof Ket) {
    const norm = psi0.norm();
    if (checkNorm && Math.abs(norm - 1) > STATE_TOLERANCE) throw new NotNormalisedError(where, norm, STATE_TOLERANCE);
    return [psi0];
  }
  const d = psi0.size;
  const columns = Array.from({ length: d }, () => new Float64Array(2 * d));
  psi0.forEachNonzero((row, column, re, im) => {
    columns[column]!.set([re, im], 2 * row);
  });
  return columns.map((data) => new Ket(dims, data));
}
