/**
 * Functions of time.
 * @module
 */
export { type CallableOptions, callable, type TimeFunction } from "./callable.ts";
export { Coefficient, type CoefficientLike, type Recipe } from "./coefficient.ts";
export { pulse } from "./pulses.ts";
export { coefficientFrom } from "./recipe.ts";
export { piecewise, type SampleValues, samples } from "./samples.ts";
