/**
 * Steady states, spectra of generators, correlations.
 * @module
 */
export {
  type CorrelatedState,
  type CorrelationOptions,
  coherenceG1,
  coherenceG2,
  correlation2op1t,
  correlation2op2t,
  correlation3op1t,
  correlation3op2t,
} from "./correlation.ts";
export { type CountingOptions, type CountingStatistics, countingStatistics } from "./counting.ts";
export { type LargeDeviation, type LargeDeviationOptions, largeDeviation } from "./large-deviation.ts";
export {
  type LiouvillianSpectrum,
  type LiouvillianSpectrumOptions,
  liouvillianSpectrum,
} from "./liouvillian-spectrum.ts";
export { type Spectrum, type SpectrumOptions, spectrum } from "./power-spectrum.ts";
export { pseudoInverse } from "./pseudo-inverse.ts";
export { type SampledSpectrum, spectrumCorrelationFft } from "./sampled-spectrum.ts";
export {
  type SteadyState,
  type SteadyStates,
  type SteadystateMethod,
  type SteadystateOptions,
  steadystate,
} from "./steadystate.ts";
