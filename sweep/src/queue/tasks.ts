/**
 * What workers can do, by name. A task is pure: a problem and a part of it in, plain data out, whoever does it and however often.
 * @module
 */
import { selfTest } from "lindblad";
import { type Chunk, type Problem, runChunk } from "../chunk.ts";
import { packPoints } from "./packed.ts";

/** Makes ready for a problem; what it returns computes parts of it. */
type Task = (problem: unknown) => (part: unknown) => unknown;

let build: string | undefined;

/** Of this thread's kernel. */
function kernelBuild(): string {
  build ??= selfTest().build;
  return build;
}

export const TASKS: Readonly<Record<string, Task>> = {
  points: (problem) => (part) => packPoints(runChunk(problem as Problem, part as Chunk), kernelBuild()),
};
