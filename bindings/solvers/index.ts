/**
 * Solvers.
 * @module
 */
export { mesolve } from "./mesolve.ts";
export type { EvolveOptions, Jump, MesolveOptions, Progress } from "./options.ts";
export type { ComplexSeries, Series, Solution, SolveStats } from "./solution.ts";
