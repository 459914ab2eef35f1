/** Objects that compute again when they are asked: nothing of theirs may lie in the kernel's memory meanwhile. */
import {
  basis,
  countingStatistics,
  destroy,
  floquet,
  floquetSteadystate,
  fock,
  ket2dm,
  liouvillianSpectrum,
  mesolve,
  mesolveSteps,
  num,
  propagator,
  pulse,
  samples,
  sigmam,
  sigmax,
  sigmaz,
  tensor,
  twoQubitExample,
} from "../../bindings/index.ts";

const drive = pulse.cosine({ omega: 2 });
const cOps = [sigmam()];
const TIMES = Array.from({ length: 101 }, (_, k) => k / 10);

/** A name, and what makes an object and gives the function that uses it again. */
export const LONG_LIVED: [name: string, make: () => () => unknown][] = [
  [
    "the modes of floquet",
    () => {
      const { modesAt } = floquet([sigmaz(), [sigmax(), drive]], Math.PI);
      return () => modesAt(0.7).map((mode) => mode.toArray());
    },
  ],
  [
    "a floquetSteadystate",
    () => {
      const steady = floquetSteadystate([sigmaz(), [sigmax(), drive]], Math.PI, { cOps });
      return () => steady.at(0.3).toDense();
    },
  ],
  [
    "a bipartite system",
    () => {
      const { system, rho0 } = twoQubitExample({
        ...{ omegaA: 1, omegaB: 1.2, g: 0.1, betaA: 0.5, betaB: 1, c: 0.05 },
      });
      const conditions = system.conditions();
      return () => [
        system.evolve(rho0, [0, 1, 2]).energy.U,
        conditions.verdict,
        system.storage().capacity.max,
        rho0.toDense(),
      ];
    },
  ],
  [
    "samples of a coefficient",
    () => {
      const f = samples([0, 0.3, 0.7, 1], [0, 1, 0.5, 0]);
      return () => mesolve([sigmaz(), [sigmax(), f]], basis(2, 0), [0, 1], { cOps }).finalState.toDense();
    },
  ],
  [
    "a solution's smallest eigenvalue",
    () => {
      const solution = mesolve(num(5), fock(5, 2), [0, 1], { cOps: [destroy(5)] });
      return () => [solution.stats.minEigenvalue, solution.finalState.toDense()];
    },
  ],
  [
    "a propagator",
    () => {
      const U = propagator(sigmaz(), 0.4, { cOps });
      return () => [U.toDense(), U.mul(U).toDense()];
    },
  ],
  [
    "a spectrum of the generator",
    () => {
      const { right, eigenvalues } = liouvillianSpectrum(sigmax(), cOps);
      return () => [eigenvalues, right.map((R) => R.mul(R).toDense())];
    },
  ],
  [
    "operators and kets",
    () => {
      const rho = ket2dm(tensor(basis(2, 0), fock(3, 1)));
      return () => [rho.mul(rho).toDense(), countingStatistics(sigmax(), cOps)];
    },
  ],
  [
    "a run in steps, half way through",
    () => {
      // The same steps from the middle on, of a generator begun before.
      const begun = [0, 1].map(() => {
        const steps = mesolveSteps(sigmax(), basis(2, 0), TIMES, { cOps, eOps: { z: sigmaz() }, method: "tsit5" });
        for (let k = 0; k < 50; k++) steps.next();
        return steps;
      });
      return () => [...begun.shift()!].map(({ time, expect }) => [time, expect.z]);
    },
  ],
];
