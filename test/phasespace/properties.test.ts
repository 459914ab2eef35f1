/**
 * Functions on phase space of random states: what displacements, rotations, parity and losses make of them; what they integrate to; bounds.
 */
import { fc, test } from "@fast-check/vitest";
import { beforeAll, describe, expect } from "vitest";
import {
  basis,
  coherent,
  displace,
  init,
  jmat,
  Ket,
  ket2dm,
  num,
  type Operator,
  overlap,
  parity,
  qfunc,
  qfuncSpin,
  spinCoherent,
  wigner,
  wignerSpin,
} from "../../bindings/index.ts";
import { conjugated, evolution, generator, randomHermitian, randomKet, randomStateOfRank } from "../support/random.ts";

beforeAll(() => init());

const RUNS = { seed: 20261129, numRuns: 25 };
/** Sums of a few hundred squares of orthonormal functions, each rounded. */
const ROUNDING = 1e-12;

const close = (value: number, expected: number, tolerance = ROUNDING) =>
  expect(Math.abs(value - expected)).toBeLessThan(tolerance);

/** On more levels, the added ones empty. */
function embedded(psi: Ket, levels: number): Ket {
  return new Ket(levels, [...psi.toArray(), ...new Array<number>(2 * (levels - psi.size)).fill(0)]);
}

const points = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 1, maxLength: 5 });
const seeds = fc.nat();
const levels = fc.integer({ min: 1, max: 12 });

describe("an oscillator", () => {
  test.prop([seeds, levels, points, points, fc.double({ min: 0.3, max: 3, noNaN: true })], RUNS)(
    "bounds: |W| <= g²/(2π), 0 <= Q <= g²/(4π); linear; g scales arguments and values",
    (seed, n, x, y, g) => {
      const random = generator(seed);
      const [rho, sigma] = [1, n].map((rank) => randomStateOfRank(random, [n], rank)) as [Operator, Operator];
      const mixed = rho.scale(0.3).add(sigma.scale(0.7));
      for (const [map, top, bottom] of [
        [wigner, g ** 2 / (2 * Math.PI), -(g ** 2) / (2 * Math.PI)],
        [qfunc, g ** 2 / (4 * Math.PI), 0],
      ] as const) {
        const [a, b, c] = [rho, sigma, mixed].map((state) => map(state, x, y, { g }).values) as [F, F, F];
        const unscaled = map(
          mixed,
          x.map((at) => (at * g) / Math.SQRT2),
          y.map((at) => (at * g) / Math.SQRT2),
        ).values;
        c.forEach((value, k) => {
          expect(value).toBeLessThanOrEqual(top + ROUNDING);
          expect(value).toBeGreaterThanOrEqual(bottom - ROUNDING);
          close(value, 0.3 * a[k]! + 0.7 * b[k]!);
          close(value, (unscaled[k]! * g ** 2) / 2, ROUNDING * g ** 2);
        });
      }
    },
  );

  test.prop([seeds, levels, points, points, fc.double({ min: -3, max: 3, noNaN: true })], RUNS)(
    "turns with exp(-iφn), mirrored by parity, conjugation changes the sign of y",
    (seed, n, x, y, phi) => {
      const random = generator(seed);
      const rho = randomStateOfRank(random, [n], 3);
      const turned = conjugated(evolution(num(n), phi), rho).hermitianPart();
      const [c, s] = [Math.cos(phi), Math.sin(phi)];
      for (const map of [wigner, qfunc]) {
        const at = (state: Operator, a: number, b: number) => map(state, [a], [b]).values[0]!;
        for (const a of x) {
          for (const b of y) {
            const value = at(rho, a, b);
            // a turns by exp(-iφ): the point of alpha comes from alpha exp(iφ).
            close(at(turned, c * a + s * b, c * b - s * a), value);
            close(at(conjugated(parity(n), rho).hermitianPart(), -a, -b), value);
            close(at(rho.conj().asHermitian(), a, -b), value);
          }
        }
      }
    },
  );

  test.prop([seeds, fc.integer({ min: 1, max: 6 }), fc.double({ min: -1, max: 1, noNaN: true }), points, points], RUNS)(
    "moves with displacements",
    (seed, n, shift, x, y) => {
      const psi = embedded(randomKet(generator(seed), [n]), 80);
      const alpha = { re: shift, im: 0.7 - shift };
      const moved = displace(80, alpha).apply(psi);
      const [dx, dy] = [Math.SQRT2 * alpha.re, Math.SQRT2 * alpha.im];
      for (const map of [wigner, qfunc]) {
        const expected = map(psi, x, y).values;
        const found = map(
          moved,
          x.map((at) => at + dx),
          y.map((at) => at + dy),
        ).values;
        // What 80 levels cut off displaced states of at most 6 is below 1e-20.
        found.forEach((value, k) => {
          close(value, expected[k]!);
        });
      }
    },
  );

  test.prop([seeds, levels, points, points], RUNS)(
    "Q is the overlap with coherent states, and W smoothed by the vacuum's",
    (seed, n, x, y) => {
      const psi = embedded(randomKet(generator(seed), [n]), 120);
      const Q = qfunc(psi, x, y).values;
      y.forEach((b, k) => {
        x.forEach((a, i) => {
          const alpha = { re: a / Math.SQRT2, im: b / Math.SQRT2 };
          const { re, im } = overlap(coherent(120, alpha, { method: "analytic" }), psi);
          close(Q[k * x.length + i]!, (re * re + im * im) / (2 * Math.PI));
        });
      });
      // ∫ W(x', y') exp(-(x - x')² - (y - y')²)/π, by sums of steps so fine that what they miss is exp(-(π/0.2)²/…) < 1e-13.
      const [step, end] = [0.2, 9];
      const axis = Float64Array.from({ length: 2 * Math.round(end / step) + 1 }, (_, k) => step * k - end);
      const W = wigner(psi, axis, axis).values;
      const [a, b] = [x[0]!, y[0]!];
      let sum = 0;
      axis.forEach((q, k) => {
        axis.forEach((p, i) => {
          sum += W[k * axis.length + i]! * Math.exp(-((a - p) ** 2) - (b - q) ** 2);
        });
      });
      close((sum * step * step) / Math.PI, Q[0]!, 1e-11);
    },
  );
});

type F = Float64Array;

describe("a spin", () => {
  const angle = fc.double({ min: 0, max: Math.PI, noNaN: true });
  const azimuth = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });

  test.prop([seeds, fc.integer({ min: 1, max: 24 }), angle, azimuth], RUNS)(
    "Q is the overlap with coherent states, from 0 to 1; both are linear",
    (seed, d, theta, phi) => {
      const random = generator(seed);
      const [psi, sigma] = [randomKet(random, [d]), randomHermitian(random, [d])];
      const Q = qfuncSpin(psi, [theta], [phi]).values[0]!;
      const { re, im } = overlap(spinCoherent((d - 1) / 2, theta, phi), psi);
      close(Q, re * re + im * im);
      expect(Q).toBeLessThanOrEqual(1 + ROUNDING);
      const sum = ket2dm(psi).add(sigma.scale(2));
      for (const map of [wignerSpin, qfuncSpin]) {
        const at = (state: Operator) => map(state, [theta], [phi]).values[0]!;
        close(at(sum.hermitianPart()), at(ket2dm(psi)) + 2 * at(sigma), ROUNDING * d);
      }
    },
  );

  test.prop([seeds, fc.integer({ min: 2, max: 24 }), angle, azimuth, azimuth], RUNS)(
    "turn with the spin about any axis",
    (seed, d, theta, phi, turn) => {
      const random = generator(seed);
      const rho = randomStateOfRank(random, [d], 2);
      const j = (d - 1) / 2;
      const n = [Math.sin(theta) * Math.cos(phi), Math.sin(theta) * Math.sin(phi), Math.cos(theta)];
      // exp(-i turn J_y) turns z to x.
      const [c, s] = [Math.cos(turn), Math.sin(turn)];
      const image = [c * n[0]! + s * n[2]!, n[1]!, c * n[2]! - s * n[0]!];
      const [to, at] = [Math.atan2(Math.hypot(image[0]!, image[1]!), image[2]!), Math.atan2(image[1]!, image[0]!)];
      const turned = conjugated(evolution(jmat(j, "y"), turn), rho).hermitianPart();
      for (const map of [wignerSpin, qfuncSpin]) {
        close(map(turned, [to], [at]).values[0]!, map(rho, [theta], [phi]).values[0]!, 1e-11);
      }
    },
  );

  test.prop([fc.integer({ min: 1, max: 120 }), azimuth], RUNS)("at the poles there is no azimuth", (d, phi) => {
    for (const [pole, level] of [
      [0, 0],
      [Math.PI, d - 1],
    ] as const) {
      close(qfuncSpin(basis(d, level), [pole], [phi]).values[0]!, 1);
      const [W, at0] = [phi, 0].map((at) => wignerSpin(basis(d, level), [pole], [at]).values[0]!) as [number, number];
      close(W, at0);
      // Sums of |Y_kq|² are (2k + 1)/(4π), and of |rho_kq|² of kets 1: |W| <= d/√(4π).
      expect(W).toBeGreaterThan(0);
      expect(W).toBeLessThanOrEqual(d / Math.sqrt(4 * Math.PI) + ROUNDING);
    }
  });
});
