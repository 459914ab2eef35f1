/** P6: steady states of the Kerr cavity (P2) and of the chain (P3, its first spin pumped: without that all spins end up down), and a driven atom. */
import { destroy, fock, ket2dm, sigmam, sigmap, sigmax } from "lindblad";
import { kerrCavity } from "./cavities.mjs";
import { linspace } from "./parts.mjs";
import { xxzChain } from "./spins.mjs";

/** `ladder` names the observable of which spectra and correlations are taken. */
export function kerrWithLadder(levels) {
  const { points, ...rest } = kerrCavity(levels);
  const withLadder = points.map((point) => ({
    ...point,
    observables: { ...point.observables, a: destroy(levels) },
  }));
  return { ...rest, ladder: "a", points: withLadder };
}

export function pumpedChain(count) {
  return xxzChain(count, 0.2);
}

/** At resonance, driven three times as strongly as it decays: its fluorescence is Mollow's triplet. */
export function drivenAtom() {
  return {
    title: "driven atom",
    d: 2,
    ladder: "down",
    times: linspace(0, 10, 101),
    rtol: 1e-6,
    atol: 1e-8,
    points: [
      {
        H: sigmax().scale(1.5),
        rho0: ket2dm(fock(2, 1)),
        jumps: [sigmam()],
        observables: { pe: sigmap().mul(sigmam()), down: sigmam() },
      },
    ],
  };
}
