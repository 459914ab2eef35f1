/**
 * Solvers.
 * @module
 */
export { mesolve, mesolveSteps } from "./mesolve.ts";
export type { EvolveOptions, Jump, MesolveOptions, Observables, Point, Progress, StoreStates } from "./options.ts";
export type { ComplexSeries, Series, Solution, SolveStats } from "./solution.ts";
export type { DrivenJumpInput, Hamiltonian, Term, TermCoefficient, TermSum } from "./terms.ts";
