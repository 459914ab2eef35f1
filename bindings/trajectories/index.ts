/**
 * Quantum trajectories.
 * @module
 */
export { type McCorrelation, type McCorrelationOptions, mcCorrelation2op1t } from "./correlation.ts";
export type { TrajectoryState } from "./initial.ts";
export { mcsolve } from "./mcsolve.ts";
export { smesolve, ssesolve } from "./measurement.ts";
export type {
  MeasuredJump,
  MeasurementOptions,
  MeasurementRecord,
  MeasurementScheme,
} from "./measurement-options.ts";
export type { MeasurementRun, MeasurementSolution } from "./measurement-solution.ts";
export type { McsolveOptions, TrajectoryMethod, TrajectoryProgress } from "./options.ts";
export type { JumpRecord, KeptRun, TrajectorySolution, TrajectoryStats } from "./solution.ts";
