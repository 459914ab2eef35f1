/**
 * Functions of time.
 * @module
 */
export { type CallableOptions, callable, type TimeFunction } from "./callable.ts";
export { Coefficient, type CoefficientLike } from "./coefficient.ts";
export { pulse } from "./pulses.ts";
export { piecewise, type SampleValues, samples } from "./samples.ts";
