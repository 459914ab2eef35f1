/**
 * Measures of states of any number of parts.
 * @module
 */

export { blochState, blochVector, gellMannMatrices, populations } from "./bloch.ts";
export { type QuantumDiscord, quantumDiscord } from "./discord.ts";
export {
  buresAngle,
  buresDist,
  fidelity,
  hellingerDist,
  hilbertSchmidtDist,
  linearEntropy,
  participationRatio,
  purity,
  tracedist,
} from "./distance.ts";
export { type Eigenstates, effectiveBeta, eigenenergies, eigenstates, ergotropy, freeEnergy } from "./energy.ts";
export {
  concurrence,
  entanglementOfFormation,
  logarithmicNegativity,
  negativity,
  partialTranspose,
} from "./entanglement.ts";
export {
  coherenceL1,
  coherenceRelativeEntropy,
  coherentInformation,
  conditionalEntropy,
  entropyVn,
  jensenShannonDivergence,
  mutualInformation,
  relativeEntropy,
  renyiEntropy,
  totalCorrelation,
  tsallisEntropy,
} from "./entropy.ts";
export {
  type QuadratureSqueezing,
  quadratureSqueezing,
  quantumFisherInformation,
  type SpinSqueezing,
  spinSqueezing,
} from "./metrology.ts";
export { entanglementEntropy, type SchmidtDecomposition, schmidtDecomposition } from "./schmidt.ts";
export type { State } from "./spectrum.ts";
