/**
 * `lindblad/pool/shares`: trajectories shared out among workers of one's own, wherever they are, to the same bits.
 * @module
 */
import "../kernel/inlined.ts";

export type { KnownLevels } from "../trajectories/levels.ts";
export { type TrajectoryShare, trajectoryShare } from "../trajectories/share.ts";
export { type SharedTrajectories, shareTrajectories } from "./trajectories.ts";
