/**
 * A correlation both of whose partial traces vanish, and which moves the local states all the same: it lies outside the subspace that
 * system.storage() finds. (The paper has the local states stand still for every correlation.)
 */
import assert from "node:assert/strict";
import { curvesFigure } from "@lindblad/plot";
import { OutsideStorageError, sigmax, sigmaz, tensor, thermalState, twoQubitExample } from "lindblad";
import { figure, linspace } from "./support.mjs";

const [omegaA, omegaB, g, betaA, betaB] = [1, 0.7, 0.3, 0.5, 1.2];
const [a, b] = [betaA * omegaA, betaB * omegaB];
const { system, stateWith } = twoQubitExample({ omegaA, omegaB, g, betaA, betaB, c: 0 });
const size = 0.02;
const inside = stateWith(tensor(sigmaz(), sigmaz()).scale(size));
const outside = stateWith(tensor(sigmax(), sigmaz()).scale(size));

/**
 * |rho_A(t) - pi_A|: the coherence of A, to which the two states of B contribute, exchanged by B's bath, with frequencies 2 (omega_A ± g).
 * It is 4 g size exp(-(cosh a + cosh b) t) |sinh(D t)/D|, D² = (sinh b + 2ig)² + 1.
 */
function closedForm(t) {
  const [x, y] = [Math.sinh(b) ** 2 - 4 * g ** 2 + 1, 4 * g * Math.sinh(b)];
  const r = Math.hypot(x, y);
  const [re, im] = [Math.sqrt((r + x) / 2), Math.sqrt((r - x) / 2)];
  const sinh = Math.hypot(Math.sinh(re * t), Math.sin(im * t));
  return (Math.SQRT2 * 4 * g * size * Math.exp(-(Math.cosh(a) + Math.cosh(b)) * t) * sinh) / Math.sqrt(r);
}

const times = linspace(0, 3, 61);
const piA = thermalState(system.HA, betaA);
const distances = (rho) =>
  system.evolve(rho, times, { rtol: 1e-10, atol: 1e-12 }).reduced.A.map((rhoA) => rhoA.sub(piA).norm());
const [still, moved] = [distances(inside), distances(outside)];
console.log("|rho_A(t) - pi_A| for two correlations of the same size");
console.log("   t   sigma_z sigma_z   sigma_x sigma_z   closed form");
times.forEach((t, k) => {
  const row = [still[k].toExponential(1), moved[k].toFixed(9), closedForm(t).toFixed(9)];
  if ([0, 2, 6, 20, 60].includes(k))
    console.log(`${t.toFixed(1).padStart(4)}${row.map((text) => text.padStart(16)).join("  ")}`);
  assert.ok(still[k] < 1e-10 && Math.abs(moved[k] - closedForm(t)) < 1e-9);
});
assert.ok(Math.abs(moved[6] - 0.0049) < 5e-5, "0.0049 at t = 0.3");
figure("outside-storage", (document) =>
  curvesFigure(
    {
      x: { name: "time t", values: times },
      curves: [
        { label: "σx ⊗ σz", values: moved, exact: Array.from(times, closedForm) },
        { label: "σz ⊗ σz", values: still, exact: times.map(() => 0) },
      ],
      quantity: "‖ρᴀ(t) − πᴀ‖",
      formula: "4√2 g size exp(−(cosh a + cosh b)t) |sinh(Dt)/D|",
    },
    { document, title: "Two correlations without partial traces: one moves the local state" },
  ),
);

const storage = system.storage();
console.log(storage.verdict);
storage.evolve(1, inside);
assert.throws(
  () => storage.evolve(1, outside),
  (error) => {
    console.log(error.message);
    return error instanceof OutsideStorageError;
  },
);
assert.ok(storage.dimension === 5 && storage.kernelDimension === 9);
