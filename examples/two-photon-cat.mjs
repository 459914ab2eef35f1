/**
 * Two-photon dissipation makes cats: D[a² - α²] lets only the states of |α> and |-α> stand still. From the vacuum it
 * ends in the even cat, exactly; from a coherent state |β> in a state that its conserved quantities tell (Mirrahimi et
 * al., New J. Phys. 16 (2014) 045014; Albert and Jiang, Phys. Rev. A 89 (2014) 022118), α and β real:
 *   c_++ = (1 + exp(-2β²))/2,
 *   c_+- = iαβ exp(-β²)/√(2 sinh 2α²) ∫_0^π dφ exp(-iφ) I_0(|α² - β² exp(2iφ)|),
 * the weight of the even cat, and its coherence with the odd one.
 */
import { curvesFigure, wignerFigure } from "@lindblad/plot";
import {
  catState,
  coherent,
  destroy,
  expect,
  fock,
  ket2dm,
  liouvillianSpectrum,
  matrixElement,
  mesolve,
  qeye,
  wigner,
} from "lindblad";
import { figure, linspace, near, table } from "./support.mjs";

const [alpha, beta, kappa, levels] = [2, 1, 1, 40];
const a = destroy(levels);
const twoPhotons = { op: a.mul(a).sub(qeye(levels).scale(alpha ** 2)), rate: kappa };
const [even, odd] = [catState(levels, alpha, "even"), catState(levels, alpha, "odd")];
const H = qeye(levels).scale(0);
const times = linspace(0, 6, 241);
const evolve = (psi) => mesolve(H, psi, times, { cOps: [twoPhotons], storeStates: true, rtol: 1e-11, atol: 1e-13 });
const [fromVacuum, fromCoherent] = [evolve(fock(levels, 0)), evolve(coherent(levels, beta))];

const weight = ({ states }) => states.map((rho) => expect(ket2dm(even), rho));
const coherence = ({ states }) => states.map((rho) => Math.hypot(...Object.values(matrixElement(rho, even, odd))));

/** The mean of f over [0, 1], by the rule of midpoints: of second order, and to rounding for a smooth periodic f. */
const mean = (f, count) =>
  Array.from({ length: count }, (_, k) => f((k + 0.5) / count)).reduce((x, y) => x + y) / count;
const I0 = (x) => mean((u) => Math.exp(x * Math.cos(2 * Math.PI * u)), 64);
// Of i exp(-iφ) the sine is left: the cosine is odd around φ = π/2, where I_0 is even.
const integral =
  Math.PI *
  mean(
    (u) =>
      Math.sin(Math.PI * u) *
      I0(Math.hypot(alpha ** 2 - beta ** 2 * Math.cos(2 * Math.PI * u), beta ** 2 * Math.sin(2 * Math.PI * u))),
    20_000,
  );
const exact = {
  even: (1 + Math.exp(-2 * beta ** 2)) / 2,
  coherence: ((alpha * beta * Math.exp(-(beta ** 2))) / Math.sqrt(2 * Math.sinh(2 * alpha ** 2))) * integral,
};

const { kernelDimension, gap } = liouvillianSpectrum(H, [twoPhotons], { count: 6 });
console.log(`${kernelDimension} operators stand still; the slowest other one decays with ${gap.toFixed(4)}`);
near(kernelDimension, 4, 0, "two populations, two coherences");

// What has not decayed at the end, and the error of the run; that of the integral is 1.3e-10.
const limit = 4 * Math.exp(-gap * times.at(-1)) + 1e-9;
const weights = { vacuum: weight(fromVacuum), coherent: weight(fromCoherent) };
const coherences = coherence(fromCoherent);
const rows = [
  ["fidelity with the even cat, from the vacuum", weights.vacuum.at(-1), 1],
  ["weight of the even cat, from |β>", weights.coherent.at(-1), exact.even],
  ["coherence of the two cats, from |β>", coherences.at(-1), exact.coherence],
];
table(["", "computed", "closed form"], rows, 9);
for (const [name, value, closedForm] of rows) near(value, closedForm, limit, name);

const x = linspace(-4.5, 4.5, 181);
figure("two-photon-cat", (document) =>
  wignerFigure(wigner(fromVacuum.finalState, x, x), {
    document,
    title: `From the vacuum to the even cat, α = ${alpha}`,
  }),
);
const always = (value) => times.map(() => value);
figure("two-photon-cat-time", (document) =>
  curvesFigure(
    {
      x: { name: "time κ₂t", values: times },
      curves: [
        { label: "even cat, from |0⟩", values: weights.vacuum, exact: always(1) },
        { label: "even cat, from |β⟩", values: weights.coherent, exact: always(exact.even) },
        { label: "|c₊₋|, from |β⟩", values: coherences, exact: always(exact.coherence) },
      ],
      quantity: "weights and coherence of the cats",
      formula: "the end state, by the conserved quantities",
    },
    { document, title: "Two-photon dissipation: where it ends" },
  ),
);
