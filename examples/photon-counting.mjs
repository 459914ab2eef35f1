/**
 * Counting photons one by one: trajectories of an atom driven on resonance, H = (Ω/2)σx, whose photons, σ- at the rate
 * Γ, are all detected. The number n in a time T has
 *   <n> = ΓpT,  Var n/<n> = 1 + (2Γp/T) ∫_0^T (T - τ)(g2(τ) - 1) dτ,
 * for a stationary start (p the excited population, g2 = 1 - e^(-3Γτ/4)(cos Wτ + (3Γ/4W) sin Wτ), W² = Ω² - Γ²/16).
 * Photons come one by one, and so more evenly than by chance: the Fano factor goes from 1 to 1 - 6Ω²Γ²/(Γ² + 2Ω²)²
 * (Mandel, Opt. Lett. 4 (1979) 205).
 */
import { curvesFigure, trajectoriesFigure } from "@lindblad/plot";
import { mcsolve, sigmam, sigmap, sigmax, steadystate } from "lindblad";
import { figure, linspace, near, table } from "./support.mjs";

const [Omega, Gamma, ntraj] = [1, 1, 4000];
const H = sigmax().scale(Omega / 2);
const cOps = [{ op: sigmam(), rate: Gamma }];
const { rho } = steadystate(H, cOps);
const times = linspace(0, 20, 201);
const excited = sigmap().mul(sigmam());
const run = mcsolve(H, rho, times, { cOps, eOps: { excited }, ntraj, seed: 1, keepRuns: true });

/** Fano factor of the counts up to T, and its standard error: that of the mean of its influence function. */
function fano(T) {
  const counts = run.jumps.map((jumps) => jumps.times.filter((t) => t <= T).length);
  const mean = counts.reduce((sum, n) => sum + n) / ntraj;
  const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (ntraj - 1);
  const influence = counts.map((n) => ((n - mean) ** 2 - variance - (variance / mean) * (n - mean)) / mean);
  const error = Math.sqrt(influence.reduce((sum, x) => sum + x ** 2, 0)) / ntraj;
  return { mean, meanError: Math.sqrt(variance / ntraj), fano: variance / mean, error };
}

const p = Omega ** 2 / (Gamma ** 2 + 2 * Omega ** 2);
const W = Math.sqrt(Omega ** 2 - Gamma ** 2 / 16);
function closedForm(T) {
  const steps = linspace(0, T, 2001);
  const f = steps.map(
    (tau) =>
      -(T - tau) * Math.exp(-0.75 * Gamma * tau) * (Math.cos(W * tau) + ((0.75 * Gamma) / W) * Math.sin(W * tau)),
  );
  // Simpson's rule, with an error of the order of (T/2000)⁴
  const sum = f.reduce((total, x, k) => total + x * (k === 0 || k === 2000 ? 1 : k % 2 === 1 ? 4 : 2), 0);
  return 1 + ((2 * Gamma * p) / T) * ((sum * T) / 6000);
}

const durations = linspace(0.5, 20, 40);
const found = Array.from(durations, fano);
const exact = durations.map(closedForm);
// Five standard errors: once in 1.7 million numbers by chance, and the seed is fixed.
durations.forEach((T, k) => {
  near(found[k].mean, Gamma * p * T, 5 * found[k].meanError, `photons up to ${T}`);
  near(found[k].fano, exact[k], 5 * found[k].error, `Fano factor of ${T}`);
});
run.expect.excited.forEach((value, k) => {
  near(value, p, 5 * run.stdError.excited[k] + 1e-12, "excited population");
});
const limit = 1 - (6 * Omega ** 2 * Gamma ** 2) / (Gamma ** 2 + 2 * Omega ** 2) ** 2;
const shown = [0, 1, 3, 9, 19, 39];
table(
  ["T", "<n>", "±", "ΓpT", "Fano", "±", "closed form"],
  shown.map((k) => [
    durations[k],
    found[k].mean,
    found[k].meanError,
    Gamma * p * durations[k],
    found[k].fano,
    found[k].error,
    exact[k],
  ]),
  4,
);
console.log(`for ever: ${limit.toFixed(4)}`);

figure("photon-counting", (document) =>
  curvesFigure(
    {
      x: { name: "time T (1/Γ)", values: durations },
      curves: [{ label: "", values: found.map((x) => x.fano), stdError: found.map((x) => x.error), exact }],
      quantity: `Fano factor, with the standard error of ${ntraj} trajectories`,
      formula: "1 + (2Γp/T) ∫₀ᵀ (T − τ)(g⁽²⁾(τ) − 1) dτ",
    },
    { document, title: "Photons come more evenly than by chance, for which it is 1" },
  ),
);
figure("photon-counting-trajectories", (document) =>
  trajectoriesFigure(
    {
      times,
      runs: run.runs.slice(0, 3).map(({ expect }) => expect.excited),
      mean: run.expect.excited,
      stdError: run.stdError.excited,
      jumps: run.jumps.slice(0, 3).map((jumps) => jumps.times),
      quantity: "population of the excited state",
    },
    { document, title: `Three trajectories, their photons (rings), and the mean of ${ntraj}` },
  ),
);
