/**
 * What workers can do, by name. A task is pure: a problem and a part of it in, plain data out, whoever does it and however often.
 * @module
 */
import { type Chunk, type Problem, runChunk } from "../chunk.ts";
import { sharesOf, type TrajectoriesProblem } from "../trajectories.ts";
import { kernelBuild, packPoints } from "./packed.ts";

/** Makes ready for a problem; what it returns computes parts of it. */
type Task = (problem: unknown) => (part: unknown) => unknown;

export const TASKS: Readonly<Record<string, Task>> = {
  points: (problem) => (part) => packPoints(runChunk(problem as Problem, part as Chunk), kernelBuild()),
  trajectories: (problem) => sharesOf(problem as TrajectoriesProblem),
};
