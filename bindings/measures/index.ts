/**
 * Measures of states of any number of parts.
 * @module
 */
export { fidelity, purity, tracedist } from "./distance.ts";
export { effectiveBeta, ergotropy, freeEnergy } from "./energy.ts";
export { concurrence, logarithmicNegativity, negativity, partialTranspose } from "./entanglement.ts";
export { coherenceL1, coherenceRelativeEntropy, entropyVn, mutualInformation, relativeEntropy } from "./entropy.ts";
export type { State } from "./spectrum.ts";
