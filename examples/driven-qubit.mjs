/**
 * A pi pulse in a long wait: whatever the output times, no step passes over it. The same by Schrödinger's equation, and a run that ends once
 * the qubit has decayed.
 */
import { basis, mesolve, pulse, sesolve, sigmam, sigmax, sigmaz } from "lindblad";

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

const decayed = center + Math.log(2 / 0.01) / 0.02;
if (!(Math.abs(closed.expect.z[1] - 1) < 1e-6)) throw new Error("the pulse was missed");
if (!(Math.abs(open.stopped - decayed) < 2)) throw new Error(`expected to stop near t = ${decayed}`);
