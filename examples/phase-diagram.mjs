/**
 * A phase diagram in one call: which way energy flows between two qubits that exchange excitations off resonance, over
 * thousands of points. Baths that know their own qubit alone let it flow from the cold one to the hot one where the
 * frequencies differ by more than the temperatures (Levy and Kosloff, EPL 107 (2014) 20004). With p the populations of
 * the upper levels, γ_x = 2cosh(β_x ω_x), Γ = (γ_A + γ_B)/2, δ = 2(ω_A - ω_B) and h = 2g²Γ/(Γ² + δ²), excitations go
 * from A to B at the rate
 *   J = h(p_A - p_B)/(1 + h/γ_A + h/γ_B),
 * and energy at 2J(γ_B ω_A + γ_A ω_B)/(γ_A + γ_B): it changes sign at β_A ω_A = β_B ω_B, not at β_A = β_B. The second
 * law holds all the same, for what the baths exchange with their own qubits: σ = 2J(β_B ω_B - β_A ω_A) >= 0.
 */
import assert from "node:assert/strict";
import { sweepMapFigure } from "@lindblad/plot";
import { runPoints, validateModel } from "lindblad/model";
import { figure, linspace, near, table } from "./support.mjs";

const [g, betaB, count] = [0.3, 1, 61];
const model = validateModel({
  version: 1,
  kind: "bipartite",
  name: "Exchange off resonance",
  parameters: { g, omegaB: 1, betaA: 1, betaB },
  A: { dim: 2, hamiltonian: "sigmaz", bath: { beta: "betaA" } },
  B: { dim: 2, hamiltonian: "omegaB * sigmaz", bath: { beta: "betaB" } },
  V: "g * (tensor(sigmap, sigmam) + tensor(sigmam, sigmap))",
  initial: "tensor(piA, piB)",
  // The slowest decay is that of an exchange beside baths with γ >= 2: after t = 20 less than exp(-40) is left.
  times: [0, 20],
  solver: { rtol: 1e-10, atol: 1e-12 },
});
const [omegas, betas] = [linspace(0.3, 2.1, count), linspace(0.3, 2.1, count)];
const omegaB = Array.from(omegas, (omega) => new Array(count).fill(omega)).flat();
const betaA = Array.from(omegas, () => [...betas]).flat();
const points = { count: count ** 2, parameters: { omegaB, betaA } };
const { scalars, errors, batched } = runPoints(model, points, { scalars: ["J_A_end", "entropy_production_end"] });
assert.ok(errors.every((error) => error === undefined));

function closedForm(omegaB, betaA) {
  const [pA, pB] = [betaA, betaB * omegaB].map((x) => 1 / (1 + Math.exp(2 * x)));
  const [gammaA, gammaB] = [betaA, betaB * omegaB].map((x) => 2 * Math.cosh(x));
  const [Gamma, delta] = [(gammaA + gammaB) / 2, 2 * (1 - omegaB)];
  const h = (2 * g ** 2 * Gamma) / (Gamma ** 2 + delta ** 2);
  const J = (h * (pA - pB)) / (1 + h / gammaA + h / gammaB);
  return {
    energy: (2 * J * (gammaB + gammaA * omegaB)) / (gammaA + gammaB),
    entropy: 2 * J * (betaB * omegaB - betaA),
  };
}
const [energy, entropy] = [scalars.J_A_end, scalars.entropy_production_end];
omegaB.forEach((omega, k) => {
  const exact = closedForm(omega, betaA[k]);
  near(energy[k], exact.energy, 1e-9, `energy at omegaB = ${omega}, betaA = ${betaA[k]}`);
  near(entropy[k], exact.entropy, 1e-9, "entropy production");
  assert.ok(entropy[k] > -1e-9, "second law");
});
const rows = [
  [0.3, 0.6],
  [0.6, 0.6],
  [1.2, 1.2],
  [1.8, 1.2],
  [1.8, 2.1],
].map(([omega, beta]) => {
  const k = omegaB.findIndex((value, i) => Math.abs(value - omega) < 1e-9 && Math.abs(betaA[i] - beta) < 1e-9);
  const exact = closedForm(omega, beta);
  return [omega.toFixed(1), beta.toFixed(1), energy[k], exact.energy, entropy[k], exact.entropy];
});
table(["ω_B/ω_A", "β_A", "energy A to B", "closed form", "σ", "closed form"], rows);
const against = energy.filter((J, k) => J * (betaB - betaA[k]) < -1e-9).length;
console.log(
  `${points.count} points, ${batched} of them computed together; at ${against} energy flows from the cold bath to the hot one`,
);

figure("phase-diagram", (document) =>
  sweepMapFigure(
    {
      x: { name: "ωʙ/ωᴀ", values: omegaB },
      y: { name: "βᴀ/βʙ", values: betaA },
      values: energy,
      quantity: "energy A → B",
      boundary: {
        x: [omegas[0], omegas.at(-1), Number.NaN, omegas[0], omegas.at(-1)],
        y: [omegas[0], omegas.at(-1), Number.NaN, betaB, betaB],
        formula: "none flows where βᴀωᴀ = βʙωʙ; the level line is βᴀ = βʙ",
      },
    },
    { document, title: "Which way energy flows between two qubits off resonance" },
  ),
);
