/**
 * The kernel's singular values by Jacobi rotations, and its exponential of real matrices.
 */
import { describe, expect, it } from "vitest";
import { exponentialReal, singularReal } from "../../bindings/kernel/dense.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { generator } from "../support/random.ts";

/** n x n with orthonormal rows, by Gram-Schmidt, every row twice. */
function orthogonal(random: () => number, n: number): Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < n) {
    let row = Float64Array.from({ length: n }, () => 2 * random() - 1);
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) {
        const along = dot(row, other);
        row = row.map((x, k) => x - along * other[k]!);
      }
      const length = Math.hypot(...row);
      row = row.map((x) => x / length);
    }
    rows.push(row);
  }
  return rows;
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, k) => sum + x * b[k]!, 0);

describe("singularReal", () => {
  it.each(
    [...Array.from({ length: 20 }, (_, k) => k + 1), 33].flatMap((m) =>
      [1, m - 1, m, m + 1, m + 7].filter((n) => n > 0).map((n) => [m, n] as const),
    ),
  )("random, %i x %i", (m, n) => {
    const random = generator(100 * m + n);
    const A = Float64Array.from({ length: m * n }, () => 2 * random() - 1);
    const { values, vectors } = singularReal(m, n, A);
    const images = vectors.map((w) =>
      Float64Array.from({ length: n }, (_, j) => w.reduce((sum, x, i) => sum + x * A[i * n + j]!, 0)),
    );
    // Some ten sweeps of m rotations of every row.
    const rounding = 100 * Math.max(m, n) * Number.EPSILON;
    for (let i = 0; i < m; i++) {
      if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1]!);
      expect(Math.abs(Math.hypot(...images[i]!) - values[i]!)).toBeLessThan(rounding * values[0]!);
      for (let k = 0; k < m; k++) {
        expect(Math.abs(dot(vectors[i]!, vectors[k]!) - (i === k ? 1 : 0))).toBeLessThan(rounding);
        if (k !== i) expect(Math.abs(dot(images[i]!, images[k]!))).toBeLessThan(rounding * values[0]! ** 2);
      }
    }
    for (let i = n; i < m; i++) expect(values[i]).toBeLessThan(rounding * values[0]!);
  });

  it("tells small singular values from rounding, whatever the scale", () => {
    const random = generator(1);
    const exact = [3, 1, 1e-3, 1e-7, 1e-11, 0, 0];
    const [U, W] = [orthogonal(random, 7), orthogonal(random, 7)];
    for (const scale of [1e-200, 1, 1e200]) {
      const A = Float64Array.from({ length: 49 }, (_, k) => {
        const [i, j] = [Math.floor(k / 7), k % 7];
        return scale * exact.reduce((sum, s, l) => sum + s * U[l]![i]! * W[l]![j]!, 0);
      });
      singularReal(7, 7, A).values.forEach((value, k) => {
        // What the sum above is rounded to.
        expect(Math.abs(value / scale - exact[k]!)).toBeLessThan(50 * 3 * Number.EPSILON);
      });
    }
  });

  it("zero matrices", () => {
    const { values, vectors } = singularReal(3, 2, new Float64Array(6));
    expect([...values]).toEqual([0, 0, 0]);
    expect(vectors.map((v) => [...v])).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it("touches nothing behind the rows", () => {
    getKernel().frame((kernel) => {
      const [m, length] = [5, 12];
      const random = generator(2);
      const rows = kernel.putDoubles(
        Float64Array.from({ length: m * length + 16 }, (_, k) => (k < m * length ? random() : 7)),
        "test",
      );
      expect(kernel.functions.orthogonaliseRows(m, 6, length, rows)).toBeGreaterThan(0);
      const end = rows / 8 + m * length;
      expect(kernel.doubles.slice(end, end + 16).every((x) => x === 7)).toBe(true);
    });
  });
});

describe("exponentialReal", () => {
  it.each(Array.from({ length: 20 }, (_, k) => k + 1))("of a nilpotent matrix of size %i is a polynomial", (n) => {
    const shift = new Float64Array(n * n);
    for (let i = 0; i + 1 < n; i++) shift[i * n + i + 1] = 1;
    const t = 1.7;
    const found = exponentialReal(n, shift, t);
    for (let i = 0; i < n; i++) {
      let exact = 1;
      for (let j = 0; j < n; j++) {
        if (j > i) exact *= t / (j - i);
        expect(Math.abs(found[i * n + j]! - (j < i ? 0 : exact))).toBeLessThan(200 * Number.EPSILON);
      }
    }
  });

  it("turns and decays, for long times too", () => {
    const A = Float64Array.of(-0.1, 2, -2, -0.1);
    for (const t of [0, 0.01, 1, 30]) {
      const decay = Math.exp(-0.1 * t);
      const exact = [Math.cos(2 * t), Math.sin(2 * t), -Math.sin(2 * t), Math.cos(2 * t)].map((x) => decay * x);
      exponentialReal(2, A, t).forEach((x, k) => {
        expect(Math.abs(x - exact[k]!)).toBeLessThan((20 + 20 * t) * Number.EPSILON);
      });
    }
  });
});
