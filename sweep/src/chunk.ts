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
  /** The model, as the file has it. */
  readonly model: Model;
  /** What is recorded of every point. */
  readonly outputs: PointOutputs;
}

/** Some points of a sweep. */
export interface Chunk {
  /** Names its points: {@link chunkId}, the same whichever coordinator asks for them. */
  readonly id: number;
  /** Indices of its points in the sweep, one after the other. */
  readonly indices: ArrayLike<number>;
  /** The values of the parameters at them. */
  readonly points: Points;
}

/** What became of a chunk. */
export interface ChunkResult {
  /** That of the chunk. */
  readonly id: number;
  /** What became of its points. */
  readonly result: PointsResult;
  /** Build of the kernel that computed it: `"release"` or `"relaxed"`. */
  readonly build: string;
}

/** Points of one chunk are fewer than this. */
const COUNTS = 2 ** 13;

/** The id of the chunk of `count` points from `first` on: indices are below 2^40, so that it is exact. */
export function chunkId(first: number, count: number): number {
  return first * COUNTS + count;
}

/** Points `first` to before `first + count` as a chunk. */
export function chunkAt(first: number, count: number, points: Points): Chunk {
  return { id: chunkId(first, count), indices: Float64Array.from({ length: count }, (_, k) => first + k), points };
}

/** Computes a chunk. @throws the signal's reason; errors of points are in the result */
export function runChunk(problem: Problem, chunk: Chunk, signal?: AbortSignal): PointsResult {
  return runPoints(problem.model, chunk.points, problem.outputs, { signal });
}
