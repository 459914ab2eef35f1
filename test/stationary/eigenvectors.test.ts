/**
 * Eigenvectors of real matrices: by substitution in the Schur form and by inverse iteration, which is to be told from the outside by nothing but its speed.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type Eigenpair, eigensystem } from "../../bindings/stationary/eigenvectors.ts";
import { generator } from "../support/random.ts";

const SEED = 20261128;

/** Largest of ‖A r - lambda r‖, ‖lᵀ A - lambda lᵀ‖, and of what lengths lack to 1. */
function residual(n: number, A: Float64Array, { value: { re, im }, right, left }: Eigenpair): number {
  const at = (x: Float64Array, element: (i: number, j: number) => number) => {
    let squares = 0;
    for (let i = 0; i < n; i++) {
      let p = -re * x[2 * i]! + im * x[2 * i + 1]!;
      let q = -re * x[2 * i + 1]! - im * x[2 * i]!;
      for (let j = 0; j < n; j++) {
        p += element(i, j) * x[2 * j]!;
        q += element(i, j) * x[2 * j + 1]!;
      }
      squares += p * p + q * q;
    }
    return Math.sqrt(squares);
  };
  const length = (x: Float64Array) => Math.abs(1 - Math.sqrt(x.reduce((sum, y) => sum + y * y, 0)));
  return Math.max(
    at(right, (i, j) => A[n * i + j]!),
    at(left, (i, j) => A[n * j + i]!),
    length(right),
    length(left),
  );
}

function random(n: number, seed: number): Float64Array {
  const next = generator(seed);
  return Float64Array.from({ length: n * n }, () => 2 * next() - 1);
}

// Of some 3 n reflections, of a matrix of norm n / sqrt(3).
const tolerance = (n: number) => 40 * n * n * Number.EPSILON;

describe.each([true, false])("whole: %s", (isWhole) => {
  test.prop([fc.integer({ min: 1, max: 60 }), fc.nat()], { seed: SEED, numRuns: 40 })(
    "vectors belong to their eigenvalues, right and left",
    (n, seed) => {
      const A = random(n, seed);
      const { values, pairs } = eigensystem(n, A, isWhole);
      expect(values).toHaveLength(n);
      const chosen = isWhole ? [...values.keys()] : values.flatMap((_, k) => (k % 11 === seed % 11 ? [k] : []));
      const found = pairs(chosen);
      found.forEach((pair, k) => {
        const { re, im } = values[chosen[k]!]!;
        expect(Math.hypot(pair.value.re - re, pair.value.im - im)).toBeLessThanOrEqual(tolerance(n) * n);
        expect(residual(n, A, pair)).toBeLessThanOrEqual(tolerance(n));
      });
    },
  );

  it("of one eigenvalue as many vectors as there are, and of a Jordan block what rounding leaves", () => {
    const n = 40;
    const Q = random(n, 3);
    // Householder's Q = 1 - 2 v vᵀ around a diagonal with one Jordan block of two and one eigenvalue three times.
    const v = Q.subarray(0, n);
    const square = v.reduce((sum, x) => sum + x * x, 0);
    const q = (i: number, j: number) => (i === j ? 1 : 0) - (2 * v[i]! * v[j]!) / square;
    const diagonal = (k: number) => (k < 2 ? 1 : k < 5 ? 2 : 3 + k);
    const A = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n; k++) A[n * i + j]! += q(i, k) * diagonal(k) * q(k, j);
        A[n * i + j]! += q(i, 0) * q(1, j);
      }
    }
    const { values, pairs } = eigensystem(n, A, isWhole);
    const near = (x: number, within: number) =>
      values.flatMap(({ re, im }, k) => (Math.hypot(re - x, im) < within ? [k] : []));
    const [defective, threefold] = [near(1, 1e-5), near(2, 1e-10)];
    expect(defective).toHaveLength(2);
    expect(threefold).toHaveLength(3);
    const scale = 50;
    for (const pair of pairs([...defective, ...threefold])) {
      expect(residual(n, A, pair)).toBeLessThanOrEqual(tolerance(n) * scale);
    }
    // The three span a space: Gram's determinant is not zero.
    const [a, b, c] = pairs(threefold).map(({ right }) => right.filter((_, k) => k % 2 === 0));
    const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, k) => sum + value * y[k]!, 0);
    const [ab, ac, bc] = [dot(a!, b!), dot(a!, c!), dot(b!, c!)];
    expect(1 + 2 * ab * ac * bc - ab ** 2 - ac ** 2 - bc ** 2).toBeGreaterThan(1e-6);
    const [first, second] = pairs(defective);
    const overlap = first!.right.reduce((sum, x, k) => sum + x * second!.right[k]!, 0);
    expect(Math.abs(overlap)).toBeGreaterThan(1 - 1e-6);
  });

  it("of a conjugate pair that is there four times, in blocks that are not alike", () => {
    const n = 32;
    const next = generator(7);
    // S = 1 + N, N strictly upper, keeps the pairs but makes their blocks differ.
    const S = Array.from({ length: n }, (_, i) =>
      Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : j > i ? 0.4 * next() - 0.2 : 0)),
    );
    const D = (i: number, j: number) => {
      const k = i >> 1;
      if (j >> 1 !== k) return 0;
      return i === j ? (k < 4 ? -1 : -2 - k) : (i < j ? 1 : -1) * (k < 4 ? 0.7 : 0.1 * k);
    };
    // A S = S D, row by row from the left.
    const A = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += S[i]![k]! * D(k, j);
        for (let k = 0; k < j; k++) sum -= A[n * i + k]! * S[k]![j]!;
        A[n * i + j] = sum;
      }
    }
    const { values, pairs } = eigensystem(n, A, isWhole);
    const chosen = values.flatMap(({ re }, k) => (Math.abs(re + 1) < 1e-9 ? [k] : []));
    expect(chosen).toHaveLength(8);
    const norm = Math.sqrt(A.reduce((sum, x) => sum + x * x, 0));
    for (const pair of pairs(chosen)) expect(residual(n, A, pair)).toBeLessThanOrEqual(40 * n * Number.EPSILON * norm);
  });
});
