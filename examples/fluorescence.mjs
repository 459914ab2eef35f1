/**
 * Resonance fluorescence: an atom with two levels, driven on resonance. Its steady state; the spectrum of its light,
 * from the generator and from a sampled correlation function (Mollow's triplet, Phys. Rev. 188 (1969) 1969);
 * antibunching (Carmichael and Walls, J. Phys. B 9 (1976) 1199); how regular its photons are (Mandel, Opt. Lett. 4
 * (1979) 205) and how rare a dim or bright record of them is (Garrahan and Lesanovsky, Phys. Rev. Lett. 104 (2010)
 * 160601): each beside its closed form.
 */
import assert from "node:assert/strict";
import { curvesFigure } from "@lindblad/plot";
import {
  coherenceG2,
  correlation2op1t,
  countingStatistics,
  expect,
  largeDeviation,
  sigmam,
  sigmap,
  sigmax,
  spectrum,
  spectrumCorrelationFft,
  steadystate,
} from "lindblad";
import { figure, linspace } from "./support.mjs";

const [Omega, Gamma] = [3, 1];
const H = sigmax().scale(Omega / 2);
const cOps = [{ op: sigmam(), rate: Gamma }];
const show = (...numbers) => numbers.map((x) => x.toFixed(9).padStart(14)).join("");
const near = (x, exact, limit, what) => assert.ok(Math.abs(x - exact) < limit, `${what}: ${x}, exactly ${exact}`);

const { rho, method } = steadystate(H, cOps);
const excited = expect(sigmap().mul(sigmam()), rho);
const q = (2 * Omega ** 2) / Gamma ** 2;
console.log(`excited (${method})    ${show(excited, q / (2 + 2 * q))}`);
near(excited, q / (2 + 2 * q), 1e-14, "excited");

const W = Math.sqrt(Omega ** 2 - Gamma ** 2 / 16);
const A = (q - 1) / (q + 1);
const B = ((Gamma / (4 * W)) * (5 * q - 1)) / (q + 1);
/** Three lines: at 0 of width Gamma, at ±W of width 3 Gamma/2. */
function triplet(w) {
  const [narrow, wide] = [Gamma / 2, (3 * Gamma) / 4];
  const side = (x, sign) => (A * wide - sign * B * x) / (wide ** 2 + x ** 2);
  return (q / (1 + q)) * ((0.5 * narrow) / (narrow ** 2 + w ** 2) + 0.25 * (side(w - W, 1) + side(w + W, -1)));
}
// A grid of 2 pi/80: its frequencies are those of 4000 samples, 0.02 apart.
const taus = Float64Array.from({ length: 4000 }, (_, k) => 0.02 * k);
const { re } = correlation2op1t(H, undefined, taus, sigmap(), sigmam(), { cOps });
const wanted = [0, 10, 20, 38, 50].map((k) => (2 * Math.PI * k) / 80);
const { values, coherent } = spectrum(H, wanted, cOps, sigmap(), sigmam());
const sampled = spectrumCorrelationFft(
  taus,
  re.map((x) => x - coherent.re),
);
console.log("S(w): generator, samples, closed form");
wanted.forEach((w, k) => {
  const at = sampled.frequencies.findIndex((v) => Math.abs(v - w) < 1e-9);
  console.log(`  w = ${w.toFixed(3).padEnd(6)}${show(values[k], sampled.values[at], triplet(w))}`);
  near(values[k], triplet(w), 1e-12, "spectrum");
  // dt²/6 times derivatives of the correlation function of order one
  near(sampled.values[at], triplet(w), 1e-4, "samples");
});

const frequencies = linspace(-6, 6, 481);
figure("fluorescence", (document) =>
  curvesFigure(
    {
      x: { name: "frequency from resonance (Γ)", values: frequencies },
      curves: [
        {
          label: "",
          values: spectrum(H, frequencies, cOps, sigmap(), sigmam()).values,
          exact: frequencies.map(triplet),
        },
      ],
      quantity: "power spectrum S(ω) of the scattered light (1/Γ)",
      formula: "Mollow 1969: widths Γ and 3Γ/2, at 0 and ±W",
      marks: [-W, W].map((at) => ({ at, label: at < 0 ? "−W" : "+W" })),
    },
    { document, title: `Mollow's triplet, Ω = ${Omega}Γ` },
  ),
);

const delays = [0, 0.5, 1, 2, 4];
const g2 = coherenceG2(H, undefined, delays, sigmam(), { cOps });
console.log("g2(tau), closed form");
delays.forEach((tau, k) => {
  const decay = Math.exp((-3 * Gamma * tau) / 4);
  const exact = 1 - decay * (Math.cos(W * tau) + ((3 * Gamma) / (4 * W)) * Math.sin(W * tau));
  console.log(`  tau = ${tau.toFixed(1)}   ${show(g2[k], exact)}`);
  near(g2[k], exact, 1e-6, "g2");
});

const { fano } = countingStatistics(H, cOps);
const mandel = 1 - (6 * Omega ** 2 * Gamma ** 2) / (Gamma ** 2 + 2 * Omega ** 2) ** 2;
console.log(`Fano factor         ${show(fano, mandel)}`);
near(fano, mandel, 1e-12, "Fano");

// At Omega = Gamma/2: theta(s) = Omega (exp(s/3) - 1), as if photons came in threes of a Poisson process.
const drive = Gamma / 2;
const fields = [-4, -2, -1, 0, 1, 2];
const found = largeDeviation(sigmax().scale(drive / 2), cOps, { fields });
console.log("theta(s), closed form; photons a unit of time, rate function there");
fields.forEach((s, k) => {
  const exact = drive * Math.expm1(s / 3);
  console.log(`  s = ${String(s).padStart(2)}${show(found.theta[k], exact, found.currents[k], found.rates[k])}`);
  near(found.theta[k], exact, 1e-12, "theta");
  near(found.rateFunction(found.currents[k]), found.rates[k], 1e-12, "rate function");
});
