/**
 * Functions on phase space: of an oscillator, and of a spin on the sphere.
 * @module
 */
export { type GridValues, type PhaseSpaceOptions, qfunc, wigner } from "./oscillator.ts";
export { qfuncSpin, type SphereValues, wignerSpin } from "./spin.ts";
