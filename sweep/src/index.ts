/**
 * Sweeps of model files over their parameters.
 * @module @lindblad/sweep
 */
export { type AdaptiveSpec, type Axis, pointsOf, type SweepSpec, type Values } from "./axes.ts";
export { type Chunk, type ChunkResult, chunkAt, chunkId, type Problem, runChunk } from "./chunk.ts";
export { ChunkCrashError, type Engine, type OpenEngine } from "./engine.ts";
export { inlineEngine } from "./engines/inline.ts";
export { type RedisEngineOptions, redisEngine } from "./engines/redis.ts";
export { type ThreadsOptions, threadsEngine } from "./engines/threads.ts";
export {
  DuplicateMismatchError,
  StoreCorruptError,
  StoreLockedError,
  StoreMismatchError,
  StoreWriteError,
  SweepError,
} from "./errors.ts";
export { type Merged, type MergeOptions, MissingPointsError, mergeStores } from "./merge.ts";
export { CoordinatorBusyError, RedisError, VersionMismatchError, WorkerRefusedError } from "./queue/errors.ts";
export type { Range } from "./ranges.ts";
export { EXPORT_FORMATS, type ExportFormat, exportStore, readColumns, type StoreColumns } from "./reading.ts";
export type { Rows } from "./records.ts";
export { readShard, type Shard, shardRange } from "./shards.ts";
export { loadSweep, type SweepFile, sweepJsonSchema, validateSweep } from "./spec.ts";
export type { StoreHead } from "./store.ts";
export {
  type EngineName,
  estimateSweep,
  type SweepEstimate,
  type SweepOptions,
  type SweepProgress,
  type SweepResult,
  sweep,
} from "./sweep.ts";
export { type RedisTrajectoriesOptions, redisTrajectories } from "./trajectories.ts";
