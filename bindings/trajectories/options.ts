/**
 * Options of quantum trajectories: one table checks them.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import type { Observables } from "../solvers/options.ts";
import type { DrivenJumpInput } from "../solvers/terms.ts";

/** How kets evolve between jumps. */
export type TrajectoryMethod = (typeof METHODS)[number];
const METHODS = ["dyadic", "dop853", "tsit5"] as const;

/** How far trajectories have come. */
export interface TrajectoryProgress {
  /** Trajectories that are done. */
  readonly trajectories: number;
  /** Of those asked for: 0 to 1. */
  readonly fraction: number;
  /** Since the call. */
  readonly seconds: number;
}

/** Options of {@link mcsolve}. */
export interface McsolveOptions {
  /** Jump operators, as in {@link mesolve}, rates in inverse units of time; rates that depend on time are not negative. Default: none. */
  cOps?: readonly (Jump | DrivenJumpInput)[] | undefined;
  /** Operators whose expectation values are wanted, by name. Default: none. */
  eOps?: Observables | undefined;
  /** Trajectories, at most where `target` or `timeout` is given. Default 500. */
  ntraj?: number | undefined;
  /** Number of the first trajectory; default 0. Trajectories 500 … 999 of one seed are independent of 0 … 499. */
  first?: number | undefined;
  /** An integer from 0 to 2^53 - 1; default 0. Trajectory k of a seed is always the same, whatever else is computed. */
  seed?: number | undefined;
  /**
   * Standard error that is enough: the run ends when that of every series is below it at every time, or below abs + rel·|mean|, and so is what one trajectory more could change (the range of the operator over the
   * number of trajectories: rare jumps may not have been seen). Looked at every 16 trajectories, from 32 on; wants `eOps`.
   */
  target?:
    | number
    | {
        /** In units of the operator. Default 0. */
        readonly abs?: number;
        /** As a share of |mean|. Default 0. */
        readonly rel?: number;
      }
    | undefined;
  /** Seconds after which no further trajectory is begun; those that have begun are waited for. Default: none. */
  timeout?: number | undefined;
  /** Asked after every 16 trajectories (every one of a Runge-Kutta method without `storeStates`), in a pool after every share of them: true ends the run with those that are done. */
  until?: ((progress: TrajectoryProgress) => boolean) | undefined;
  /**
   * true: the trajectory on which no jump happens is computed once and counts with its exact probability; all others are drawn among those with a jump (Abdelhafez, Schuster and Koch, Phys. Rev. A 99 (2019)
   * 052327). Less noise where jumps are rare. Default false.
   */
  improvedSampling?: boolean | undefined;
  /** true: expectation values (and with `storeStates` kets) of every trajectory that is drawn are kept: with `improvedSampling` of those with a jump. Default false. */
  keepRuns?: boolean | undefined;
  /** true: the mean of |psi><psi| at the output times. Default false. */
  storeStates?: boolean | undefined;
  /**
   * Between jumps. `"dyadic"`: propagators of intervals that double, as matrices, and a Taylor series: no error of a step; for constant generators, chosen for up to 256 levels. `"dop853"`, `"tsit5"`: as in {@link mesolve},
   * jumps located on their interpolants. Default `"auto"`, by cost.
   */
  method?: "auto" | TrajectoryMethod | undefined;
  /** Runge-Kutta methods: estimated error of a step, as in {@link mesolve}. Defaults 1e-6 and 1e-8. */
  rtol?: number | undefined;
  /** Absolute tolerance; 1e-8 when left out. */
  atol?: number | undefined;
  /** Jumps of one trajectory, and steps of a Runge-Kutta method, after which the run is given up with a {@link StepLimitError}. Default 1 000 000. */
  maxSteps?: number | undefined;
  /** No step of a Runge-Kutta method is longer, in units of time. Default: no bound. */
  maxStep?: number | undefined;
  /** The second argument of coefficients that are functions. */
  args?: unknown;
  /** Stops the run, between trajectories, where `onProgress` is given: its reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Called about ten times a second. */
  onProgress?: ((progress: TrajectoryProgress) => void) | undefined;
}

/** Options after defaults. */
export interface ResolvedTrajectoryOptions {
  readonly dt?: undefined;
  readonly ntraj: number;
  readonly first: number;
  readonly seed: number;
  readonly target: { readonly abs: number; readonly rel: number } | undefined;
  readonly timeout: number;
  readonly until: ((progress: TrajectoryProgress) => boolean) | undefined;
  readonly improvedSampling: boolean;
  readonly keepRuns: boolean;
  readonly storeStates: boolean;
  readonly method: "auto" | TrajectoryMethod;
  readonly rtol: number;
  readonly atol: number;
  readonly maxSteps: number;
  readonly maxStep: number | undefined;
  readonly args: unknown;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: TrajectoryProgress) => void) | undefined;
}

export const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
export const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
export const isIndex = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isPositive = (value: unknown) =>
  typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY;
export const isBoolean = (value: unknown) => typeof value === "boolean";
export const isSignal = (value: unknown) =>
  isRecord(value) && "aborted" in (value as object) && "throwIfAborted" in (value as object);
const isTolerance = (value: unknown) => value === undefined || value === 0 || isPositive(value);

/** One row an option: what it accepts. */
const CHECKS: Record<keyof McsolveOptions, readonly [test: (value: unknown) => boolean, expected: string]> = {
  cOps: [Array.isArray, "an array of jump operators"],
  eOps: [isRecord, "an object of operators by name"],
  ntraj: [isCount, "a positive integer"],
  first: [isIndex, "an integer >= 0"],
  seed: [isIndex, "an integer from 0 to 2^53 - 1"],
  target: [
    (value) =>
      isPositive(value) ||
      (isRecord(value) &&
        Object.keys(value as object).every((key) => key === "abs" || key === "rel") &&
        isTolerance((value as { abs: unknown }).abs) &&
        isTolerance((value as { rel: unknown }).rel) &&
        Object.values(value as object).some(isPositive)),
    "a number > 0, or { abs, rel } of which one is > 0",
  ],
  timeout: [isPositive, "a number of seconds > 0"],
  until: [(value) => typeof value === "function", "a function of the progress"],
  improvedSampling: [isBoolean, "true or false"],
  keepRuns: [isBoolean, "true or false"],
  storeStates: [isBoolean, "true or false"],
  method: [
    (value) => value === "auto" || METHODS.includes(value as TrajectoryMethod),
    `"auto" or one of ${METHODS.map((name) => `"${name}"`).join(", ")}`,
  ],
  rtol: [
    (value) => typeof value === "number" && value >= 1e-15 && value < 1,
    "a number from 1e-15 (rounding) to below 1",
  ],
  atol: [(value) => value === 0 || isPositive(value), "a finite number >= 0"],
  maxSteps: [isCount, "a positive integer"],
  maxStep: [isPositive, "a finite number > 0"],
  args: [() => true, "anything"],
  signal: [isSignal, "an AbortSignal"],
  onProgress: [(value) => typeof value === "function", "a function"],
};

/** The names of all options. */
export const TRAJECTORY_OPTIONS = /* @__PURE__ */ Object.keys(CHECKS) as (keyof McsolveOptions)[];

/** Checks options and fills in defaults. @throws {@link UnknownOptionError}, {@link InvalidArgumentError} */
export function resolveTrajectoryOptions(options: McsolveOptions, where: string): ResolvedTrajectoryOptions {
  checkKeys(options, TRAJECTORY_OPTIONS, where);
  for (const [name, value] of Object.entries(options)) {
    const [test, expected] = CHECKS[name as keyof McsolveOptions];
    if (value !== undefined && !test(value)) throw new InvalidArgumentError(`${where}: ${name}`, value, expected);
  }
  const { target, ntraj = 500, first = 0 } = options;
  if (target !== undefined && Object.keys(options.eOps ?? {}).length === 0) {
    throw new InvalidArgumentError(`${where}: eOps`, options.eOps, "operators whose standard errors `target` bounds");
  }
  if (!Number.isSafeInteger(first + ntraj)) {
    throw new InvalidArgumentError(`${where}: first`, first, "a number below 2^53 - ntraj");
  }
  return {
    ntraj,
    first,
    seed: options.seed ?? 0,
    target:
      target === undefined
        ? undefined
        : typeof target === "number"
          ? { abs: target, rel: 0 }
          : { abs: target.abs ?? 0, rel: target.rel ?? 0 },
    timeout: options.timeout ?? Number.POSITIVE_INFINITY,
    until: options.until,
    improvedSampling: options.improvedSampling ?? false,
    keepRuns: options.keepRuns ?? false,
    storeStates: options.storeStates ?? false,
    method: options.method ?? "auto",
    rtol: options.rtol ?? 1e-6,
    atol: options.atol ?? 1e-8,
    maxSteps: options.maxSteps ?? 1_000_000,
    maxStep: options.maxStep,
    args: options.args,
    signal: options.signal,
    onProgress: options.onProgress,
  };
}
