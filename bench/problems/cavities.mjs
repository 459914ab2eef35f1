/** P2: a driven Kerr cavity. P4: a cavity with an atom (Jaynes and Cummings). P9: an oscillator with thermal photons. */
import { destroy, fock, ket2dm, num, qeye, sigmam, sigmaz, tensor } from "lindblad";
import { linspace, transition } from "./parts.mjs";

const TOLERANCES = { rtol: 1e-6, atol: 1e-8 };

export function kerrCavity(levels) {
  const [detuning, kerr, drive] = [0.5, 0.3, 1];
  return {
    title: `driven Kerr cavity, ${levels} levels`,
    d: levels,
    times: linspace(0, 10, 101),
    ...TOLERANCES,
    points: [
      {
        H: oscillator(levels, detuning, kerr / 2, drive),
        rho0: ket2dm(fock(levels, 0)),
        jumps: [destroy(levels)],
        observables: { n: num(levels) },
      },
    ],
  };
}

/** The headline problem of the QuantumToolbox.jl paper (arXiv 2504.21440), which has 50 levels. */
export function thermalOscillator(levels) {
  const [detuning, u, drive, gamma, nth] = [0.1, -0.05, 2, 1, 0.2];
  const a = destroy(levels);
  return {
    title: `driven nonlinear oscillator with thermal photons, ${levels} levels`,
    d: levels,
    times: linspace(0, 10, 100),
    ...TOLERANCES,
    points: [
      {
        H: oscillator(levels, detuning, -u / 2, drive),
        rho0: ket2dm(fock(levels, 0)),
        jumps: [a.scale(Math.sqrt(gamma * (1 + nth))), a.dag().scale(Math.sqrt(gamma * nth))],
        observables: { n: num(levels) },
      },
    ],
  };
}

export function cavityAndAtom(levels) {
  const [omega, g, kappa, gamma, nth] = [2 * Math.PI, 0.1 * Math.PI, 0.05, 0.05, 0.5];
  const a = tensor(destroy(levels), qeye(2));
  const down = tensor(qeye(levels), sigmam());
  const [ad, up] = [a.dag(), down.dag()];
  return {
    title: `cavity of ${levels} levels with an atom`,
    d: 2 * levels,
    times: linspace(0, 50, 501),
    ...TOLERANCES,
    points: [
      {
        H: tensor(num(levels), qeye(2))
          .scale(omega)
          .add(tensor(qeye(levels), sigmaz()).scale(omega / 2))
          .add(a.mul(up).add(ad.mul(down)).scale(g)),
        rho0: transition([levels, 2], 0, 0),
        jumps: [a.scale(Math.sqrt(kappa * (1 + nth))), ad.scale(Math.sqrt(kappa * nth)), down.scale(Math.sqrt(gamma))],
        observables: { n: ad.mul(a), pe: up.mul(down) },
      },
    ],
  };
}

/** detuning a†a + u a†a†aa + drive (a + a†) */
function oscillator(levels, detuning, u, drive) {
  const a = destroy(levels);
  const ad = a.dag();
  return num(levels).scale(detuning).add(ad.mul(ad).mul(a).mul(a).scale(u)).add(a.add(ad).scale(drive));
}
