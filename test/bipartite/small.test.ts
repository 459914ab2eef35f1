/**
 * Small dense matrices by themselves, against the products of operators.
 */
import { describe, expect, it } from "vitest";
import {
  addScaled,
  cholesky,
  compress,
  concatenated,
  fromRealCoordinates,
  invertLower,
  normBound,
  realCoordinates,
  reflectRows,
  rowTimes,
  sandwich,
  timesColumn,
} from "../../bindings/bipartite/small.ts";
import { Operator, qeye } from "../../bindings/index.ts";
import { singularReal } from "../../bindings/kernel/dense.ts";
import { traceOfProduct } from "../../bindings/operators/expectation.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const SIZES = [1, 2, 3, 5];
const asOperator = (n: number, data: Float64Array) => Operator.dense([n], data);
/** Sums of a few products of numbers of order 1. */
const ROUNDING = 1e-14;
const numbers = (random: () => number, count: number) => Float64Array.from({ length: count }, () => 2 * random() - 1);

describe("lower triangular factors", () => {
  it.each(SIZES)("of %i levels: L L† = S, and their inverse", (n) => {
    const S = randomState(generator(n), [n]).add(qeye(n).scale(0.1));
    const L = cholesky(n, S.toDense())!;
    for (let i = 0; i < n; i++) {
      expect(L[2 * (i * n + i)]!).toBeGreaterThan(0);
      expect(L[2 * (i * n + i) + 1]!).toBe(0);
      for (let j = i + 1; j < n; j++) expect([L[2 * (i * n + j)], L[2 * (i * n + j) + 1]]).toEqual([0, 0]);
    }
    const lower = asOperator(n, L);
    expect(lower.mul(lower.dag()).sub(S).maxAbs()).toBeLessThan(ROUNDING);
    const inverse = asOperator(n, invertLower(n, L));
    // Of a matrix whose least eigenvalue is 0.1 and more.
    expect(inverse.mul(lower).sub(qeye(n)).maxAbs()).toBeLessThan(100 * ROUNDING);
    expect(lower.mul(inverse).sub(qeye(n)).maxAbs()).toBeLessThan(100 * ROUNDING);
  });

  it("there are none of what is not positive definite", () => {
    const diagonal = (...values: number[]) =>
      Float64Array.from({ length: 2 * values.length ** 2 }, (_, k) =>
        k % (2 * values.length + 2) === 0 ? values[k / (2 * values.length + 2)]! : 0,
      );
    for (const values of [[0], [-1], [1, 0], [1, -1e-3, 2], [1, 2, Number.NaN]])
      expect(cholesky(values.length, diagonal(...values))).toBeUndefined();
  });
});

describe("products", () => {
  it.each(SIZES)("A M A† and A† M A of %i levels", (n) => {
    const random = generator(10 + n);
    const M = randomHermitian(random, [n]);
    const A = asOperator(
      n,
      randomOperator(random, [n])
        .toDense()
        .map((x, k) => (Math.floor(k / 2) % n > Math.floor(k / 2 / n) ? 0 : x)),
    );
    const there = asOperator(n, sandwich(n, A.toDense(), M.toDense()));
    const back = asOperator(n, sandwich(n, A.toDense(), M.toDense(), true));
    expect(there.sub(A.mul(M).mul(A.dag())).maxAbs()).toBeLessThan(ROUNDING * n);
    expect(back.sub(A.dag().mul(M).mul(A)).maxAbs()).toBeLessThan(ROUNDING * n);
    for (const found of [there, back]) expect(found.hermiticityDefect().deviation).toBe(0);
  });

  it("matrix elements between vectors that are fewer than the levels", () => {
    const random = generator(20);
    const M = randomOperator(random, [4]);
    const vectors = Array.from({ length: 3 }, () => numbers(random, 8));
    const found = asOperator(3, compress(M.toDense(), 4, vectors));
    const V = Operator.dense(
      [4],
      Float64Array.from({ length: 32 }, (_, k) => {
        const [row, column] = [Math.floor(k / 8), Math.floor(k / 2) % 4];
        return column < 3 ? vectors[column]![2 * row + (k % 2)]! : 0;
      }),
    );
    const whole = V.dag().mul(M).mul(V);
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) {
        const [a, b] = [found.get(i, j), whole.get(i, j)];
        expect(Math.hypot(a.re - b.re, a.im - b.im)).toBeLessThan(ROUNDING);
      }
  });

  it("sums with a factor, rows and columns of matrices that are not square", () => {
    const M = Float64Array.of(1, 2, 3, 4, 5, 6);
    expect([...rowTimes(Float64Array.of(2, -1), M)]).toEqual([-2, -1, 0]);
    expect([...rowTimes(Float64Array.of(0, 1), M)]).toEqual([4, 5, 6]);
    expect([...rowTimes(new Float64Array(0), new Float64Array(0))]).toEqual([]);
    expect([...timesColumn(M, Float64Array.of(1, 0, -1))]).toEqual([-2, -2]);
    expect([...concatenated([Float64Array.of(1, 2), Float64Array.of(3, 4)], 2)]).toEqual([1, 2, 3, 4]);
    const sum = Float64Array.of(1, 1, 1, 1, 1, 1);
    addScaled(sum, -2, M);
    expect([...sum]).toEqual([-1, -3, -5, -7, -9, -11]);
  });
});

describe("real coordinates of Hermitian matrices", () => {
  it.each(SIZES)("of %i levels: products are traces, and back", (n) => {
    const random = generator(30 + n);
    const matrices = [randomHermitian(random, [n]), randomHermitian(random, [n])];
    const [x, y] = matrices.map((M) => {
      const out = new Float64Array(n * n);
      realCoordinates(n, M.toDense(), out);
      return out;
    });
    const product = x!.reduce((sum, value, k) => sum + value * y![k]!, 0);
    expect(product).toBeCloseTo(traceOfProduct(matrices[0]!, matrices[1]!).re, 13);
    expect(asOperator(n, fromRealCoordinates(n, x!)).sub(matrices[0]!).maxAbs()).toBeLessThan(ROUNDING);
    // The diagonal comes first.
    for (let k = 0; k < n; k++) expect(x![k]).toBe(matrices[0]!.get(k, k).re);
  });
});

describe("reflections", () => {
  it.each([
    [3, 3, 3],
    [2, 4, 6],
    [4, 4, 5],
    [1, 3, 2],
  ])(
    "make the first %i of %i rows of %i numbers lower triangular, and leave all products of rows",
    (n, count, width) => {
      const random = generator(40 + width);
      const before = numbers(random, count * width);
      const after = before.slice();
      reflectRows(after, n, width);
      const product = (rows: Float64Array, j: number, k: number) =>
        Array.from({ length: width }, (_, i) => rows[j * width + i]! * rows[k * width + i]!).reduce((a, b) => a + b);
      for (let j = 0; j < count; j++)
        for (let k = 0; k <= j; k++)
          expect(Math.abs(product(after, j, k) - product(before, j, k))).toBeLessThan(ROUNDING * width);
      for (let j = 0; j < n; j++) for (let i = j + 1; i < width; i++) expect(after[j * width + i]).toBe(0);
    },
  );

  it("leave rows of zeros, and rows that depend on those before", () => {
    const rows = Float64Array.of(0, 0, 0, 3, 0, 4, -6, 0, -8);
    reflectRows(rows, 3, 3);
    const length = (k: number) => Math.hypot(...rows.subarray(3 * k, 3 * k + 3));
    expect([0, 1, 2].map((k) => Number(length(k).toFixed(12)))).toEqual([0, 5, 10]);
    for (const x of rows) expect(x).not.toBeNaN();
  });
});

describe("the bound of a norm", () => {
  it.each([
    [3, 3],
    [2, 5],
    [5, 2],
  ])("of %i rows and %i columns is above the norm, by the root of their numbers at most", (m, n) => {
    for (let seed = 1; seed < 6; seed++) {
      const M = numbers(generator(50 + seed), m * n);
      const norm = singularReal(m, n, M).values[0]!;
      expect(normBound(m, M)).toBeGreaterThan(norm * (1 - ROUNDING));
      expect(normBound(m, M)).toBeLessThan(norm * Math.sqrt(m * n));
    }
  });

  it("is that of the rows and columns with the largest sums", () => {
    // Rows 6 and 15, columns 5, 7, 9.
    expect(normBound(2, Float64Array.of(1, -2, 3, 4, 5, -6))).toBeCloseTo(Math.sqrt(15 * 9), 14);
    expect(normBound(0, new Float64Array(0))).toBe(0);
  });
});
