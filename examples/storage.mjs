/**
 * Storage of energy in correlation: which states of the paper's two qubits exchange energy through their correlation
 * alone, and how much. Both local states stand still if and only if the correlation χ lies in the largest subspace that
 * the dynamics keeps inside the operators without partial traces: here 5 of 9 dimensions. What it can hold is a
 * semidefinite programme, solved to a certified gap; its closed form is the corrected range of c (erratum 3 of
 * docs/theory.md): with a = β_A ω_A, b = β_B ω_B, Z = 2cosh,
 *   4gc from -4g exp(-a-b)/(Z_A Z_B) to 4g min(exp(a-b), exp(b-a))/(Z_A Z_B).
 */
import assert from "node:assert/strict";
import { curvesFigure } from "@lindblad/plot";
import { twoQubitExample } from "lindblad";
import { figure, linspace, near, table } from "./support.mjs";

const [omegaA, omegaB, g, betaA] = [1, 0.7, 0.3, 0.5];
const example = (betaB) => twoQubitExample({ omegaA, omegaB, g, betaA, betaB, c: 0 });

function closedForm(betaB) {
  const [a, b] = [betaA * omegaA, betaB * omegaB];
  const share = (4 * g) / (4 * Math.cosh(a) * Math.cosh(b));
  return { max: share * Math.min(Math.exp(a - b), Math.exp(b - a)), min: -share * Math.exp(-a - b) };
}

const betas = linspace(0.1, 2.5, 25);
const found = Array.from(betas, (betaB) => example(betaB).system.storage());
const exact = Array.from(betas, closedForm);
found.forEach(({ dimension, kernelDimension, capacity }, k) => {
  assert.ok(dimension === 5 && kernelDimension === 9);
  // certified: no state reaches beyond the value by more than the gap
  for (const [value, bound] of [
    [capacity.max, exact[k].max],
    [-capacity.min, -exact[k].min],
  ]) {
    assert.ok(bound - value <= capacity.gap + 1e-12 && value - bound <= 1e-12);
  }
});
const shown = [0, 4, 11, 24];
table(
  ["β_B", "most", "closed form", "least", "closed form", "gap"],
  shown.map((k) => [
    betas[k].toFixed(1),
    found[k].capacity.max,
    exact[k].max,
    found[k].capacity.min,
    exact[k].min,
    found[k].capacity.gap.toExponential(0),
  ]),
  9,
);

// The state that holds most gives all of it away, while both qubits stand still: ΔU_χ = 4gc(exp(-λt) - 1).
const { system, lambda } = example(betas[11]);
const { states, capacity } = found[11];
const times = [0, 0.1, 0.5, 5];
const { energy } = system.evolve(states.max, times, { rtol: 1e-10, atol: 1e-12 });
console.log(found[11].verdict);
times.forEach((t, k) => {
  near(energy.Uchi[k] - energy.Uchi[0], capacity.max * Math.expm1(-lambda * t), 1e-8, "energy given away");
  near(energy.UA[k], energy.UA[0], 1e-8, "A stands still");
  near(energy.UB[k], energy.UB[0], 1e-8, "B stands still");
});

figure("storage", (document) =>
  curvesFigure(
    {
      x: { name: "inverse temperature of B, βʙ", values: betas },
      curves: [
        { label: "most", values: found.map(({ capacity }) => capacity.max), exact: exact.map(({ max }) => max) },
        { label: "least", values: found.map(({ capacity }) => capacity.min), exact: exact.map(({ min }) => min) },
      ],
      quantity: "energy that the correlation can hold, 4gc",
      formula: "4g min(eᵃ⁻ᵇ, eᵇ⁻ᵃ)/ZᴀZʙ and −4g e⁻ᵃ⁻ᵇ/ZᴀZʙ",
      marks: [{ at: (betaA * omegaA) / omegaB, label: "a = b" }],
    },
    { document, title: "Capacity of the correlation of two qubits, certified" },
  ),
);
