/**
 * P5: a drive with a carrier, in an envelope or without one, on a qubit or on a cavity with one. TJC: the cavity and atom of
 * Jaynes and Cummings in a frame in which their coupling turns, from the benchmark suite of QuantumOptics.jl.
 *
 * `drives` are the terms of H beside the constant `H`: an operator, its coefficient from this library, and the same as a function.
 */
import { destroy, num, Operator, pulse, qeye, sigmam, sigmax, sigmaz, tensor } from "lindblad";
import { linspace, transition } from "./parts.mjs";

const TOLERANCES = { rtol: 1e-6, atol: 1e-8 };

/** exp(-(t - 5)²/(2·1.5²)) cos(1.1 t) */
export function pulsed(levels) {
  const [center, sigma, omega] = [5, 1.5, 1.1];
  return driven(levels, "in a pulse", {
    coefficient: pulse.gaussian({ center, sigma }).mul(pulse.cosine({ omega })),
    f: (t) => Math.exp(-((t - center) ** 2) / (2 * sigma * sigma)) * Math.cos(omega * t),
  });
}

/** 0.5 cos(1.1 t) */
export function oscillating(levels) {
  const [amplitude, omega] = [0.5, 1.1];
  return driven(levels, "at all times", {
    coefficient: pulse.cosine({ omega }).mul(amplitude),
    f: (t) => amplitude * Math.cos(omega * t),
  });
}

function driven(levels, when, drive) {
  const { operator, ...point } = levels === 2 ? qubit() : cavityAndQubit(levels);
  return {
    title: `${levels === 2 ? "qubit" : "cavity with a qubit"}, driven ${when}`,
    d: levels,
    driven: true,
    times: linspace(0, 10, 101),
    ...TOLERANCES,
    points: [{ ...point, drives: [{ operator, ...drive }] }],
  };
}

function qubit() {
  return {
    H: sigmaz().scale(1.2 / 2),
    operator: sigmax(),
    rho0: transition([2], 1, 1),
    jumps: [sigmam().scale(Math.sqrt(0.05))],
    observables: { sz: sigmaz(), sx: sigmax() },
  };
}

function cavityAndQubit(levels) {
  const [detuning, omega, g, kappa, gamma] = [1, 1.2, 0.2, 0.1, 0.05];
  const { a, ad, down, up, photons, dims } = partsOf(levels / 2);
  const sz = tensor(qeye(levels / 2), sigmaz());
  return {
    H: photons
      .scale(detuning)
      .add(sz.scale(omega / 2))
      .add(a.mul(up).add(ad.mul(down)).scale(g)),
    operator: a.add(ad),
    rho0: transition(dims, 1, 1),
    jumps: [a.scale(Math.sqrt(kappa)), down.scale(Math.sqrt(gamma))],
    observables: { n: ad.mul(a), sz },
  };
}

/** g (exp(-i D t) a†s + h.c.), nothing constant; the atom starts in (|up> + |down>)/sqrt(2). */
export function turningCoupling(levels) {
  const [atom, cavity, g, kappa, gamma, nth] = [1, 0.9, 2, 0.5, 0.1, 0.75];
  const D = atom - cavity;
  const { a, ad, down, up, dims } = partsOf(levels);
  const emission = ad.mul(down);
  const absorption = a.mul(up);
  const turning = (omega) => ({
    coefficient: pulse.rotation({ omega }),
    f: (t) => ({ re: Math.cos(omega * t), im: Math.sin(omega * t) }),
  });
  return {
    title: `cavity of ${levels} levels with an atom, their coupling turning`,
    d: 2 * levels,
    driven: true,
    times: linspace(0, 10, 11),
    ...TOLERANCES,
    points: [
      {
        H: Operator.fromTriplets(dims, []),
        drives: [
          { operator: emission.scale(g), ...turning(-D) },
          { operator: absorption.scale(g), ...turning(D) },
        ],
        rho0: transition(dims, 0, 0)
          .add(transition(dims, 0, 1))
          .add(transition(dims, 1, 0))
          .add(transition(dims, 1, 1))
          .scale(1 / 2),
        jumps: [a.scale(Math.sqrt(kappa * (1 + nth))), ad.scale(Math.sqrt(kappa * nth)), down.scale(Math.sqrt(gamma))],
        observables: { n: ad.mul(a), x: absorption.add(emission) },
      },
    ],
  };
}

/** A cavity of so many levels, then an atom: their ladder operators on both. */
function partsOf(levels) {
  const a = tensor(destroy(levels), qeye(2));
  const down = tensor(qeye(levels), sigmam());
  return { a, ad: a.dag(), down, up: down.dag(), photons: tensor(num(levels), qeye(2)), dims: [levels, 2] };
}
