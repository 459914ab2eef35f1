/**
 * A pi pulse in a long wait: whatever the output times, no step passes over it. The same by Schrödinger's equation, and
 * a run that ends once the qubit has decayed. After the pulse <sigma_z> = 2 exp(-Γ(t - t_0)) - 1. To first order in the
 * decay during the pulse, whose angle is θ(t), from 0 to π, around its centre (Bloch's equations: there 1 - cos θ is a
 * step on the mean, and the coherence decays half as fast),
 *   t_0 = centre + ¼ ∫ sin²θ dt.
 */
import assert from "node:assert/strict";
import { curvesFigure } from "@lindblad/plot";
import { basis, mesolve, pulse, sesolve, sigmam, sigmax, sigmaz } from "lindblad";
import { figure, near } from "./support.mjs";

const [center, sigma, Gamma] = [400, 0.5, 0.02];
// The integral of f is pi: H = f(t) sigma_x/2 turns the qubit over.
const f = pulse.gaussian({ center, sigma }).mul(Math.PI / (sigma * Math.sqrt(2 * Math.PI)));
const H = [[sigmax().scale(0.5), f]];
const down = basis(2, 1);

const closed = sesolve(H, down, [0, 1000], { eOps: { z: sigmaz() } });
console.log(`closed: <sigma_z> goes from ${closed.expect.z[0]} to ${closed.expect.z[1].toFixed(9)}`);

const times = Float64Array.from({ length: 1001 }, (_, k) => k);
const open = mesolve(H, down, times, {
  cOps: [{ op: sigmam(), rate: Gamma }],
  eOps: { z: sigmaz() },
  until: ({ time, expect }) => time > center && expect.z < -0.99,
});

/** The sum over an even grid of ¼ sin²θ, with the angle by steps of the same grid: errors of the order of its step squared. */
function delayOf(step) {
  let [angle, delay] = [0, 0];
  for (let u = -8 * sigma + step / 2; u < 8 * sigma; u += step) {
    const turn = (step * Math.PI * Math.exp(-(u ** 2) / (2 * sigma ** 2))) / (sigma * Math.sqrt(2 * Math.PI));
    delay += 0.25 * Math.sin(angle + turn / 2) ** 2 * step;
    angle += turn;
  }
  return delay;
}
const t0 = center + delayOf(1e-4);
const exact = open.times.map((t) => (t > center + 8 * sigma ? 2 * Math.exp(-Gamma * (t - t0)) - 1 : Number.NaN));
const decayed = t0 + Math.log(2 / 0.01) / Gamma;
console.log(
  `open: excited at t_0 = ${t0.toFixed(3)}, below -0.99 from t = ${decayed.toFixed(2)}, seen at t = ${open.stopped}`,
);
console.log(open);

near(closed.expect.z[1], 1, 1e-6, "the pulse turns the qubit over");
// Left out: the second order in the decay during the pulse, (Γσ)²; and what the run is off, 1.4e-6.
exact.forEach((z, k) => {
  if (!Number.isNaN(z)) near(open.expect.z[k], z, (Gamma * sigma) ** 2 + 1.4e-6, `decay at t = ${open.times[k]}`);
});
assert.equal(open.stopped, Math.ceil(decayed), "ends at the first output below -0.99");

figure("driven-qubit", (document) =>
  curvesFigure(
    {
      x: { name: "time t", values: open.times },
      curves: [
        {
          label: "",
          values: open.expect.z,
          exact,
        },
      ],
      quantity: "⟨σz⟩",
      formula: "2 exp(−0.02 (t − t₀)) − 1 after the pulse",
      marks: [{ at: center, label: "π pulse, width 0.5" }],
    },
    { document, title: "A short pulse in a long wait, and the decay after it" },
  ),
);
