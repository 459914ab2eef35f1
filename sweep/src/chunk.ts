/**
 * The unit of work of a sweep: a pure function of a problem and a chunk of it, so that any chunk may be computed twice and is recorded once.
 * @module
 */
import { type Model, type PointOutputs, type Points, type PointsResult, runPoints } from "lindblad/model";

/** What all chunks of a sweep have in common. */
export interface Problem {
  /** Identifies model, points, outputs and version: results of another problem are not mixed with these. */
  readonly hash: string;
  /** Of this package. */
  readonly version: string;
  readonly model: Model;
  readonly outputs: PointOutputs;
}

/** Some points of a sweep. */
export interface Chunk {
  /** Unique within a sweep, 0, 1, 2, … */
  readonly id: number;
  /** Indices of its points in the sweep. */
  readonly indices: ArrayLike<number>;
  readonly points: Points;
}

/** What became of a chunk. */
export interface ChunkResult {
  readonly id: number;
  readonly result: PointsResult;
  /** Build of the kernel that computed it: `"simd"` or `"relaxed"`. */
  readonly build: string;
}

/** Computes a chunk. @throws the signal's reason; errors of points are in the result */
export function runChunk(problem: Problem, chunk: Chunk, signal?: AbortSignal): PointsResult {
  return runPoints(problem.model, chunk.points, problem.outputs, { signal });
}
