/**
 * The classical Ising pair: two spins in baths, their populations alone. Found by itself: 4 numbers instead of 16.
 * Baths of the single spins: everything in closed form. Baths that know the whole H: Glauber's dynamics, which ends in
 * exp(-beta H)/Z.
 */
import assert from "node:assert/strict";
import { curvesFigure } from "@lindblad/plot";
import { basis, bipartite, daviesBath, ket2dm, sigmax, sigmaz, tensor, thermalBath, thermalState } from "lindblad";
import { figure, linspace } from "./support.mjs";

const [omegaA, omegaB, g, betaA, betaB] = [1, 0.7, 0.3, 0.5, 1.2];
const system = bipartite({
  HA: sigmaz().scale(omegaA),
  HB: sigmaz().scale(omegaB),
  V: tensor(sigmaz(), sigmaz()).scale(g),
  baths: [thermalBath("A", { beta: betaA }), thermalBath("B", { beta: betaB })],
});
const both = (k) => tensor(ket2dm(basis(2, k)), ket2dm(basis(2, k)));
// Both up or both down: no magnetisation, all correlation.
const start = both(0).add(both(1)).scale(0.5);
const times = linspace(0, 3, 61);
const tight = { rtol: 1e-10, atol: 1e-12 };

const run = system.evolve(start, times, tight);
console.log(`classical: ${run.classical}; U and U_chi beside the closed forms`);
const [kA, kB] = [2 * Math.cosh(betaA * omegaA), 2 * Math.cosh(betaB * omegaB)];
const exact = Array.from(times, (t) => {
  // Magnetisations relax by themselves, the covariance with the sum of their rates.
  const zA = Math.tanh(betaA * omegaA) * Math.expm1(-kA * t);
  const zB = Math.tanh(betaB * omegaB) * Math.expm1(-kB * t);
  const Uchi = g * Math.exp(-(kA + kB) * t);
  const U = omegaA * zA + omegaB * zB + g * zA * zB + Uchi;
  return { U, Uchi };
});
times.forEach((t, k) => {
  const { U, Uchi } = exact[k];
  const row = [run.energy.U[k], U, run.energy.Uchi[k], Uchi].map((x) => x.toFixed(9).padStart(13));
  if ([0, 2, 6, 20, 60].includes(k)) console.log(`${t.toFixed(1).padStart(4)}${row.join("")}`);
  assert.ok(Math.abs(run.energy.U[k] - U) < 1e-9 && Math.abs(run.energy.Uchi[k] - Uchi) < 1e-9);
});
figure("classical-pair", (document) =>
  curvesFigure(
    {
      x: { name: "time t", values: times },
      curves: [
        { label: "U", values: run.energy.U, exact: exact.map(({ U }) => U) },
        { label: "U_χ", values: run.energy.Uchi, exact: exact.map(({ Uchi }) => Uchi) },
      ],
      quantity: "energy, and energy of the correlation (ħ = 1)",
      formula: "Uᵪ = g exp(−(kᴀ + kʙ)t), U from tanh and exp alone",
    },
    { document, title: "Two spins in baths of their own: four populations say it all" },
  ),
);
assert.ok(run.classical);

const beta = 0.8;
const glauber = system.withBaths([
  daviesBath("A", { couplings: sigmax(), on: "A", beta }),
  daviesBath("B", { couplings: sigmax(), on: "B", beta }),
]);
const { generator } = glauber.classical();
const gibbs = thermalState(glauber.H, beta);
const end = glauber.evolve(start, [0, 40], tight);
console.log("Glauber's dynamics: populations after t = 40, and exp(-beta H)/Z");
for (let m = 0; m < 4; m++) {
  const [p, exact] = [end.finalState.get(m, m).re, gibbs.get(m, m).re];
  console.log(`  ${p.toFixed(9)}  ${exact.toFixed(9)}`);
  assert.ok(Math.abs(p - exact) < 1e-9);
  for (let n = 0; n < 4; n++) {
    const back = generator[n * 4 + m] * exact;
    assert.ok(Math.abs(generator[m * 4 + n] * gibbs.get(n, n).re - back) < 1e-14, "detailed balance");
  }
}
assert.ok(end.classical && end.laws.secondLaw > -1e-12);
