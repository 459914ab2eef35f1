/**
 * A damped oscillator, and two qubits that exchange energy through their correlation: the library in thirty lines.
 * Run with: node examples/quickstart.mjs (after npm run build)
 */
import assert from "node:assert/strict";
import { bipartite, destroy, fock, mesolve, num, sigmaz, tensor, thermalBath, thermalState } from "lindblad";

const levels = 20;
const times = [0, 1, 2, 3];
const decay = mesolve(num(levels), fock(levels, 5), times, {
  cOps: [{ op: destroy(levels), rate: 0.3 }],
  eOps: { n: num(levels) },
});
console.log("photons left:", Array.from(decay.expect.n, (n) => n.toFixed(6)).join("  "));
times.forEach((t, k) => {
  // The steps keep their local error below rtol = 1e-6; there are fewer than a hundred.
  assert.ok(Math.abs(decay.expect.n[k] - 5 * Math.exp(-0.3 * t)) < 1e-4);
});

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
