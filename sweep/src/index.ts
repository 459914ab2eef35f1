/**
 * Sweeps of model files over their parameters.
 * @module
 */
export { type Chunk, type ChunkResult, type Problem, runChunk } from "./chunk.ts";
export { ChunkCrashError, type Engine, type OpenEngine } from "./engine.ts";
