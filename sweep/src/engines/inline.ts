/**
 * The engine that computes in this thread: nothing to start, for short sweeps and for tests.
 * @module
 */
import { setImmediate } from "node:timers/promises";
import { LindbladError, selfTest } from "lindblad";
import { type Chunk, type Problem, runChunk } from "../chunk.ts";
import { ChunkCrashError, type Engine } from "../engine.ts";

/** An engine in this thread. Between two chunks, and not earlier, the thread is free for other things. */
export async function inlineEngine(problem: Problem): Promise<Engine> {
  const { build } = selfTest();
  return {
    name: "inline",
    capacity: 1,
    async submit(chunk: Chunk, signal: AbortSignal) {
      // whatever waits, such as a signal to end, comes first
      await setImmediate();
      signal.throwIfAborted();
      try {
        return { id: chunk.id, result: runChunk(problem, chunk, signal), build };
      } catch (error) {
        if (error instanceof LindbladError || signal.aborted) throw error;
        throw new ChunkCrashError(chunk.id, error instanceof Error ? error.message : String(error));
      }
    },
    async close() {},
  };
}
