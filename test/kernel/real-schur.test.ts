/**
 * Real Schur form (similarity, orthogonality, standard blocks, exact eigenvalues; defective matrices too), and resolvents in Hessenberg form.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Complex } from "../../bindings/index.ts";
import { eigenvaluesOf, eigenvaluesReal, realSchurForm, resolventsReal } from "../../bindings/kernel/real-schur.ts";
import { generator } from "../support/random.ts";

const SEED = 20261128;
const dimensions = [...Array.from({ length: 20 }, (_, k) => k + 1), 24, 25, 31, 32, 33, 49, 50, 51, 64, 97];

function filled(n: number, element: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, k) => element(Math.floor(k / n), k % n));
}

function random(n: number, seed: number, density = 1): Float64Array {
  const next = generator(seed);
  return filled(n, () => (next() < density ? 2 * next() - 1 : 0));
}

function times(n: number, A: Float64Array, B: Float64Array): Float64Array {
  const C = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) C[n * i + j]! += A[n * i + k]! * B[n * k + j]!;
  return C;
}

const transposed = (n: number, A: Float64Array) => filled(n, (i, j) => A[n * j + i]!);
const farthest = (A: Float64Array, B: Float64Array) => A.reduce((most, x, k) => Math.max(most, Math.abs(x - B[k]!)), 0);
const size = (A: Float64Array) => Math.sqrt(A.reduce((sum, x) => sum + x * x, 0));
const sorted = (values: readonly Complex[]) =>
  values.slice().sort((a, b) => (Math.abs(a.re - b.re) > 1e-9 ? a.re - b.re : a.im - b.im));

function expectValues(found: readonly Complex[], exact: readonly Complex[], tolerance: number): void {
  expect(found).toHaveLength(exact.length);
  const [a, b] = [sorted(found), sorted(exact)];
  a.forEach(({ re, im }, k) => {
    expect(Math.hypot(re - b[k]!.re, im - b[k]!.im)).toBeLessThanOrEqual(tolerance);
  });
}

function check(n: number, A: Float64Array): Complex[] {
  const { T, Zt } = realSchurForm(n, A);
  // Rounding of some 3 n reflections of every element and of the products here.
  const rounding = 40 * n * Number.EPSILON;
  expect(farthest(times(n, times(n, transposed(n, Zt), T), Zt), A)).toBeLessThanOrEqual(rounding * size(A));
  expect(
    farthest(
      times(n, Zt, transposed(n, Zt)),
      filled(n, (i, j) => (i === j ? 1 : 0)),
    ),
  ).toBeLessThan(rounding);
  for (let i = 0; i < n; i++) for (let j = 0; j < i - 1; j++) expect(T[n * i + j] === 0).toBe(true);
  for (let k = 1; k < n; k++) {
    const below = T[n * k + k - 1]!;
    if (below === 0) continue;
    expect(T[(n + 1) * k]).toBe(T[(n + 1) * (k - 1)]);
    expect(Math.sign(below)).toBe(-Math.sign(T[n * (k - 1) + k]!));
    if (k + 1 < n) expect(T[n * (k + 1) + k]).toBe(0);
  }
  const values = eigenvaluesOf(n, T);
  // Sums of eigenvalues, of their squares and of the elements that they come from.
  const traceOf = (B: Float64Array) => Array.from({ length: n }, (_, k) => B[(n + 1) * k]!).reduce((a, b) => a + b);
  const sum = (f: (z: Complex) => number) => values.reduce((total, z) => total + f(z), 0);
  expect(Math.abs(sum(({ re }) => re) - traceOf(A))).toBeLessThanOrEqual(n * rounding * size(A));
  expect(Math.abs(sum(({ im }) => im))).toBe(0);
  const square = traceOf(times(n, A, A));
  expect(Math.abs(sum(({ re, im }) => re * re - im * im) - square)).toBeLessThanOrEqual(
    2 * n * rounding * size(A) ** 2,
  );
  return values;
}

describe("real Schur form", () => {
  test.prop([fc.constantFrom(...dimensions), fc.nat(), fc.constantFrom(1, 0.3, 0.05)], { seed: SEED, numRuns: 60 })(
    "of random matrices, dense and sparse",
    (n, seed, density) => {
      check(n, random(n, seed, density));
    },
  );

  it.each(dimensions)("%d eigenvalues are the same without the vectors", (n) => {
    const A = random(n, n);
    // Rounding times the conditions of the eigenvalues of a random matrix, some n.
    expectValues(eigenvaluesReal(n, A), check(n, A), 40 * n * n * Number.EPSILON * size(A));
  });

  it.each([2, 3, 8, 31, 60])("a cycle of %d: roots of unity, on which shifts stall", (n) => {
    const A = filled(n, (i, j) => (i === (j + 1) % n ? 1 : 0));
    const roots = Array.from({ length: n }, (_, k) => {
      const angle = (2 * Math.PI * k) / n;
      return { re: Math.cos(angle), im: Math.sin(angle) };
    });
    // A normal matrix.
    expectValues(check(n, A), roots, 40 * n * Number.EPSILON * Math.sqrt(n));
  });

  it.each([3, 7, 12])("a Jordan block of %d: eigenvalues as exact as rounding leaves them", (n) => {
    const S = realSchurForm(n, random(n, 5)).Zt;
    const J = filled(n, (i, j) => (i === j ? 2 : j === i + 1 ? 1 : 0));
    const values = check(n, times(n, times(n, transposed(n, S), J), S));
    const rounding = 40 * n * Number.EPSILON * size(J);
    for (const { re, im } of values) expect(Math.hypot(re - 2, im)).toBeLessThanOrEqual(2 * rounding ** (1 / n));
  });

  it.each([1e-7, 1, 1e7])("in units of %d", (unit) => {
    const pairs = [
      [0.5, 3],
      [0.5, 3 + 1e-6],
      [-2, 1e-3],
      [-2, 0],
    ] as const;
    const n = 2 * pairs.length;
    const S = realSchurForm(n, random(n, 9)).Zt;
    const blocks = new Float64Array(n * n);
    pairs.forEach(([re, im], k) => {
      blocks[(n + 1) * 2 * k] = blocks[(n + 1) * (2 * k + 1)] = re * unit;
      blocks[(n + 1) * 2 * k + 1] = im * unit;
      blocks[(n + 1) * 2 * k + n] = -im * unit;
    });
    const values = check(n, times(n, times(n, transposed(n, S), blocks), S));
    const exact = pairs.flatMap(([re, im]) => [
      { re: re * unit, im: im * unit },
      { re: re * unit, im: -im * unit },
    ]);
    const order = (list: readonly Complex[]) => sorted(list.map(({ re, im }) => ({ re: re / unit, im: im / unit })));
    expectValues(order(values), order(exact), 40 * n * Number.EPSILON * (size(blocks) / unit));
  });

  it("what is triangular or zero stays so", () => {
    expect(check(9, new Float64Array(81)).every(({ re, im }) => re === 0 && im === 0)).toBe(true);
    const values = check(
      17,
      filled(17, (i, j) => (j >= i ? 1 + i - 0.5 * j : 0)),
    );
    expectValues(
      values,
      Array.from({ length: 17 }, (_, k) => ({ re: 1 + 0.5 * k, im: 0 })),
      0,
    );
  });
});

describe("resolvents", () => {
  test.prop([fc.constantFrom(...dimensions), fc.nat()], { seed: SEED, numRuns: 40 })(
    "of random matrices: what y = (i w - A) x is solved by",
    (n, seed) => {
      const A = random(n, seed);
      const next = generator(seed + 1);
      const vector = () => Float64Array.from({ length: n }, () => 2 * next() - 1);
      const [xRe, xIm, gRe, gIm] = [vector(), vector(), vector(), vector()];
      const w = 6 * next() - 3;
      const image = (x: Float64Array, other: Float64Array, sign: number) =>
        x.map((_, i) => sign * w * other[i]! - A.subarray(n * i, n * i + n).reduce((sum, a, j) => sum + a * x[j]!, 0));
      const y = [image(xRe, xIm, -1), image(xIm, xRe, 1)] as const;
      const exact = { re: 0, im: 0 };
      for (let k = 0; k < n; k++) {
        exact.re += gRe[k]! * xRe[k]! - gIm[k]! * xIm[k]!;
        exact.im += gRe[k]! * xIm[k]! + gIm[k]! * xRe[k]!;
      }
      const found = resolventsReal(n, A, [gRe, gIm], y, Float64Array.of(0.3, w, 2));
      expect(found).toHaveLength(6);
      // Backward stable: rounding times the distance of i w from the spectrum, which 1e5 bounds for these.
      const tolerance = 1e5 * n * Number.EPSILON * size(gRe) * size(xRe);
      expect(Math.hypot(found[2]! - exact.re, found[3]! - exact.im)).toBeLessThanOrEqual(tolerance);
    },
  );

  it("of a decaying oscillation: a Lorentzian at every frequency", () => {
    const [rate, w0] = [0.25, 1.5];
    const A = Float64Array.of(-rate, w0, -w0, -rate);
    const frequencies = Float64Array.from({ length: 41 }, (_, k) => -4 + 0.2 * k);
    const [one, none] = [Float64Array.of(1, 0), new Float64Array(2)];
    const found = resolventsReal(2, A, [one, none], [one, none], frequencies);
    frequencies.forEach((w, k) => {
      // 1/2 of each of 1 / (i (w ± w0) + rate)
      const part = (x: number) => ({ re: rate / (rate ** 2 + x ** 2), im: -x / (rate ** 2 + x ** 2) });
      const [a, b] = [part(w - w0), part(w + w0)];
      expect(found[2 * k]).toBeCloseTo((a.re + b.re) / 2, 14);
      expect(found[2 * k + 1]).toBeCloseTo((a.im + b.im) / 2, 14);
    });
  });
});
