/**
 * A pi pulse in a long wait: whatever the output times, no step passes over it. The same by Schrödinger's equation, and
 * a run that ends once the qubit has decayed.
 */
import { curvesFigure } from "@lindblad/plot";
import { basis, mesolve, pulse, sesolve, sigmam, sigmax, sigmaz } from "lindblad";
import { figure } from "./support.mjs";

const [center, sigma] = [400, 0.5];
// The integral of f is pi: H = f(t) sigma_x/2 turns the qubit over.
const f = pulse.gaussian({ center, sigma }).mul(Math.PI / (sigma * Math.sqrt(2 * Math.PI)));
const H = [[sigmax().scale(0.5), f]];
const down = basis(2, 1);

const closed = sesolve(H, down, [0, 1000], { eOps: { z: sigmaz() } });
console.log(`closed: <sigma_z> goes from ${closed.expect.z[0]} to ${closed.expect.z[1].toFixed(9)}`);

const times = Float64Array.from({ length: 1001 }, (_, k) => k);
const open = mesolve(H, down, times, {
  cOps: [{ op: sigmam(), rate: 0.02 }],
  eOps: { z: sigmaz() },
  until: ({ time, expect }) => time > center && expect.z < -0.99,
});
console.log(`open: excited at t = ${center}, back to -0.99 at t = ${open.stopped}`);
console.log(open);

figure("driven-qubit", (document) =>
  curvesFigure(
    {
      x: { name: "time t", values: open.times },
      curves: [
        {
          label: "",
          values: open.expect.z,
          exact: open.times.map((t) => (t > center + 4 * sigma ? 2 * Math.exp(-0.02 * (t - center)) - 1 : Number.NaN)),
        },
      ],
      quantity: "⟨σz⟩",
      formula: "2 exp(−0.02 (t − 400)) − 1 after the pulse",
      marks: [{ at: center, label: "π pulse, width 0.5" }],
    },
    { document, title: "A short pulse in a long wait, and the decay after it" },
  ),
);

const decayed = center + Math.log(2 / 0.01) / 0.02;
if (!(Math.abs(closed.expect.z[1] - 1) < 1e-6)) throw new Error("the pulse was missed");
if (!(Math.abs(open.stopped - decayed) < 2)) throw new Error(`expected to stop near t = ${decayed}`);
