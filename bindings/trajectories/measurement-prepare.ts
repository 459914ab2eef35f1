/**
 * Continuous measurements: checked, and planned.
 * @module
 */
import { SCHEME_EULER, SCHEME_MILSTEIN, SCHEME_ROUCHON, SCHEME_TAYLOR } from "../../assembly/constants.ts";
import { InvalidArgumentError } from "../errors.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import {
  checkDensityMatrix,
  checkHamiltonian,
  checkObservables,
  checkTimes,
  resolveJump,
  resolveJumps,
} from "../solvers/checks.ts";
import { checkKet } from "./initial.ts";
import {
  checkMeasurementOptions,
  type MeasuredJump,
  type MeasurementOptions,
  type MeasurementScheme,
} from "./measurement-options.ts";
import {
  type Channel,
  type MeasurementPlan,
  planMeasuredKet,
  planMeasuredState,
  planPositive,
} from "./measurement-plan.ts";
import type { Followed, MeasurementProblem } from "./measurement-runner.ts";

/** The functions that measure. */
export type Measuring = "ssesolve" | "smesolve";

/** What a call asks for. */
export interface MeasurementTask extends MeasurementProblem {
  readonly dims: readonly number[];
  /** Whether states are kets. */
  readonly pure: boolean;
  readonly channels: number;
  readonly ntraj: number;
  readonly first: number;
  readonly keepRecords: boolean;
  readonly keepRuns: boolean;
  /** Of the functionals. */
  readonly names: readonly string[];
  readonly method: MeasurementScheme;
  readonly reasons: readonly string[];
}

/** Default steps: of the inverse of the largest rate. */
const SHARE = 0.02;
/** Of the largest element of a product: commutators that are none. */
const COMMUTES = 1e-12;
/** Steps of one trajectory at most. */
const MOST_STEPS = 2 ** 30;
const SCHEMES_OF = {
  euler: SCHEME_EULER,
  milstein: SCHEME_MILSTEIN,
  "taylor1.5": SCHEME_TAYLOR,
  rouchon: SCHEME_ROUCHON,
};

/** Checks the arguments of a call and plans it. */
export function prepareMeasurement(
  where: Measuring,
  H: Operator,
  state: Ket | Operator,
  tlist: ArrayLike<number>,
  options: MeasurementOptions,
): MeasurementTask {
  const pure = where === "ssesolve";
  checkMeasurementOptions(options, pure ? ["cOps"] : [], where);
  if (pure && !(state instanceof Ket)) {
    throw new InvalidArgumentError(`${where}: psi0`, state, "a Ket; smesolve takes operators");
  }
  const hamiltonian = checkHamiltonian(H, `${where}: H`);
  const { dims } = hamiltonian;
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
  checkRecord(options.record, channels.length, total, where);
  return {
    plan,
    // Of a ket the positive step is Milstein's.
    scheme: SCHEMES_OF[scheme === "rouchon" && pure ? "milstein" : scheme],
    initial,
    times,
    steps,
    functionals: Object.values(eOps),
    seed: options.seed ?? 0,
    storeStates: options.storeStates === true,
    record: options.record,
    where,
    dims,
    pure,
    channels: channels.length,
    ntraj: options.ntraj ?? 1,
    first: options.first ?? 0,
    keepRecords: options.keepRecords === true,
    keepRuns: options.keepRuns === true,
    names: Object.keys(eOps),
    method: scheme,
    reasons: [
      `method ${scheme}: ${reason}`,
      `${total} steps${options.dt === undefined ? ` of at most ${SHARE} of the inverse of the largest rate` : ""}`,
    ],
  };
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
