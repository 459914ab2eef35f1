/**
 * Solvers.
 * @module
 */
export { type FloquetBasis, type FloquetOptions, floquet } from "./floquet.ts";
export type { Hamiltonian, Term, TermCoefficient, TermSum } from "./hamiltonian.ts";
export { mesolve, mesolveSteps } from "./mesolve.ts";
export type { EvolveOptions, MesolveOptions, Observables, Point, Progress, StoreStates } from "./options.ts";
export { type FloquetSteadystate, type FloquetSteadystateOptions, floquetSteadystate } from "./periodic.ts";
export { type PropagatorOptions, propagator } from "./propagator.ts";
export {
  type Evolved,
  type KetPoint,
  type SesolveOptions,
  type SesolveSolution,
  type SesolveStats,
  sesolve,
} from "./sesolve.ts";
export type { ComplexSeries, Series, Solution, SolveStats } from "./solution.ts";
export type { DrivenJumpInput } from "./terms.ts";
