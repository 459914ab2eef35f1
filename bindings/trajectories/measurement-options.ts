/**
 * Options of continuous measurements.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import type { Operator } from "../operators/operator.ts";
import type { Observables } from "../solvers/options.ts";
import type { TrajectoryProgress } from "./options.ts";
import { isBoolean, isCount, isIndex, isPositive, isRecord, isSignal } from "./options.ts";

/** How a step of a continuous measurement is taken. */
export type MeasurementScheme = (typeof SCHEMES)[number];
export const SCHEMES = ["euler", "milstein", "taylor1.5", "rouchon"] as const;

/** A jump operator that is watched. */
export type MeasuredJump =
  | Operator
  | {
      /** The operator without its rate. */
      readonly op: Operator;
      /** The rate, >= 0, in inverse units of time. Default 1. */
      readonly rate?: number;
      /** The share of its quanta that the detector sees, from 0 to 1. Default 1. */
      readonly efficiency?: number;
    };

/** What a detector said, step by step. */
export interface MeasurementRecord<Numbers extends ArrayLike<number> = Float64Array> {
  /** Of each channel: the increments of Y, one a step. */
  readonly increments: readonly Numbers[];
  /** Integrals over each step of what Y has gained in it, which `"taylor1.5"` uses; h/2 times the increment where they are not known. */
  readonly integrals?: readonly Numbers[] | undefined;
}

/** Options of {@link smesolve} and {@link ssesolve}. */
export interface MeasurementOptions {
  /** {@link smesolve}: jump operators that nobody watches. Default: none. */
  cOps?: readonly Jump[] | undefined;
  /** Those that are measured; rates in inverse units of time. Default: none. */
  scOps?: readonly MeasuredJump[] | undefined;
  /** Operators whose expectation values are wanted, by name. Default: none. */
  eOps?: Observables | undefined;
  /** false: homodyne, one channel c each. true: heterodyne, two channels each, c/sqrt(2) and -ic/sqrt(2). Default false. */
  heterodyne?: boolean | undefined;
  /** Trajectories; default 1. */
  ntraj?: number | undefined;
  /** Number of the first trajectory; default 0. */
  first?: number | undefined;
  /** As in {@link McsolveOptions}. */
  seed?: number | undefined;
  /** Longest step, in units of time; every interval between output times is divided evenly. Default: 1/50 of the inverse of the largest rate. */
  dt?: number | undefined;
  /**
   * `"euler"`: Euler and Maruyama, strong order 1/2. `"milstein"`: strong order 1 where the measured operators commute, else 1/2. `"taylor1.5"`: the strong Taylor scheme of order 3/2, for measured operators
   * that commute (means: order 2, of the others 1). `"rouchon"`: as `"milstein"`, and positive whatever the step (density matrices; of kets it is `"milstein"`). Default: `"taylor1.5"` where the operators commute, else `"rouchon"`.
   */
  method?: "auto" | MeasurementScheme | undefined;
  /** A record to follow, in the steps it was made in (times and `dt`): the state that whoever has it infers, and no noise is drawn. One trajectory. */
  record?: MeasurementRecord<ArrayLike<number>> | undefined;
  /** true: the records of all trajectories are kept, to be followed again. Default false. */
  keepRecords?: boolean | undefined;
  /** true: expectation values (and with `storeStates` states) of every trajectory are kept. Default false. */
  keepRuns?: boolean | undefined;
  /** true: the mean of the states at the output times. Default false. */
  storeStates?: boolean | undefined;
  /** Stops the run, between trajectories, where `onProgress` is given: its reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Called about ten times a second. */
  onProgress?: ((progress: TrajectoryProgress) => void) | undefined;
}

const isSeries = (value: unknown) =>
  Array.isArray(value) && value.every((one) => Array.isArray(one) || one instanceof Float64Array);

const CHECKS: Record<keyof MeasurementOptions, readonly [test: (value: unknown) => boolean, expected: string]> = {
  cOps: [Array.isArray, "an array of jump operators"],
  scOps: [Array.isArray, "an array of jump operators"],
  eOps: [isRecord, "an object of operators by name"],
  heterodyne: [isBoolean, "true or false"],
  ntraj: [isCount, "a positive integer"],
  first: [isIndex, "an integer >= 0"],
  seed: [isIndex, "an integer from 0 to 2^53 - 1"],
  dt: [isPositive, "a finite number > 0"],
  method: [
    (value) => value === "auto" || SCHEMES.includes(value as MeasurementScheme),
    `"auto" or one of ${SCHEMES.map((name) => `"${name}"`).join(", ")}`,
  ],
  record: [
    (value) =>
      isRecord(value) &&
      isSeries((value as MeasurementRecord).increments) &&
      ((value as MeasurementRecord).integrals === undefined || isSeries((value as MeasurementRecord).integrals)),
    "{ increments, integrals } of arrays of numbers, one a channel",
  ],
  keepRecords: [isBoolean, "true or false"],
  keepRuns: [isBoolean, "true or false"],
  storeStates: [isBoolean, "true or false"],
  signal: [isSignal, "an AbortSignal"],
  onProgress: [(value) => typeof value === "function", "a function"],
};

/** Checks options. @param without names that the calling function does not know
 * @throws {@link UnknownOptionError}, {@link InvalidArgumentError} */
export function checkMeasurementOptions(options: MeasurementOptions, without: readonly string[], where: string): void {
  checkKeys(
    options,
    Object.keys(CHECKS).filter((name) => !without.includes(name)),
    where,
  );
  for (const [name, value] of Object.entries(options)) {
    const [test, expected] = CHECKS[name as keyof MeasurementOptions];
    if (value !== undefined && !test(value)) throw new InvalidArgumentError(`${where}: ${name}`, value, expected);
  }
  const { record, ntraj = 1, first = 0 } = options;
  if (record !== undefined) checkKeys(record, ["increments", "integrals"], `${where}: record`);
  if (record !== undefined && ntraj !== 1) {
    throw new InvalidArgumentError(
      `${where}: ntraj`,
      ntraj,
      "1 with a record: there is one trajectory that follows it",
    );
  }
  if (!Number.isSafeInteger(first + ntraj)) {
    throw new InvalidArgumentError(`${where}: first`, first, "a number below 2^53 - ntraj");
  }
}
