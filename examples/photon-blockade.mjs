/**
 * Photon blockade: one atom in a driven cavity lets photons through one by one. H = Δ(a†a + σ+σ-) + g(a†σ- + aσ+) + ε(a
 * + a†), losses κ and γ. For a weak drive the state is pure, its amplitudes C_n,atom follow from (i∂/∂t - H_eff)ψ = 0
 * order by order in ε (Carmichael, Brecha and Rice, Opt. Commun. 82 (1991) 73; Birnbaum et al., Nature 436 (2005) 87).
 * With δ = Δ - iκ/2, η = Δ - iγ/2:
 *   g2(0) = 2|C_2g|²/|C_1g|⁴ = |(η(δ + η) + g²)(δη - g²)|² / |η²(δ(δ + η) - g²)|²  (1 + O(ε²)).
 */
import { curvesFigure } from "@lindblad/plot";
import { create, destroy, expect, num, qeye, sigmam, sigmap, steadystate, tensor } from "lindblad";
import { figure, linspace, near, table } from "./support.mjs";

const [g, kappa, gamma, levels] = [5, 1, 1, 6];
const a = tensor(destroy(levels), qeye(2));
const atom = tensor(qeye(levels), sigmam());
const photons = tensor(num(levels), qeye(2));
const pairs = a.dag().mul(a.dag()).mul(a).mul(a);
const coupling = tensor(create(levels), sigmam())
  .add(tensor(destroy(levels), sigmap()))
  .scale(g);
const excited = tensor(qeye(levels), sigmap().mul(sigmam()));
const cOps = [
  { op: a, rate: kappa },
  { op: atom, rate: gamma },
];

function computed(Delta, epsilon) {
  const H = photons.add(excited).scale(Delta).add(coupling).add(a.add(a.dag()).scale(epsilon));
  const { rho } = steadystate(H, cOps);
  return expect(pairs, rho) / expect(photons, rho) ** 2;
}

function closedForm(Delta) {
  const mul = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
  const add = ([a, b], [c, d]) => [a + c, b + d];
  const [delta, eta] = [kappa, gamma].map((rate) => [Delta, -rate / 2]);
  const both = add(delta, eta);
  const above = mul(add(mul(eta, both), [g ** 2, 0]), add(mul(delta, eta), [-(g ** 2), 0]));
  const below = mul(mul(eta, eta), add(mul(delta, both), [-(g ** 2), 0]));
  return (Math.hypot(...above) / Math.hypot(...below)) ** 2;
}

// The error is c ε² + d ε⁴: half the drive leaves a quarter of it, and (4 g2(ε/2) - g2(ε))/3 a share of (d/c) ε² of
// that. ε² d/c is of the order of the saturation that the formula leaves out, (ε/κ)² g²/κγ = 1 %: so much may the ratio
// be off 4, and so much of the error may be left.
const epsilon = 0.02;
const allowed = (epsilon / kappa) ** 2 * (g ** 2 / (kappa * gamma));
const rows = [0, g / Math.SQRT2, g, 1.5 * g].map((Delta) => {
  const [full, half, exact] = [computed(Delta, epsilon), computed(Delta, epsilon / 2), closedForm(Delta)];
  const extrapolated = (4 * half - full) / 3;
  near((full - exact) / (half - exact), 4, 4 * allowed, "order in ε");
  near(extrapolated, exact, allowed * Math.abs(half - exact), "g2(0)");
  return [Delta, full, half, extrapolated, exact];
});
table(["Δ/κ", `g2(0), ε = ${epsilon}κ`, `ε = ${epsilon / 2}κ`, "ε → 0", "closed form"], rows, 6);

const detunings = linspace(-2 * g, 2 * g, 321);
figure("photon-blockade", (document) =>
  curvesFigure(
    {
      x: { name: "detuning Δ (κ)", values: detunings },
      curves: [{ label: "", values: detunings.map((D) => computed(D, epsilon)), exact: detunings.map(closedForm) }],
      quantity: "g⁽²⁾(0) of the cavity",
      scale: "log",
      formula: "weak drive, |(η(δ+η) + g²)(δη − g²)|² / |η²(δ(δ+η) − g²)|²",
      marks: [-1, 1].map((sign) => ({ at: sign * g, label: `${sign < 0 ? "−" : "+"}g: one by one` })),
    },
    { document, title: "Photon blockade: light in pairs (above 1) or one by one (below)" },
  ),
);
