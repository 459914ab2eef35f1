/**
 * Operators, states and composite systems.
 * @module
 */
export { create, destroy, num, qeye, sigmam, sigmap, sigmax, sigmay, sigmaz } from "./builders.ts";
export type { Complex, Scalar } from "./complex.ts";
export { expect, matrixElement, overlap, variance } from "./expectation.ts";
export { Ket } from "./ket.ts";
export { type HermitianOperator, type HermiticityDefect, Operator } from "./operator.ts";
export { expand, permute } from "./sites.ts";
export { basis, fock, ket2dm, maximallyMixedDm, thermalDm } from "./states.ts";
export { ptrace, tensor } from "./tensor.ts";
