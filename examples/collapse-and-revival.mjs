/**
 * Collapse and revival in the Jaynes-Cummings model: an excited atom meets a coherent field on resonance. Every photon
 * number n turns the atom at its own frequency 2g√(n + 1), so that
 *   <σz>(t) = Σ_n p_n cos(2g√(n + 1) t),  p_n = exp(-n̄) n̄ⁿ/n!.
 * The oscillation collapses as exp(-(gt)²/2), and comes back near t = 2π√n̄/g, more precisely 2π√(n̄ + 1)/g, when
 * neighbouring n are one turn apart (Eberly, Narozhny and Sanchez-Mondragon, Phys. Rev. Lett. 44 (1980) 1323). Photon
 * numbers are discrete: nothing else makes a revival.
 */
import { curvesFigure } from "@lindblad/plot";
import { basis, coherent, create, destroy, qeye, sesolve, sigmam, sigmap, sigmaz, tensor } from "lindblad";
import { figure, linspace, near, nearAll, table } from "./support.mjs";

const [g, nbar, levels] = [1, 16, 64];
const H = tensor(create(levels), sigmam())
  .add(tensor(destroy(levels), sigmap()))
  .scale(g);
const start = tensor(coherent(levels, Math.sqrt(nbar), { method: "analytic" }), basis(2, 0));
const revival = (2 * Math.PI * Math.sqrt(nbar + 1)) / g;
const times = linspace(0, 1.6 * revival, 1601);
const { expect } = sesolve(H, start, times, { eOps: { z: tensor(qeye(levels), sigmaz()) }, rtol: 1e-10, atol: 1e-12 });

const exact = times.map((t) => {
  let [p, sum] = [Math.exp(-nbar), 0];
  for (let n = 0; n < levels; n++) {
    sum += p * Math.cos(2 * g * Math.sqrt(n + 1) * t);
    p *= nbar / (n + 1);
  }
  return sum;
});
// sesolve keeps the error of the state below rtol = 1e-10 a unit of time, over 40 of them; the photon numbers beyond 63
// that are left out have a probability of 1e-17.
nearAll(expect.z, exact, 1e-8, "inversion");

const shown = [0, 25, 100, 500, 960, 1000, 1040];
table(
  ["gt", "<σz>", "exact sum"],
  shown.map((k) => [g * times[k], expect.z[k], exact[k]]),
);

// The oscillation is largest within one of its turns, π/(g√(n̄ + 1)), of the revival.
const after = times.findIndex((t) => t > revival / 2);
const largest = expect.z.reduce(
  (best, z, k) => (k > after && Math.abs(z) > Math.abs(expect.z[best]) ? k : best),
  after,
);
console.log(
  `largest again, ${expect.z[largest].toFixed(4)}, at gt = ${(g * times[largest]).toFixed(3)}; revival at ${(g * revival).toFixed(3)}`,
);
near(times[largest], revival, Math.PI / (g * Math.sqrt(nbar + 1)), "revival");
const quiet = expect.z.subarray(300, 500).reduce((most, z) => Math.max(most, Math.abs(z)), 0);
console.log(
  `between, from gt = ${(g * times[300]).toFixed(1)} to ${(g * times[500]).toFixed(1)}, it stays below ${quiet.toFixed(4)}`,
);

figure("collapse-and-revival", (document) =>
  curvesFigure(
    {
      x: { name: "time gt", values: times.map((t) => g * t) },
      curves: [{ label: "", values: expect.z, exact }],
      quantity: "inversion ⟨σz⟩",
      formula: "Σ pₙ cos(2g√(n+1) t)",
      marks: [{ at: g * revival, label: "2π√(n̄+1)" }],
    },
    { document, title: `Collapse and revival, n̄ = ${nbar}` },
  ),
);
