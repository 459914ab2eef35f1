/**
 * Many small systems at once.
 * @module
 */
export type { BatchMethod } from "./evolve.ts";
export {
  type BatchSolution,
  type BatchStats,
  type MesolveBatchOptions,
  mesolveBatch,
  type OneOrEach,
} from "./mesolve-batch.ts";
