/**
 * A damped oscillator, and two qubits that exchange energy through their correlation: the library in forty lines, and a figure.
 * Run with: node examples/quickstart.mjs (after npm run build)
 */
import assert from "node:assert/strict";
import { curvesFigure } from "@lindblad/plot";
import { bipartite, destroy, fock, mesolve, num, sigmaz, tensor, thermalBath, thermalState } from "lindblad";
import { figure, linspace } from "./support.mjs";

const levels = 20;
const times = linspace(0, 3, 61);
const decay = mesolve(num(levels), fock(levels, 5), times, {
  cOps: [{ op: destroy(levels), rate: 0.3 }],
  eOps: { n: num(levels) },
});
const shown = [0, 20, 40, 60].map((k) => decay.expect.n[k].toFixed(6));
console.log("photons left at t = 0, 1, 2, 3:", shown.join("  "));
times.forEach((t, k) => {
  // ‖n‖ times the error of the state, which the run keeps below atol + rtol = 1.01e-6; ‖n‖² = Σ k² = 2470.
  assert.ok(Math.abs(decay.expect.n[k] - 5 * Math.exp(-0.3 * t)) < Math.sqrt(2470) * 1.01e-6);
});

figure("quickstart", (document) =>
  curvesFigure(
    {
      x: { name: "time t", values: times },
      curves: [{ label: "", values: decay.expect.n, exact: times.map((t) => 5 * Math.exp(-0.3 * t)) }],
      quantity: "photon number ⟨a†a⟩",
      formula: "5 exp(−0.3 t)",
    },
    { document, title: "Five photons in a cavity that loses them at the rate 0.3" },
  ),
);

const system = bipartite({
  HA: sigmaz(),
  HB: sigmaz().scale(0.7),
  V: tensor(sigmaz(), sigmaz()).scale(0.3),
  baths: [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })],
});
const product = tensor(thermalState(system.HA, 0.5), thermalState(system.HB, 1.2));
const run = system.evolve(product.add(tensor(sigmaz(), sigmaz()).scale(0.1)), times, { rtol: 1e-10, atol: 1e-12 });
const change = (series) => (series.at(-1) - series[0]).toFixed(6);
console.log("change of U_A, U_B, U_chi:", change(run.energy.UA), change(run.energy.UB), change(run.energy.Uchi));
assert.ok(Math.abs(run.energy.Uchi.at(-1) - run.energy.Uchi[0] + 0.12) < 1e-6);
assert.ok(Math.abs(run.energy.Ulocal.at(-1) - run.energy.Ulocal[0]) < 1e-9);
