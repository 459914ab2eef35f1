/**
 * The Krylov-Schur method on spectra that are known: multiplicities, clusters, conjugate pairs, a Jordan block, spaces that are exhausted; the order of Schur forms; both inverses of a generator.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type Complex, destroy, num, type Operator, qeye, sigmam, sigmax, sigmaz } from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { eigenvaluesOf, eigenvaluesReal, realSchurForm } from "../../bindings/kernel/real-schur.ts";
import type { HermitianOperator } from "../../bindings/operators/operator.ts";
import { denseRows } from "../../bindings/plan/rows.ts";
import { type Found, nearestToZero } from "../../bindings/stationary/arnoldi.ts";
import { Equations, fullOperator } from "../../bindings/stationary/equations.ts";
import { residualOf } from "../../bindings/stationary/residuals.ts";
import { orderedSchurForm } from "../../bindings/stationary/schur-order.ts";
import { withInverses } from "../../bindings/stationary/shift-invert.ts";
import { generator } from "../support/random.ts";

const SEED = 20261128;
const modulus = ({ re, im }: Complex) => Math.hypot(re, im);

test.prop([fc.integer({ min: 1, max: 24 }), fc.nat()], { seed: SEED, numRuns: 60 })(
  "Schur forms in order: similar, orthogonal, by decreasing modulus",
  (n, seed) => {
    const next = generator(seed);
    const A = Float64Array.from({ length: n * n }, () => 2 * next() - 1);
    const { T, Zt } = orderedSchurForm(realSchurForm(n, A), modulus);
    const at = (f: (k: number) => number) => Array.from({ length: n }, (_, k) => f(k)).reduce((a, b) => a + b, 0);
    // Rounding of some 3 n reflections of the form and of n² / 2 exchanges of four rows.
    const rounding = 60 * n * n * Number.EPSILON;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        expect(Math.abs(at((k) => Zt[n * i + k]! * Zt[n * j + k]!) - (i === j ? 1 : 0))).toBeLessThan(rounding);
        const [left, right] = [at((k) => T[n * i + k]! * Zt[n * k + j]!), at((k) => Zt[n * i + k]! * A[n * k + j]!)];
        expect(Math.abs(left - right)).toBeLessThan(rounding * n);
      }
    }
    const sizes = eigenvaluesOf(n, T).map(modulus);
    for (let k = 1; k < n; k++) expect(sizes[k]!).toBeLessThanOrEqual(sizes[k - 1]! * (1 + 1e-9));
  },
);

/** Of a matrix of blocks [[a, b], [c, d]] along the diagonal. */
function ofBlocks(blocks: readonly (readonly [number, number, number, number])[], wanted: number): Found[] {
  const solve = (x: Float64Array) => {
    const out = new Float64Array(x.length);
    blocks.forEach(([a, b, c, d], k) => {
      const determinant = a * d - b * c;
      out[2 * k] = (d * x[2 * k]! - b * x[2 * k + 1]!) / determinant;
      out[2 * k + 1] = (a * x[2 * k + 1]! - c * x[2 * k]!) / determinant;
    });
    return out;
  };
  return getKernel().frame((kernel) =>
    nearestToZero(kernel, { count: 2 * blocks.length, solve, deflate: () => undefined }, wanted, "test"),
  );
}

const real = (a: number, b: number): readonly [number, number, number, number] => [a, 0, 0, b];
const pair = (re: number, im: number): readonly [number, number, number, number] => [re, im, -im, re];

describe("eigenvalues nearest to zero", () => {
  const rest = Array.from({ length: 300 }, (_, k) => real(-10 - 0.37 * k, -11 - 0.53 * k));

  it("as often as they are there", () => {
    const found = ofBlocks([real(-1, -1), real(-1, -2), real(-2, -2), pair(-0.5, 1), pair(-0.5, 1), ...rest], 9);
    const sizes = found.map(({ value }) => modulus(value));
    [1, 1, 1, Math.sqrt(1.25), Math.sqrt(1.25), Math.sqrt(1.25), Math.sqrt(1.25), 2, 2].forEach((size, k) => {
      expect(sizes[k]!).toBeCloseTo(size, 9);
    });
    // The three vectors of -1 (a pair may be there by rounding) are independent: what Gram and Schmidt leave of each.
    const basis: { re: number[]; im: number[] }[] = [];
    for (const { vector } of found.slice(0, 3)) {
      const rest = {
        re: [...vector].filter((_, k) => k % 2 === 0),
        im: [...vector].filter((_, k) => k % 2 === 1),
      };
      for (const { re, im } of basis) {
        const sum = (f: (k: number) => number) => re.reduce((total, _, k) => total + f(k), 0);
        const p = sum((k) => re[k]! * rest.re[k]! + im[k]! * rest.im[k]!);
        const q = sum((k) => re[k]! * rest.im[k]! - im[k]! * rest.re[k]!);
        re.forEach((x, k) => {
          rest.re[k]! -= p * x - q * im[k]!;
          rest.im[k]! -= p * im[k]! + q * x;
        });
      }
      const length = Math.hypot(...rest.re, ...rest.im);
      expect(length).toBeGreaterThan(1e-3);
      basis.push({ re: rest.re.map((x) => x / length), im: rest.im.map((x) => x / length) });
    }
  });

  it("a cluster, and a pair that the count would split", () => {
    const found = ofBlocks([real(-1, -1 - 1e-7), real(-1 - 2e-7, -3), pair(-1, 2), ...rest], 4);
    const values = found.map(({ value }) => value);
    expect(values).toHaveLength(5);
    [1, 1 + 1e-7, 1 + 2e-7].forEach((size, k) => {
      expect(values[k]!.re).toBeCloseTo(-size, 10);
    });
    expect(values[3]!.im + values[4]!.im).toBe(0);
    expect(Math.abs(values[3]!.im)).toBeCloseTo(2, 10);
  });

  it("a Jordan block: both eigenvalues to the root of rounding", () => {
    const found = ofBlocks([[-1, 1, 0, -1], real(-2, -3), ...rest], 3);
    expect(found).toHaveLength(3);
    for (const { value } of found.slice(0, 2)) expect(Math.hypot(value.re + 1, value.im)).toBeLessThan(1e-5);
    expect(found[2]!.value.re).toBeCloseTo(-2, 9);
  });

  it.each([1, 3, 5, 6, 10])("%d of a space of six", (wanted) => {
    const found = ofBlocks([real(-1, -1), real(-1, -1), pair(-3, 1)], wanted);
    expect(found).toHaveLength(wanted === 5 ? 6 : Math.min(wanted, 6));
    found.forEach(({ value }, k) => {
      expect(modulus(value)).toBeCloseTo(k < 4 ? 1 : Math.sqrt(10), 12);
    });
  });
});

describe.each(["factors", "channel"] as const)("the inverse by %s", (by) => {
  const levels = 9;
  const a = destroy(levels);
  const n = num(levels);
  const kerr = n.scale(0.5).add(n.mul(n).sub(n).scale(0.15)).add(a.add(a.dag()).scale(0.8));
  const at = (X: Operator, site: number) =>
    [0, 1, 2].map((k) => (k === site ? X : qeye(2))).reduce((total, X) => total.kron(X));
  const spins = [0, 1, 2]
    .map((k) =>
      at(sigmax(), k)
        .scale(0.4)
        .add(at(sigmaz(), k).scale(0.3 + 0.1 * k)),
    )
    .reduce((total, X) => total.add(X));
  it.each([
    ["a driven Kerr oscillator", kerr, [a]],
    ["three driven spins, one by one dark", spins, [0, 1, 2].map((k) => at(sigmam(), k))],
  ] as const)("of %s, and of its adjoint", (_, H, jumps) => {
    const equations = new Equations(H as HermitianOperator, jumps, [fullOperator(H.dims)]);
    const rows = [...equations.places.keys()];
    const part = { H: H as HermitianOperator, jumps, equations, rows, matrix: equations.rows, by, where: "test" };
    const { right, left } = withInverses(part, (kernel, inverse) => nearestToZero(kernel, inverse, 4, "test"));
    const exact = eigenvaluesReal(rows.length, denseRows(equations.rows)).sort((x, y) => modulus(x) - modulus(y));
    for (const found of [right, left]) {
      found.forEach(({ value }, k) => {
        expect(modulus(value)).toBeCloseTo(modulus(exact[k + 1]!), 8);
      });
    }
    for (const { value, vector } of right) {
      expect(residualOf(equations.rows, value, vector)).toBeLessThan(1e-9 * equations.norm);
    }
  });
});
