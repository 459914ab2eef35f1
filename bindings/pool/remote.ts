/**
 * `lindblad/pool/shares`: trajectories shared out among workers of one's own, wherever they are, to the same bits.
 * @module lindblad/pool/shares
 */
import "../kernel/inlined.ts";

export type { Quiet, TrajectoryBlock } from "../trajectories/blocks.ts";
export type { KnownLevels } from "../trajectories/levels.ts";
export type { TrajectoryRun } from "../trajectories/runner.ts";
export { type TrajectoryShare, trajectoryShare } from "../trajectories/share.ts";
export { type SharedTrajectories, shareTrajectories } from "./trajectories.ts";
