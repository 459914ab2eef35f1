/**
 * Work: part A is driven, H_A = (1 + h sin(wt)) sigma_z, while its bath relaxes it. Work is a channel of the ledger
 * beside the baths, and the first law is checked in every run. Then a drive across, h sin(wt) sigma_x, which makes
 * coherence: no closed form, the same laws.
 */
import assert from "node:assert/strict";
import { curvesFigure } from "@lindblad/plot";
import { basis, bipartite, ket2dm, pulse, sigmax, sigmaz, tensor, thermalBath, thermalState } from "lindblad";
import { figure, linspace } from "./support.mjs";

const [h, omega, betaA, betaB] = [0.5, 2, 0.5, 1.2];
const drive = pulse.sine({ omega }).mul(h);
const parts = {
  HB: sigmaz().scale(0.7),
  V: tensor(sigmaz(), sigmaz()).scale(0.3),
  baths: [thermalBath("A", { beta: betaA }), thermalBath("B", { beta: betaB })],
};
const start = tensor(ket2dm(basis(2, 0)), thermalState(parts.HB, betaB));
const times = linspace(0, 8, 161);
const tight = { rtol: 1e-10, atol: 1e-12 };

const along = bipartite({ ...parts, HA: [sigmaz(), [sigmaz(), drive]] }).evolve(start, times, tight);
/** ∫ h w cos(wt) <sigma_z> dt, <sigma_z> = z + (1 - z) exp(-kt) with z = -tanh(beta_A), k = 2 cosh(beta_A) */
function closedForm(t) {
  const [z, k] = [-Math.tanh(betaA), 2 * Math.cosh(betaA)];
  const relaxing =
    (k + Math.exp(-k * t) * (omega * Math.sin(omega * t) - k * Math.cos(omega * t))) / (k ** 2 + omega ** 2);
  return h * (z * Math.sin(omega * t) + (1 - z) * omega * relaxing);
}
console.log("   t          work   closed form          heat   U - U(0)");
times.forEach((t, k) => {
  const [W, Q, U] = [along.work.integrated[k], along.heat.integrated[k], along.energy.U[k] - along.energy.U[0]];
  const row = [W, closedForm(t), Q, U].map((x) => x.toFixed(8).padStart(12));
  if ([0, 10, 20, 40, 80, 160].includes(k)) console.log(`${t.toFixed(1).padStart(4)}  ${row.join("  ")}`);
  assert.ok(Math.abs(W - closedForm(t)) < 1e-8);
  assert.ok(Math.abs(U - Q - W) < 1e-8, "first law");
});

figure("driven-part", (document) =>
  curvesFigure(
    {
      x: { name: "time t", values: times },
      curves: [
        { label: "work W", values: along.work.integrated, exact: Array.from(times, closedForm) },
        { label: "heat Q", values: along.heat.integrated },
        { label: "ΔU = W + Q", values: along.energy.U.map((U) => U - along.energy.U[0]) },
      ],
      quantity: "energy taken up (ħ = 1)",
      formula: "W = ∫ hω cos(ωt) ⟨σz⟩ dt, solved",
    },
    { document, title: "A driven part: work, heat, and the first law" },
  ),
);

const across = bipartite({ ...parts, HA: [sigmaz(), [sigmax(), drive]] }).evolve(start, times, tight);
for (const [name, run] of Object.entries({ along, across })) {
  const last = Object.entries(run.ledger).map(([channel, flow]) => {
    const [A, B, chi] = [flow.A, flow.B, flow.chi].map((series) => series.at(-1).toFixed(6).padStart(10));
    return `  ${channel.padEnd(12)}${A}${B}${chi}`;
  });
  console.log(`${name} sigma: what each channel has put into A, B and chi\n${last.join("\n")}`);
  const { firstLaw, secondLaw } = run.laws;
  console.log(`  defects: ledger ${run.ledgerDefect.toExponential(1)}, first law ${firstLaw.toExponential(1)}`);
  const work = Object.values(run.ledger.work).reduce((sum, series) => sum + series.at(-1), 0);
  assert.ok(Math.abs(work - run.work.integrated.at(-1)) < 1e-10, "the channel is the work");
  assert.ok(run.ledgerDefect < 1e-8 && firstLaw < 1e-8 && secondLaw > -1e-9 && run.warnings.length === 0);
}
