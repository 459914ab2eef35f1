/**
 * Quantum trajectories.
 * @module
 */
export type { TrajectoryState } from "./initial.ts";
export { mcsolve } from "./mcsolve.ts";
export type { McsolveOptions, TrajectoryMethod, TrajectoryProgress } from "./options.ts";
export type { JumpRecord, KeptRun, TrajectorySolution, TrajectoryStats } from "./solution.ts";
