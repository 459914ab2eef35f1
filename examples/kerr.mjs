/**
 * The driven Kerr oscillator, H = Δa†a + (U/2)a†²a² + F(a + a†) with loss κ: one of the few interacting steady states
 * that are known exactly (Drummond and Walls, J. Phys. A 13 (1980) 725). With c = 2(Δ - iκ/2)/U and z = 2|2F/U|²:
 *   <a†ʲaʲ> = |2F/U|²ʲ/|(c)_j|² · 0F2(c + j, c* + j; z)/0F2(c, c*; z),  0F2 = Σ_k zᵏ/(k! |(c + j)_k|²).
 * The mean field |α|² = n solves F² = n((Δ + Un)² + κ²/4): three solutions between two drives. The exact state is
 * unique: its photon number goes from one branch to the other between those drives, and fluctuates most on the way.
 */
import assert from "node:assert/strict";
import { curvesFigure } from "@lindblad/plot";
import { destroy, expect, num, steadystate } from "lindblad";
import { figure, linspace, near, table } from "./support.mjs";

const [Delta, U, kappa, levels] = [-2, 0.2, 1, 40];
const a = destroy(levels);
const [n, pairs] = [num(levels), a.dag().mul(a.dag()).mul(a).mul(a)];

function computed(F) {
  const H = n
    .scale(Delta)
    .add(pairs.scale(U / 2))
    .add(a.add(a.dag()).scale(F));
  const { rho } = steadystate(H, [{ op: a, rate: kappa }]);
  return { n: expect(n, rho), pairs: expect(pairs, rho) };
}

function closedForm(F) {
  const [re, im] = [(2 * Delta) / U, kappa / U];
  const z = 2 * ((2 * F) / U) ** 2;
  const series = (j) => {
    let [term, sum] = [1, 1];
    for (let k = 0; term > 1e-17 * sum; k++) {
      term *= z / ((k + 1) * ((re + j + k) ** 2 + im ** 2));
      sum += term;
    }
    return sum;
  };
  const moment = (j) => {
    const rising = Array.from({ length: j }, (_, k) => (re + k) ** 2 + im ** 2).reduce((x, y) => x * y, 1);
    return ((z / 2) ** j / rising) * (series(j) / series(0));
  };
  return { n: moment(1), pairs: moment(2) };
}

const drives = linspace(0.1, 4, 40);
const [found, exact] = [Array.from(drives, computed), Array.from(drives, closedForm)];
// The residual of the steady state is rounding, 1e-14; its error is that over the slowest decay, 0.006 κ at the worst
// drive, times <n>. Levels left out: below 1e-15.
drives.forEach((F, k) => {
  near(found[k].n, exact[k].n, 1e-10, `<n> at F = ${F}`);
  near(found[k].pairs / exact[k].pairs, 1, 1e-10, `<a†²a²> at F = ${F}`);
});
const g2 = ({ n, pairs }) => pairs / n ** 2;
const rows = [0, 9, 14, 19, 21, 29, 39].map((k) => [drives[k], found[k].n, exact[k].n, g2(found[k]), g2(exact[k])]);
table(["F/κ", "<n>", "closed form", "g2(0)", "closed form"], rows);

// The mean field as a curve F(n); it turns where dF²/dn = 0.
const numbers = linspace(0.01, 14, 400);
const drive = (n) => Math.sqrt(n * ((Delta + U * n) ** 2 + kappa ** 2 / 4));
const turning = [-1, 1]
  .map((sign) => (-2 * Delta + sign * Math.sqrt(Delta ** 2 - 0.75 * kappa ** 2)) / (3 * U))
  .map(drive);
console.log(`mean field: three solutions from F = ${turning[1].toFixed(4)} to ${turning[0].toFixed(4)}`);
// n goes up fastest, and fluctuates most, between them
const fano = found.map(({ n, pairs }) => pairs / n + 1 - n);
const most = drives[fano.indexOf(Math.max(...fano))];
console.log(`Var n/<n> is largest, ${Math.max(...fano).toFixed(2)}, at F = ${most.toFixed(2)}`);
assert.ok(most > turning[1] && most < turning[0]);

figure("kerr", (document) =>
  curvesFigure(
    {
      x: { name: "drive F (κ)", values: drives },
      curves: [
        { label: "quantum", values: found.map(({ n }) => n), exact: exact.map(({ n }) => n) },
        { label: "mean field", x: numbers.map(drive), values: numbers },
      ],
      quantity: "photon number ⟨a†a⟩",
      formula: "|2F/U|²/|c|² · ₀F₂(c+1, c*+1; z)/₀F₂(c, c*; z)",
      marks: [
        { at: turning[1], label: "turns" },
        { at: turning[0], label: "turns" },
      ],
    },
    { document, title: "Driven Kerr oscillator: exact moments and the bistable mean field" },
  ),
);
