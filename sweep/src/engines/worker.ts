/**
 * What runs in a worker of {@link threadsEngine}: one chunk after the other. An error that the library throws on purpose is an answer; after any other
 * the worker ends, since nobody knows what state it is in, and another one takes its place.
 * @module
 */
import { LindbladError, selfTest } from "lindblad";
import { workerData } from "piscina";
import { type Chunk, type ChunkResult, type Problem, runChunk } from "../chunk.ts";

/** What a worker is asked. */
export interface Task {
  readonly chunk: Chunk;
  /** In shared memory: 1 once the worker has begun. */
  readonly begun: Int32Array;
}

/** What a worker answers. */
export type Answer =
  | { readonly done: ChunkResult }
  /** The sweep itself is wrong: what it asks for is not there. */
  | { readonly refused: string };

const problem = workerData as Problem;
const { build } = selfTest();

/** Computes a chunk; without a task it says that the worker is there. */
export default function compute(task: Task | undefined): Answer | undefined {
  if (task === undefined) return undefined;
  const { chunk, begun } = task;
  Atomics.store(begun, 0, 1);
  try {
    return { done: { id: chunk.id, result: runChunk(problem, chunk), build } };
  } catch (error) {
    if (error instanceof LindbladError) return { refused: error.message };
    // after the answer
    setImmediate(() => process.exit(1));
    throw error;
  }
}
