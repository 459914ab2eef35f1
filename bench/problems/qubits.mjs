/** P1: the paper's example, two qubits with a thermal bath each, and a sweep of it over 1000 sets of parameters. */
import { Operator, qeye, sigmam, sigmap, sigmaz, tensor } from "lindblad";
import { linspace } from "./parts.mjs";

const TIMES = linspace(0, 5, 201);
const TOLERANCES = { rtol: 1e-8, atol: 1e-10 };

export function twoQubits() {
  const point = pointOf({ g: 0.3, betaA: 0.5, betaB: 1.2, c: 0.05 });
  return {
    title: "two qubits of the paper's example",
    d: 4,
    times: TIMES,
    ...TOLERANCES,
    points: [{ ...point, observables: { H: point.H, ...point.observables } }],
  };
}

/** As many of the thousand points as asked for, evenly spread: one after the other on our side. */
export function sweep(count) {
  const all = sweepParameters();
  return {
    title: `${count} sets of parameters of the two qubits, one solve each`,
    d: 4,
    times: TIMES,
    ...TOLERANCES,
    points: Array.from({ length: count }, (_, k) => pointOf(all[Math.floor((k * all.length) / count)])),
  };
}

function sweepParameters() {
  const points = [];
  for (const g of linspace(0.1, 1, 10)) {
    for (const betaA of linspace(0.2, 1, 5)) {
      for (const betaB of linspace(0.3, 1.5, 5)) {
        const [a, b] = [gibbs(betaA), gibbs(0.7 * betaB)];
        // up to this |c| the initial operator is a state
        const largest = Math.min(a.get(0, 0).re * b.get(1, 1).re, a.get(1, 1).re * b.get(0, 0).re);
        for (const fraction of [0.2, 0.45, 0.7, 0.95]) points.push({ g, betaA, betaB, c: fraction * largest });
      }
    }
  }
  return points;
}

function pointOf({ g, betaA, betaB, c }) {
  const [omegaA, omegaB, one] = [1, 0.7, qeye(2)];
  const [szA, szB, szsz] = [tensor(sigmaz(), one), tensor(one, sigmaz()), tensor(sigmaz(), sigmaz())];
  return {
    H: szA.scale(omegaA).add(szB.scale(omegaB)).add(szsz.scale(g)),
    rho0: tensor(gibbs(betaA * omegaA), gibbs(betaB * omegaB)).add(szsz.scale(c)),
    jumps: [
      tensor(sigmap(), one).scale(Math.exp((-betaA * omegaA) / 2)),
      tensor(sigmam(), one).scale(Math.exp((betaA * omegaA) / 2)),
      tensor(one, sigmap()).scale(Math.exp((-betaB * omegaB) / 2)),
      tensor(one, sigmam()).scale(Math.exp((betaB * omegaB) / 2)),
    ],
    observables: { szsz, szA, szB },
  };
}

/** exp(-x sz)/Z */
function gibbs(x) {
  const Z = 2 * Math.cosh(x);
  return Operator.fromTriplets(2, [
    [0, 0, Math.exp(-x) / Z, 0],
    [1, 1, Math.exp(x) / Z, 0],
  ]);
}
