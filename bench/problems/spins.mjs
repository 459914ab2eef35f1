/** P3: a chain that decays and dephases. P9: the Ising chain of the QuantumToolbox.jl paper. P7: stiff systems. */
import { sigmam, sigmap, sigmax, sigmay, sigmaz } from "lindblad";
import { linspace, site, spinsOf, sum, transition } from "./parts.mjs";

const TOLERANCES = { rtol: 1e-6, atol: 1e-8 };

/** XXZ chain of `count` spins from the Néel state; with `pump`, the first spin is lifted at this rate. */
export function xxzChain(count, pump = 0) {
  const [J, anisotropy, field, decay, dephasing] = [1, 0.5, 0.2, 0.1, 0.05];
  const dims = Array(count).fill(2);
  const all = [...dims.keys()];
  const links = all.slice(1).map((k) => {
    const product = (operator) => site(operator, k - 1, count).mul(site(operator, k, count));
    return sum([product(sigmax()), product(sigmay()), product(sigmaz()).scale(anisotropy)]).scale(J / 4);
  });
  const neel = all.reduce((index, k) => 2 * index + (k % 2), 0);
  return {
    title: `XXZ chain of ${count} spins, decaying and dephasing${pump > 0 ? ", the first pumped" : ""}`,
    d: 2 ** count,
    times: linspace(0, 10, 51),
    ...TOLERANCES,
    points: [
      {
        H: sum([...links, ...all.map((k) => site(sigmaz(), k, count).scale(field / 2))]),
        rho0: transition(dims, neel, neel),
        jumps: [
          ...all.map((k) => site(sigmam(), k, count).scale(Math.sqrt(decay))),
          ...all.map((k) => site(sigmaz(), k, count).scale(Math.sqrt(dephasing / 2))),
          ...(pump > 0 ? [site(sigmap(), 0, count).scale(Math.sqrt(pump))] : []),
        ],
        observables: Object.fromEntries(all.map((k) => [`sz${k}`, site(sigmaz(), k, count)])),
      },
    ],
  };
}

export function isingChain(levels) {
  const count = spinsOf(levels);
  const dims = Array(count).fill(2);
  const all = [...dims.keys()];
  return {
    title: `Ising chain of ${count} decaying spins`,
    d: levels,
    times: linspace(0, 10, 100),
    ...TOLERANCES,
    points: [
      {
        H: sum([
          ...all.map((k) => site(sigmaz(), k, count).scale(50)),
          ...all.slice(1).map((k) =>
            site(sigmax(), k - 1, count)
              .mul(site(sigmax(), k, count))
              .scale(25),
          ),
        ]),
        rho0: transition(dims, 0, 0),
        jumps: all.map((k) => site(sigmam(), k, count)),
        observables: { szN: site(sigmaz(), count - 1, count) },
      },
    ],
  };
}

/** Three levels whose upper one decays ten thousand times faster than anything else happens. */
export function stiffLambda() {
  const [omega1, omega2, detuning, J, decay, slow] = [100, 60, 0.3, 1, 1e4, 0.1];
  const t = (i, j) => transition(3, i, j);
  const both = (i, j) => t(i, j).add(t(j, i));
  return {
    title: "three levels, one decaying at 1e4",
    d: 3,
    stiff: true,
    times: linspace(0, 10, 101),
    ...TOLERANCES,
    points: [
      {
        H: sum([
          t(1, 1).scale(detuning),
          both(2, 0).scale(omega1 / 2),
          both(2, 1).scale(omega2 / 2),
          both(0, 1).scale(J / 2),
        ]),
        rho0: t(0, 0),
        jumps: [
          t(0, 2).scale(Math.sqrt(decay / 2)),
          t(1, 2).scale(Math.sqrt(decay / 2)),
          t(0, 1).scale(Math.sqrt(slow)),
        ],
        observables: { g1: t(0, 0), g2: t(1, 1), e: t(2, 2), x: both(0, 1) },
      },
    ],
  };
}

/** XX chain whose last spin decays at 1e4 and is bound to the others fifty times as strongly as they to each other. */
export function stiffChain(levels) {
  const count = spinsOf(levels);
  const dims = Array(count).fill(2);
  const all = [...dims.keys()];
  const links = all.slice(1).map((k) => {
    const product = (operator) => site(operator, k - 1, count).mul(site(operator, k, count));
    return product(sigmax())
      .add(product(sigmay()))
      .scale((k === count - 1 ? 50 : 1) / 2);
  });
  return {
    title: `XX chain of ${count} spins, the last decaying at 1e4`,
    d: levels,
    stiff: true,
    times: linspace(0, 10, 101),
    ...TOLERANCES,
    points: [
      {
        H: sum(links),
        rho0: transition(dims, levels - 1, levels - 1),
        jumps: [site(sigmam(), count - 1, count).scale(100), site(sigmap(), 0, count)],
        observables: Object.fromEntries(all.map((k) => [`sz${k}`, site(sigmaz(), k, count)])),
      },
    ],
  };
}
