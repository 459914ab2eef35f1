/**
 * P8, P9MC: problems of the master equation by trajectories, `ntraj` of them from the basis ket number `start`. P8: the Kerr cavity (P2) and a chain (P3) too
 * large for density matrices. P9MC: the oscillator of the QuantumToolbox.jl paper, which has 100 trajectories.
 */
import { fock, tensor } from "lindblad";
import { kerrCavity, thermalOscillator } from "./cavities.mjs";
import { xxzChain } from "./spins.mjs";

export function kerrTrajectories(levels) {
  return { ...kerrCavity(levels), ntraj: 500, ket: fock(levels, 0) };
}

export function oscillatorTrajectories(levels) {
  return { ...thermalOscillator(levels), ntraj: 100, ket: fock(levels, 0) };
}

export function chainTrajectories(count) {
  const ket = tensor(...Array.from({ length: count }, (_, k) => fock(2, k % 2)));
  return { ...xxzChain(count), ntraj: 8, ket };
}
