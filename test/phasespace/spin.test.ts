/**
 * Wigner and Husimi functions of spins: closed forms, the inner product, coherent states, large spins, QuTiP's numbers, bad input.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  InvalidArgumentError,
  NonFiniteError,
  Operator,
  qeye,
  qfuncSpin,
  type SphereValues,
  sigmax,
  sigmay,
  sigmaz,
  spinCoherent,
  TooLargeError,
  wignerSpin,
} from "../../bindings/index.ts";
import { generator, randomHermitian, randomState } from "../support/random.ts";
import { casesOfQutip } from "./qutip.ts";

const theta = [0, 0.3, 1.1, Math.PI / 2, 2.8, Math.PI];
const phi = [0, 0.9, 2.5, -1.2];

function compare({ theta, phi, values }: SphereValues, exact: (theta: number, phi: number) => number) {
  expect(values).toHaveLength(theta.length * phi.length);
  phi.forEach((azimuth, k) => {
    theta.forEach((angle, i) => {
      expect(Math.abs(values[k * theta.length + i]! - exact(angle, azimuth))).toBeLessThan(1e-13);
    });
  });
}

/** Nodes and weights of Gauss and Legendre on [-1, 1]. */
function gaussLegendre(count: number): [number, number][] {
  return Array.from({ length: count }, (_, k) => {
    let x = Math.cos((Math.PI * (k + 0.75)) / (count + 0.5));
    let slope = 0;
    for (let round = 0; round < 8; round++) {
      let [before, value] = [0, 1];
      for (let n = 0; n < count; n++) [before, value] = [value, ((2 * n + 1) * x * value - n * before) / (n + 1)];
      slope = (count * (before - x * value)) / (1 - x * x);
      x -= value / slope;
    }
    return [x, 2 / ((1 - x * x) * slope ** 2)];
  });
}

/** ∫ f g dΩ of two functions of degree at most d - 1, exactly: products are of degree 2d - 2. */
function inner(d: number, f: (theta: number[], phi: number[]) => SphereValues, g: typeof f): number {
  const rule = gaussLegendre(d);
  const angles = rule.map(([x]) => Math.acos(x));
  const azimuths = Array.from({ length: 2 * d }, (_, k) => (Math.PI * k) / d);
  const [a, b] = [f(angles, azimuths).values, g(angles, azimuths).values];
  return a.reduce((sum, value, k) => sum + value * b[k]! * rule[k % d]![1] * (Math.PI / d), 0);
}

/** The direction that theta and phi name. */
const direction = (theta: number, phi: number) => [
  Math.sin(theta) * Math.cos(phi),
  Math.sin(theta) * Math.sin(phi),
  Math.cos(theta),
];

const along = (r: readonly number[], angle: number, azimuth: number) =>
  direction(angle, azimuth).reduce((sum, n, k) => sum + n * r[k]!, 0);

describe("a spin 1/2 with the Bloch vector r", () => {
  const r = [0.3, -0.5, 0.6];
  const rho = qeye(2).add(sigmax().scale(r[0]!)).add(sigmay().scale(r[1]!)).add(sigmaz().scale(r[2]!)).scale(0.5);

  it("has W = (1 + √3 n·r)/√(8π) and Q = (1 + n·r)/2", () => {
    compare(wignerSpin(rho, theta, phi), (a, b) => (1 + Math.sqrt(3) * along(r, a, b)) / Math.sqrt(8 * Math.PI));
    compare(qfuncSpin(rho, theta, phi), (a, b) => (1 + along(r, a, b)) / 2);
  });
});

describe("a spin of any length", () => {
  const random = generator(82);

  it("Q of a coherent state is ((1 + n·n')/2)^2j, also of large spins", () => {
    for (const j of [0.5, 1, 3.5, 60, 250.5]) {
      const there = direction(0.8, 2.1);
      compare(qfuncSpin(spinCoherent(j, 0.8, 2.1), theta, phi), (a, b) => ((1 + along(there, a, b)) / 2) ** (2 * j));
    }
  });

  it("W of a coherent state depends on the angle to its direction alone", () => {
    for (const j of [1, 3.5, 20, 100, 250]) {
      const turned = wignerSpin(spinCoherent(j, 0.8, 2.1), theta, phi);
      const there = direction(0.8, 2.1);
      compare(turned, (a, b) => {
        const angle = Math.acos(Math.min(1, Math.max(-1, along(there, a, b))));
        return wignerSpin(basis(2 * j + 1, 0), [angle], [0]).values[0]!;
      });
    }
  });

  it("∫ W_A W_B dΩ = Tr[AB], ∫ W dΩ = √(4π/d) Tr[rho], ∫ Q dΩ = 4π/d Tr[rho]", () => {
    for (const d of [1, 2, 3, 4, 7, 40, 111]) {
      const [A, B] = [randomHermitian(random, [d]), randomState(random, [d])];
      const [a, b, one] = [A, B, qeye(d)].map((X) => (t: number[], p: number[]) => wignerSpin(X, t, p)) as [F, F, F];
      expect(Math.abs(inner(d, a, b) - A.mul(B).tr().re)).toBeLessThan(1e-12 * d);
      // of the unit operator W = √(d/4π) everywhere
      expect(Math.abs(inner(d, one, b) - 1)).toBeLessThan(1e-12 * d);
      const q: F = (t, p) => qfuncSpin(B, t, p);
      const unit: F = (t, p) => qfuncSpin(qeye(d), t, p);
      expect(Math.abs(inner(d, q, unit) - (4 * Math.PI) / d)).toBeLessThan(1e-12 * d);
    }
  });
});

type F = (theta: number[], phi: number[]) => SphereValues;

it.each(casesOfQutip())("numbers of QuTiP 5.3.1, $levels levels", ({ levels, rho, theta, phi, values }) => {
  const state = Operator.dense(levels, rho);
  for (const [map, expected] of [
    [wignerSpin, values.wignerSpin],
    [qfuncSpin, values.qfuncSpin],
  ] as const) {
    map(state, theta, phi).values.forEach((value, k) => {
      expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-14);
    });
  }
});

it("refuses what is no state of one part, and angles that are no numbers", () => {
  expect(() => wignerSpin(basis([2, 2], [0, 0]), [0], [0])).toThrow(InvalidArgumentError);
  expect(() => qfuncSpin(basis(2, 0), [0], [])).toThrow(/qfuncSpin: phi.*at least one/);
  expect(() => wignerSpin(basis(2, 0), [Number.POSITIVE_INFINITY], [0])).toThrow(NonFiniteError);
  const many = new Float64Array(30_000);
  expect(() => wignerSpin(basis(2, 0), many, many)).toThrow(/wignerSpin of 2 levels on 30000 x 30000 points needs/);
  expect(() => qfuncSpin(basis(2, 0), many, many)).toThrow(TooLargeError);
});
