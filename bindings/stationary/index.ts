/**
 * Steady states, spectra of generators, correlations.
 * @module
 */
export {
  type SteadyState,
  type SteadyStates,
  type SteadystateMethod,
  type SteadystateOptions,
  steadystate,
} from "./steadystate.ts";
