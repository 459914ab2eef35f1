/**
 * What every engine of a sweep does.
 * @module
 */
import type { Chunk, ChunkResult, Problem } from "./chunk.ts";

/** Computes chunks of one problem, here or elsewhere. */
export interface Engine {
  /** As the command line and the store have it: `"inline"`, `"threads"`, `"redis"`. */
  readonly name: string;
  /** Chunks that are worked on at once. The coordinator keeps a few times as many submitted, never all of them. */
  readonly capacity: number;
  /**
   * Resolves with the chunk's result.
   * @param signal gives the chunk up; a chunk that runs already may be finished first
   * @throws {@link ChunkCrashError} when what computed it died or hung; the signal's reason; errors that end the sweep
   */
  submit(chunk: Chunk, signal: AbortSignal): Promise<ChunkResult>;
  /** Ends workers and connections. Chunks that are still submitted reject. */
  close(): Promise<void>;
}

/** Makes an engine ready for a problem. */
export type OpenEngine = (problem: Problem) => Promise<Engine>;

/** The worker that had a chunk died, or did not answer in time: the chunk may be to blame, or not. */
export class ChunkCrashError extends Error {
  /** The name of the class. */
  override readonly name = "ChunkCrashError";

  constructor(
    /** Of the chunk. */
    readonly id: number,
    /** What happened, as `"exit code 134"`. */
    readonly reason: string,
  ) {
    super(`chunk ${id}: ${reason}`);
  }
}
