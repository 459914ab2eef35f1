/**
 * Continuous measurement: homodyne and heterodyne detection.
 * @module
 */
import { SCHEME_EULER, SCHEME_MILSTEIN, SCHEME_ROUCHON, SCHEME_TAYLOR } from "../../assembly/constants.ts";
import { InvalidArgumentError } from "../errors.ts";
import { getKernel } from "../kernel/load.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import { Ket } from "../operators/ket.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import {
  checkDensityMatrix,
  checkHamiltonian,
  checkObservables,
  checkTimes,
  resolveJump,
  resolveJumps,
} from "../solvers/checks.ts";
import type { Observables } from "../solvers/options.ts";
import { asResult, number, seriesLines, spanLine } from "../solvers/printing.ts";
import type { Series } from "../solvers/solution.ts";
import { BLOCK, Moments, seriesByName } from "./average.ts";
import { addProjector } from "./blocks.ts";
import { checkKet } from "./initial.ts";
import {
  checkMeasurementOptions,
  type MeasuredJump,
  type MeasurementOptions,
  type MeasurementRecord,
  type MeasurementScheme,
} from "./measurement-options.ts";
import {
  type Channel,
  type MeasurementPlan,
  planMeasuredKet,
  planMeasuredState,
  planPositive,
} from "./measurement-plan.ts";
import { type Followed, type MeasurementProblem, withMeasurements } from "./measurement-runner.ts";

/** What the detector saw on one trajectory, and the state that follows from it. */
export interface MeasurementRun<E extends Observables = Observables> {
  readonly trajectory: number;
  /** Of each channel: the mean of dY/dt between one output time and the next, times.length - 1 of them. */
  readonly currents: readonly Float64Array[];
  /** With `keepRecords`. */
  readonly record?: MeasurementRecord;
  /** With `keepRuns`. */
  readonly expect?: { readonly [K in keyof E]: E[K] extends HermitianOperator ? Float64Array : Series };
  /** At the output times, with `keepRuns` and `storeStates`; kets up to a phase. */
  readonly states?: readonly (Ket | Operator)[];
}

/** Means over measurements. */
export interface MeasurementSolution<E extends Observables = Observables> {
  readonly times: Float64Array;
  /** Means by the names given in `eOps`: a real series where the operator is Hermitian. */
  readonly expect: { readonly [K in keyof E]: E[K] extends HermitianOperator ? Float64Array : Series };
  /** Their standard errors; infinite for one trajectory. */
  readonly stdError: { readonly [K in keyof E]: E[K] extends HermitianOperator ? Float64Array : Series };
  /** Mean of the states at the output times, with `storeStates`. */
  readonly states?: readonly HermitianOperator[];
  readonly runs: readonly MeasurementRun<E>[];
  /** Steps between one output time and the next. */
  readonly steps: Int32Array;
  readonly trajectories: number;
  readonly seed: number;
  readonly stats: {
    readonly method: MeasurementScheme;
    readonly form: string;
    readonly reasons: readonly string[];
    readonly build: string;
    readonly milliseconds: number;
  };
  /** Everything above as plain arrays and objects. */
  toJSON(): Record<string, unknown>;
}

/** Default steps: of the inverse of the largest rate. */
const SHARE = 0.02;
/** Of the largest element of a product: commutators that are none. */
const COMMUTES = 1e-12;
/** Steps of one trajectory at most. */
const MOST_STEPS = 2 ** 30;
/** Milliseconds between progress ticks. */
const TICK = 100;
const SCHEMES_OF = {
  euler: SCHEME_EULER,
  milstein: SCHEME_MILSTEIN,
  "taylor1.5": SCHEME_TAYLOR,
  rouchon: SCHEME_ROUCHON,
};

/**
 * The stochastic Schrödinger equation: a pure state whose jumps are all watched, by homodyne or heterodyne detection (Wiseman and Milburn, Quantum Measurement and Control, section 4.4). QuTiP's `ssesolve`.
 *
 * dY_j = <c_j + c_j†> dt + dW_j is what detector j sees.
 *
 * @param H Hermitian; constant in time
 * @param psi0 of norm 1
 * @param tlist output times, strictly increasing; the first is the initial time
 * @throws {@link UnknownOptionError}, {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotHermitianError}, {@link NotNormalisedError}, {@link InvalidTimesError}, {@link TooLargeError},
 * {@link NonFiniteError} (the step is too long)
 * @example
 * const { runs } = ssesolve(num(12), coherent(12, 2), times, { scOps: [destroy(12)] });
 * runs[0].currents[0]; // the homodyne current
 */
export function ssesolve<const E extends Observables = Record<never, never>>(
  H: Operator,
  psi0: Ket,
  tlist: ArrayLike<number>,
  options: Omit<MeasurementOptions, "cOps"> & { eOps?: E | undefined } = {},
): MeasurementSolution<E> {
  const where = "ssesolve";
  checkMeasurementOptions(options, ["cOps"], where);
  if (!(psi0 instanceof Ket)) throw new InvalidArgumentError(`${where}: psi0`, psi0, "a Ket; smesolve takes operators");
  return solve(H, psi0, tlist, options, where) as MeasurementSolution<E>;
}

/**
 * The stochastic master equation: what is known of a state from detectors of any efficiency, while other jumps are not watched. QuTiP's `smesolve`.
 *
 * dY_j = sqrt(eta_j) <c_j + c_j†> dt + dW_j.
 *
 * @param H, tlist as in {@link ssesolve}
 * @param rho0 a density matrix or a ket
 * @throws as {@link ssesolve}; {@link NotDensityMatrixError}
 * @example
 * smesolve(sigmaz(), basis(2, 0), times, { scOps: [{ op: sigmax(), rate: 0.5, efficiency: 0.8 }], eOps: { x: sigmax() }, ntraj: 100 });
 */
export function smesolve<const E extends Observables = Record<never, never>>(
  H: Operator,
  rho0: Operator | Ket,
  tlist: ArrayLike<number>,
  options: MeasurementOptions & { eOps?: E | undefined } = {},
): MeasurementSolution<E> {
  const where = "smesolve";
  checkMeasurementOptions(options, [], where);
  return solve(H, rho0, tlist, options, where) as MeasurementSolution<E>;
}

function solve(
  H: Operator,
  state: Ket | Operator,
  tlist: ArrayLike<number>,
  options: MeasurementOptions,
  where: string,
): MeasurementSolution {
  const started = performance.now();
  const hamiltonian = checkHamiltonian(H, `${where}: H`);
  const { dims } = hamiltonian;
  const pure = where === "ssesolve";
  const times = checkTimes(tlist, `${where}: tlist`);
  const eOps = options.eOps ?? {};
  checkObservables(eOps, dims, `${where}: eOps`);
  const jumps = resolveJumps(options.cOps ?? [], dims, `${where}: cOps`);
  const channels = readChannels(options.scOps ?? [], dims, options.heterodyne === true, pure, where);
  const initial = pure
    ? checkKet(state as Ket, dims, `${where}: psi0`)
    : checkDensityMatrix(state, dims, `${where}: rho0`);
  const { scheme, reason } = chooseScheme(channels, options.method ?? "auto", where);
  const measured = { H: hamiltonian, jumps, channels };
  const positive = scheme === "rouchon" && !pure;
  const plan: MeasurementPlan = (
    pure
      ? planMeasuredKet(measured, initial as Ket)
      : positive
        ? planPositive(measured)
        : planMeasuredState(measured, initial as Operator)
  ) as MeasurementPlan;
  const dt = options.dt ?? (plan.rate > 0 ? SHARE / plan.rate : Number.POSITIVE_INFINITY);
  const steps = stepsFor(times, dt, where);
  const total = steps.reduce((sum, n) => sum + n, 0);
  const { record } = options;
  checkRecord(record, channels.length, total, where);
  const functionals = Object.values(eOps);
  const problem: MeasurementProblem = {
    plan,
    // Of a ket the positive step is Milstein's.
    scheme: SCHEMES_OF[scheme === "rouchon" && pure ? "milstein" : scheme],
    initial,
    times,
    steps,
    functionals,
    seed: options.seed ?? 0,
    storeStates: options.storeStates === true,
    record,
    where,
  };
  const { ntraj = 1, first = 0, signal, onProgress } = options;
  signal?.throwIfAborted();
  const width = 2 * functionals.length;
  const names = Object.keys(eOps);
  const seriesOf = (of: (at: number) => number) => seriesByName(names, functionals, times, of);
  const all = new Moments(width * times.length);
  const sums = problem.storeStates ? Array.from(times, () => new Float64Array(2 * hamiltonian.size ** 2)) : [];
  const runs: MeasurementRun[] = [];
  let ticked = started;
  withMeasurements(problem, channels.length, (run) => {
    for (let block = 0; block < ntraj; block += BLOCK) {
      const moments = new Moments(width * times.length);
      for (let k = block; k < Math.min(ntraj, block + BLOCK); k++) {
        const { values, states, increments, integrals } = run(first + k);
        moments.add(values);
        sums.forEach((sum, t) => {
          if (pure) addProjector(sum, states[t]!);
          else for (let i = 0; i < sum.length; i++) sum[i]! += states[t]![i]!;
        });
        runs.push({
          trajectory: first + k,
          currents: increments.map((series) => currentOf(series, times, steps)),
          ...(options.keepRecords ? { record: { increments, integrals } } : {}),
          ...(options.keepRuns ? { expect: seriesOf((at) => values[at]!) } : {}),
          ...(options.keepRuns && problem.storeStates
            ? { states: states.map((data) => (pure ? new Ket(dims, data) : Operator.dense(dims, data))) }
            : {}),
        });
        const now = performance.now();
        const last = k + 1 === ntraj;
        if (onProgress && (last || now - ticked >= TICK)) {
          ticked = now;
          onProgress({ trajectories: k + 1, fraction: (k + 1) / ntraj, seconds: (now - started) / 1000 });
          if (!last) signal?.throwIfAborted();
        }
      }
      all.merge(moments);
    }
  });
  const solution = {
    times,
    expect: seriesOf((at) => all.mean[at]!),
    stdError: seriesOf((at) => all.error(at)),
    ...(problem.storeStates
      ? {
          states: sums.map((sum) =>
            Operator.dense(
              dims,
              sum.map((x) => x / ntraj),
            ).hermitianPart(),
          ),
        }
      : {}),
    runs,
    steps,
    trajectories: ntraj,
    seed: problem.seed,
    stats: {
      method: scheme,
      form: plan.form,
      reasons: [
        `method ${scheme}: ${reason}`,
        `${total} steps${options.dt === undefined ? ` of at most ${SHARE} of the inverse of the largest rate` : ""}`,
      ],
      build: getKernel().build,
      milliseconds: performance.now() - started,
    },
  } as unknown as MeasurementSolution;
  return asResult(solution, describe);
}

/** Jumps that are measured, as channels. */
function readChannels(
  scOps: readonly MeasuredJump[],
  dims: readonly number[],
  heterodyne: boolean,
  pure: boolean,
  where: string,
): Channel[] {
  const channels = Array.from(scOps, (jump, k): Channel => {
    const at = `${where}: scOps[${k}]`;
    if (jump instanceof Operator) return { operator: resolveJump(jump, dims, at), efficiency: 1 };
    checkKeys(jump, pure ? ["op", "rate"] : ["op", "rate", "efficiency"], at);
    const { op, rate = 1, efficiency = 1 } = jump;
    if (!(efficiency >= 0 && efficiency <= 1)) {
      throw new InvalidArgumentError(`${at}.efficiency`, efficiency, "a number from 0 to 1");
    }
    return { operator: resolveJump({ op, rate } as Jump, dims, at), efficiency };
  });
  if (!heterodyne) return channels;
  return channels.flatMap(({ operator, efficiency }) =>
    [
      { re: Math.SQRT1_2, im: 0 },
      { re: 0, im: -Math.SQRT1_2 },
    ].map((factor) => ({ operator: operator.scale(factor), efficiency })),
  );
}

function chooseScheme(
  channels: readonly Channel[],
  method: "auto" | MeasurementScheme,
  where: string,
): { scheme: MeasurementScheme; reason: string } {
  const commute = channels.every(({ operator: a }, j) =>
    channels.slice(0, j).every(({ operator: b }) => {
      const [ab, ba] = [a.mul(b), b.mul(a)];
      return ab.sub(ba).maxAbs() <= COMMUTES * Math.max(ab.maxAbs(), ba.maxAbs());
    }),
  );
  if (method === "taylor1.5" && !commute) {
    throw new InvalidArgumentError(`${where}: method`, method, "another one: it needs measured operators that commute");
  }
  if (method !== "auto") return { scheme: method, reason: "asked for" };
  return commute
    ? { scheme: "taylor1.5", reason: "the measured operators commute" }
    : { scheme: "rouchon", reason: "the measured operators do not commute" };
}

/** Steps of equal length, `dt` at most, between one output time and the next. */
function stepsFor(times: Float64Array, dt: number, where: string): Int32Array {
  const steps = Int32Array.from({ length: times.length }, () => 0);
  let total = 0;
  for (let k = 1; k < times.length; k++) {
    const count = Math.max(1, Math.ceil((times[k]! - times[k - 1]!) / dt - 1e-9));
    total += count;
    if (!(total <= MOST_STEPS)) {
      throw new InvalidArgumentError(`${where}: dt`, dt, `a step that leads to ${MOST_STEPS} steps at most`);
    }
    steps[k] = count;
  }
  return steps;
}

function checkRecord(record: Followed | undefined, channels: number, steps: number, where: string): void {
  for (const name of ["increments", "integrals"] as const) {
    const series = record?.[name];
    if (series === undefined) continue;
    if (series.length !== channels) {
      throw new InvalidArgumentError(`${where}: record.${name}`, series.length, `${channels} series, one a channel`);
    }
    series.forEach((one, j) => {
      if (one.length !== steps) {
        throw new InvalidArgumentError(`${where}: record.${name}[${j}]`, one.length, `${steps} numbers, one a step`);
      }
      const bad = Array.from(one).findIndex((x) => !Number.isFinite(x));
      if (bad >= 0)
        throw new InvalidArgumentError(`${where}: record.${name}[${j}][${bad}]`, one[bad], "a finite number");
    });
  }
}

function currentOf(increments: Float64Array, times: Float64Array, steps: Int32Array): Float64Array {
  let at = 0;
  return Float64Array.from({ length: times.length - 1 }, (_, k) => {
    let sum = 0;
    for (const stop = at + steps[k + 1]!; at < stop; at++) sum += increments[at]!;
    return sum / (times[k + 1]! - times[k]!);
  });
}

/** A few lines. */
function describe({ times, expect, trajectories, seed, runs, steps, stats }: MeasurementSolution): string {
  const total = steps.reduce((sum, n) => sum + n, 0);
  return [
    `Solution: ${spanLine(times)}, ${trajectories} trajectories (seed ${seed}), ${runs[0]?.currents.length ?? 0} detectors`,
    ...seriesLines(times, expect),
    `  method  ${stats.method}: ${total} steps each, ${number(stats.milliseconds)} ms`,
    `  form    ${stats.form}`,
  ].join("\n");
}
