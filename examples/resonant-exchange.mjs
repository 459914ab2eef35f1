/**
 * Resonant exchange between two temperatures. [H_A + H_B, V] = 0, and yet the product of the thermal states is not
 * steady: heat flows. (The paper says otherwise; what decides is [V, beta_A H_A + beta_B H_B].) The model is small
 * enough for closed forms of all of it.
 */
import assert from "node:assert/strict";
import { curvesFigure } from "@lindblad/plot";
import { bipartite, sigmam, sigmap, sigmaz, tensor, thermalBath, thermalState } from "lindblad";
import { figure, linspace, nearAll } from "./support.mjs";

const [g, betaA, betaB] = [0.3, 0.5, 1.2];
const system = bipartite({
  HA: sigmaz(),
  HB: sigmaz(),
  V: tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(g),
  baths: [thermalBath("A", { beta: betaA }), thermalBath("B", { beta: betaB })],
});
const product = tensor(thermalState(system.HA, betaA), thermalState(system.HB, betaB));

// Populations of the upper levels, rates of their relaxation, and the rate at which the coupling levels them.
const [pA, pB] = [betaA, betaB].map((beta) => 1 / (1 + Math.exp(2 * beta)));
const [gammaA, gammaB] = [betaA, betaB].map((beta) => 2 * Math.cosh(beta));
const hop = (4 * g ** 2) / (gammaA + gammaB);
const current = (2 * hop * (pA - pB)) / (1 + hop / gammaA + hop / gammaB);

const { productSteadyState: found, verdict } = system.conditions();
console.log(verdict.at(-1));
const run = system.evolve(product, [0, 20], { rtol: 1e-10, atol: 1e-12 });
const { A, B } = run.heat.bath;
const { dimension, modes } = system.storage();

const rows = [
  ["|[H_A + H_B, V]|", found.paperCommutator.norm, 0],
  ["|[V, beta_A H_A + beta_B H_B]|", found.commutator.norm, Math.SQRT2 * 2 * g * (betaB - betaA)],
  ["|L[pi_A pi_B]| (reference: 0.0788)", found.residual.norm, Math.SQRT2 * g * (pA - pB)],
  ["heat from the hot bath, t = 20", A.global[1], current],
  ["heat from the cold bath, t = 20", B.global[1], -current],
  ["entropy production, t = 20", run.entropyProduction.total[1], (betaB - betaA) * current],
  ["dimension of the storage", dimension, 4],
  ["its slowest decay", -modes[0].re, (gammaA + gammaB) / 2],
];
console.log(`${"".padEnd(36)}${"computed".padStart(12)}${"closed form".padStart(14)}`);
for (const [name, value, exact] of rows) {
  console.log(`${name.padEnd(36)}${value.toFixed(8).padStart(12)}${exact.toFixed(8).padStart(14)}`);
  // What is left of the way to the steady state after t = 20 is below exp(-2·20).
  assert.ok(Math.abs(value - exact) < 1e-8, name);
}
assert.ok(!found.holds && found.paperCommutator.holds && Math.abs(found.residual.norm - 0.0788) < 5e-5);

// Over the temperature of B: the residual of the product is zero at equal temperatures alone, as the commutator with
// beta_A H_A + beta_B H_B is; the printed one is zero throughout.
const betas = linspace(0.1, 2, 39);
const residuals = betas.map((beta) => {
  const at = system.withBaths([thermalBath("A", { beta: betaA }), thermalBath("B", { beta })]).conditions();
  const { paperCommutator, residual } = at.productSteadyState;
  assert.ok(paperCommutator.norm < 1e-15);
  return residual.norm;
});
const exact = betas.map((beta) => Math.SQRT2 * g * Math.abs(pA - 1 / (1 + Math.exp(2 * beta))));
nearAll(residuals, exact, 1e-14, "residual over beta_B");
figure("resonant-exchange", (document) =>
  curvesFigure(
    {
      x: { name: "inverse temperature of B", values: betas },
      curves: [
        { label: "‖L[πᴀ ⊗ πʙ]‖", values: residuals, exact },
        { label: "‖[Hᴀ + Hʙ, V]‖", values: betas.map(() => found.paperCommutator.norm), exact: betas.map(() => 0) },
      ],
      quantity: "norm (energy, ħ = 1)",
      formula: "√2 g |pᴀ − pʙ|, and 0",
      marks: [{ at: betaA, label: "equal temperatures" }],
    },
    { document, title: "A commutator that is zero, and a product that is not steady" },
  ),
);
