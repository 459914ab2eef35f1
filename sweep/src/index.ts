/**
 * Sweeps of model files over their parameters.
 * @module
 */
export { type Chunk, type ChunkResult, type Problem, runChunk } from "./chunk.ts";
export { ChunkCrashError, type Engine, type OpenEngine } from "./engine.ts";
export { type RedisEngineOptions, redisEngine } from "./engines/redis.ts";
export { CoordinatorBusyError, RedisError, VersionMismatchError, WorkerRefusedError } from "./queue/errors.ts";
