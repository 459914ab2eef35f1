/**
 * `lindblad/slim`: all of `lindblad` but the kernel's bytes, which the program gives by `await init({ wasm })` before it computes.
 * @module
 */
export * from "./batch/index.ts";
export * from "./bipartite/index.ts";
export * from "./coefficients/index.ts";
export * from "./errors.ts";
export type { Isa } from "./kernel/carried.ts";
export { type InitOptions, init, supports } from "./kernel/load.ts";
export * from "./measures/index.ts";
export * from "./operators/index.ts";
export * from "./phasespace/index.ts";
export { type SelfTestReport, selfTest } from "./plan/self-test.ts";
export * from "./processes/index.ts";
export * from "./solvers/index.ts";
export * from "./stationary/index.ts";
export * from "./trajectories/index.ts";
