/**
 * Superradiance: N excited atoms in one place emit together, dρ/dt = Γ D[J_-]ρ, and the pulse has a peak of the order
 * N² (Dicke, Phys. Rev. 93 (1954) 99; Gross and Haroche, Phys. Rep. 93 (1982) 301). From |J, J>, J = N/2, populations
 * obey rate equations with rates g_M = Γ(J + M)(J - M + 1). Of two atoms the intensity is
 *   I = 2Γ exp(-2Γt)(1 + 2Γt).
 * Of many, the number emitted first has an exponential distribution with mean exp(NΓt), and what follows is classical
 * (Degiorgio, Opt. Commun. 2 (1971) 362; Haake and Glauber, Phys. Rev. A 5 (1972) 1457): with z = N exp(-NΓt)
 *   I/(ΓN²) → ∫_0^∞ dx exp(-x) x z/(x + z)² = z((1 + z) exp(z) E_1(z) - 1),
 * a peak of 0.196 N²Γ a third of 1/(NΓ) after ln N/(NΓ).
 */
import { curvesFigure } from "@lindblad/plot";
import { jmat, mesolve, spinState } from "lindblad";
import { figure, linspace, nearAll, table } from "./support.mjs";

/** Emitted photons per unit of time, Γ = 1: Γ<J+J->. */
function computed(N, times) {
  const J = N / 2;
  const lower = jmat(J, "-");
  const H = jmat(J, "z").scale(0);
  const eOps = { I: lower.dag().mul(lower) };
  return mesolve(H, spinState(J, J), times, { cOps: [lower], eOps, rtol: 1e-10, atol: 1e-12 }).expect.I;
}

/** The same from the rate equations, a series of positive terms: exp(Kt) = Σ_k exp(-Λt) (Λt)^k/k! (1 + K/Λ)^k, Λ the fastest rate. */
function exact(N, times) {
  const rates = Float64Array.from({ length: N + 1 }, (_, k) => (N - k) * (k + 1));
  const fastest = Math.max(...rates);
  const terms = Math.ceil(fastest * times.at(-1) + 12 * Math.sqrt(fastest * times.at(-1)) + 40);
  let p = new Float64Array(N + 1);
  p[0] = 1;
  const intensities = Array.from({ length: terms }, () => {
    const now = p;
    p = now.map((x, k) => x * (1 - rates[k] / fastest) + (k > 0 ? now[k - 1] * (rates[k - 1] / fastest) : 0));
    return now.reduce((sum, x, k) => sum + rates[k] * x, 0);
  });
  const logFactorials = new Float64Array(terms);
  for (let k = 1; k < terms; k++) logFactorials[k] = logFactorials[k - 1] + Math.log(k);
  const poisson = (k, x) => Math.exp((k === 0 ? 0 : k * Math.log(x)) - x - logFactorials[k]);
  return times.map((t) => intensities.reduce((sum, I, k) => sum + I * poisson(k, fastest * t), 0));
}

/** The limit of many atoms; x = exp(s), for which the sum over an even grid converges faster than any power of its step. */
const limit = (z) =>
  linspace(-40, 5, 901).reduce(
    (sum, s) => sum + (0.05 * z * Math.exp(2 * s - Math.exp(s))) / (Math.exp(s) + z) ** 2,
    0,
  );

const two = linspace(0, 3, 31);
nearAll(
  computed(2, two),
  two.map((t) => 2 * Math.exp(-2 * t) * (1 + 2 * t)),
  1e-8,
  "two atoms",
);

const runs = [10, 40, 160].map((N) => {
  // 0, and then from NΓt = ln N - 5, or from a little after the start, to ln N + 5
  const times = Float64Array.from(
    [0, ...linspace(Math.max(0.01, Math.log(N) - 5), Math.log(N) + 5, 201)],
    (t) => t / N,
  );
  const [I, rates] = [computed(N, times), exact(N, times)];
  const limits = times.map((t) => limit(N * Math.exp(-N * t)));
  const scaled = I.map((x) => x / N ** 2);
  // Some hundred steps, each with an error of 1e-10 of populations whose largest rate is N²/4.
  nearAll(
    scaled,
    rates.map((x) => x / N ** 2),
    1e-8,
    `rate equations, N = ${N}`,
  );
  // What is dropped is of the order of ln N/N: the start, counted in whole photons.
  nearAll(scaled, limits, Math.log(N) / N, `limit, N = ${N}`);
  const peak = I.indexOf(Math.max(...I));
  return { N, times, I, rates, row: [`${N}`, I[peak] / N ** 2, rates[peak] / N ** 2, N * times[peak], Math.log(N)] };
});
const taus = linspace(-5, 5, 401);
const curve = taus.map((tau) => limit(Math.exp(-tau)));
const highest = curve.indexOf(Math.max(...curve));
const last = ["limit", "", curve[highest], "", ""];
table(["N", "peak/ΓN²", "rate equations", "at NΓt", "ln N"], [...runs.map(({ row }) => row), last], 5);
console.log(`limit of the delay: ln N + ${taus[highest].toFixed(3)}`);

figure("superradiance", (document) =>
  curvesFigure(
    {
      x: { name: "NΓt − ln N", values: taus },
      curves: [
        ...runs.map(({ N, times, I, rates }) => ({
          label: `N = ${N}`,
          x: times.slice(1).map((t) => N * t - Math.log(N)),
          values: I.slice(1).map((x) => x / N ** 2),
          exact: rates.slice(1).map((x) => x / N ** 2),
        })),
        { label: "N → ∞", values: curve },
      ],
      quantity: "intensity I/(ΓN²)",
      formula: "rate equations of the Dicke ladder;  N → ∞: z((1+z)eᶻE₁(z) − 1)",
    },
    { document, title: "Superradiance: a pulse of N² after ln N" },
  ),
);
