/**
 * The protocol between a pool and its workers: every message there is, in both directions. One worker has one job at a time; the
 * first is `init`, the same on every worker.
 *
 *     pool    init ──────────▶ worker      done | failed
 *             run  ──────────▶             progress*, then done | failed
 *
 * There is no message to cancel: a worker is deaf while its kernel runs. The pool ends the worker and starts another.
 * @module
 */
import type { Recipe } from "../coefficients/coefficient.ts";
import type { InitOptions } from "../kernel/load.ts";
import type { Progress } from "../solvers/options.ts";
import type { FunctionName } from "./registry.ts";

/** Which kernel a worker runs, as {@link InitOptions} but for a `Response`: it can be read once, and workers are many. */
export interface WorkerInit extends Omit<InitOptions, "wasm"> {
  /** The kernel's bytes, or where each worker gets them. */
  wasm?: Exclude<NonNullable<InitOptions["wasm"]>, Response>;
}

/** An operator: its elements in the storage it has. */
export interface PackedOperator {
  readonly kind: "operator";
  readonly dims: readonly number[];
  readonly matrix:
    | { readonly data: Float64Array }
    | { readonly rowPointers: Int32Array; readonly columns: Int32Array; readonly values: Float64Array };
}

export interface PackedKet {
  readonly kind: "ket";
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** A solution without `stats.minEigenvalue`, which is computed from the final state by whoever asks for it first. */
export interface PackedSolution {
  readonly kind: "solution";
  readonly data: object;
  /** Whether `stats.minEigenvalue` was left out. */
  readonly lazy: boolean;
}

export interface PackedError {
  readonly kind: "error";
  /** The class, by the name it is exported under: minifiers rename classes. */
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** All its other properties. */
  readonly fields: object;
}

export interface PackedCoefficient {
  readonly kind: "coefficient";
  readonly recipe: Recipe;
}

export type PackedObject = PackedOperator | PackedKet | PackedCoefficient | PackedSolution | PackedError;

/**
 * A value that structured cloning takes: plain data with typed arrays as they are, and in place of every object with a class a
 * packed one. Those are listed too, so that no plain object is ever mistaken for one: cloning keeps identities within a message.
 */
export interface Packed {
  readonly value: unknown;
  readonly objects: readonly PackedObject[];
}

export type ToWorker =
  | { readonly type: "init"; readonly job: number; readonly options: Omit<InitOptions, "wasm"> & { wasm?: unknown } }
  | {
      readonly type: "run";
      readonly job: number;
      readonly name: FunctionName;
      readonly args: Packed;
      /** Whether the caller wants to be told of the progress. */
      readonly progress: boolean;
    };

export type FromWorker =
  | { readonly type: "progress"; readonly job: number; readonly progress: Progress }
  | { readonly type: "done"; readonly job: number; readonly value: Packed }
  | { readonly type: "failed"; readonly job: number; readonly error: Packed };

/** Whether a message is one of a worker's: a script that is none may send anything. */
export function isFromWorker(message: unknown): message is FromWorker {
  if (typeof message !== "object" || message === null) return false;
  const { type, job } = message as Partial<FromWorker>;
  return typeof job === "number" && (type === "progress" || type === "done" || type === "failed");
}
