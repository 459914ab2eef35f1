/**
 * lindblad: open quantum systems in JavaScript.
 * @module
 */
export * from "./batch/index.ts";
export * from "./bipartite/index.ts";
export * from "./coefficients/index.ts";
export * from "./errors.ts";
export { type InitOptions, type Isa, init } from "./kernel/load.ts";
export * from "./measures/index.ts";
export * from "./operators/index.ts";
export * from "./phasespace/index.ts";
export { type SelfTestReport, selfTest } from "./plan/self-test.ts";
export * from "./processes/index.ts";
export * from "./solvers/index.ts";
export * from "./stationary/index.ts";
export * from "./trajectories/index.ts";
