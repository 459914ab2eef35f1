/**
 * Operators, states, composite systems and superoperators.
 * @module
 */

export { anticommutator, commutator, dag, projection } from "./algebra.ts";
export {
  catState,
  coherent,
  displace,
  momentum,
  parity,
  position,
  squeeze,
  squeezedVacuum,
  type TruncationOptions,
} from "./bosons.ts";
export { create, destroy, num, qeye, sigmam, sigmap, sigmax, sigmay, sigmaz } from "./builders.ts";
export type { Complex, Scalar } from "./complex.ts";
export { expect, matrixElement, overlap, variance } from "./expectation.ts";
export { fermionCreate, fermionDestroy } from "./fermions.ts";
export type { HermiticityDefect } from "./hermiticity.ts";
export type { Jump } from "./jump.ts";
export { Ket } from "./ket.ts";
export { type HermitianOperator, Operator } from "./operator.ts";
export { bellState, collectiveSpin, ghzState, singletState, tripletStates, wState } from "./qubits.ts";
export { expand, permute } from "./sites.ts";
export { jmat, type SpinComponent, spinCoherent, spinState } from "./spins.ts";
export { basis, fock, ket2dm, maximallyMixedDm, thermalDm } from "./states.ts";
export {
  lindbladDissipator,
  liouvillian,
  operatorToVector,
  spost,
  spre,
  sprepost,
  vectorToOperator,
} from "./superoperators.ts";
export { ptrace, tensor } from "./tensor.ts";
