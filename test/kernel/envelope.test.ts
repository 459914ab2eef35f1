/**
 * Factors of sparse matrices inside their envelope, and the order of rows that makes it narrow.
 */
import { describe, expect, it } from "vitest";
import { solveReal } from "../../bindings/kernel/dense.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { factoriseEnvelope, planEnvelope } from "../../bindings/plan/envelope.ts";
import { graphOf, reverseCuthillMcKee } from "../../bindings/plan/ordering.ts";
import type { RealRows } from "../../bindings/plan/rows.ts";
import { generator } from "../support/random.ts";

/** n rows, `couplings` random elements each, none on the diagonal. */
function sparse(n: number, couplings: number, seed: number): RealRows {
  const random = generator(seed);
  const pointers = [0];
  const columns: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < n; row++) {
    const chosen = new Set<number>();
    for (let k = 0; k < couplings; k++) chosen.add(Math.floor(random() * n));
    chosen.delete(row);
    for (const column of chosen) {
      columns.push(column);
      values.push(2 * random() - 1);
    }
    pointers.push(columns.length);
  }
  return {
    pointers: Int32Array.from(pointers),
    columns: Int32Array.from(columns),
    values: Float64Array.from(values),
  };
}

function dense({ pointers, columns, values }: RealRows, factor: number, added: (row: number) => number): Float64Array {
  const n = pointers.length - 1;
  const A = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    A[row * n + row] = added(row);
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) A[row * n + columns[k]!]! += factor * values[k]!;
  }
  return A;
}

describe("factors in the envelope", () => {
  it.each([1, 2, 3, 4, 5, 8, 13, 40, 101])("solve as dense factors do, %i rows", (n) => {
    for (const [seed, last] of [
      [1, undefined],
      [2, 0],
      [3, n - 1],
    ] as const) {
      const rows = sparse(n, 3, seed);
      const random = generator(seed);
      const b = Float64Array.from({ length: n }, () => 2 * random() - 1);
      // Dominant by rows, so that no exchange is needed: errors are those of a few roundings.
      const added = (row: number) => 4 + (row % 3);
      const plan = planEnvelope(rows, last);
      if (last !== undefined) expect(plan.position[last]).toBe(n - 1);
      const x = new Float64Array(n);
      const replaced = getKernel().frame((kernel) => {
        const before = kernel.available;
        const factors = factoriseEnvelope(kernel, plan, -1, added, 1e-300, "test");
        expect(before - kernel.available).toBeLessThanOrEqual(plan.bytes + 32 * plan.first.length + 4096);
        factors.solve(b, x);
        return factors.replaced;
      });
      expect(replaced).toBe(0);
      const exact = solveReal(n, dense(rows, -1, added), b)!.x;
      for (let k = 0; k < n; k++) expect(Math.abs(x[k]! - exact[k]!)).toBeLessThan(1e-14);
    }
  });

  it("counts pivots that vanish", () => {
    const rows: RealRows = {
      pointers: Int32Array.of(0, 0, 0, 0),
      columns: new Int32Array(0),
      values: new Float64Array(0),
    };
    const replaced = getKernel().frame(
      (kernel) =>
        factoriseEnvelope(kernel, planEnvelope(rows), 1, (row) => (row === 1 ? 0 : 1), 1e-10, "test").replaced,
    );
    expect(replaced).toBe(1);
  });
});

describe("the order of rows", () => {
  it("is a permutation, and brings a shuffled chain back into a row", () => {
    const n = 50;
    const random = generator(5);
    const shuffled = Array.from({ length: n }, (_, k) => k);
    for (let k = n - 1; k > 0; k--) {
      const other = Math.floor(random() * (k + 1));
      [shuffled[k], shuffled[other]] = [shuffled[other]!, shuffled[k]!];
    }
    const next = new Map(shuffled.slice(1).map((row, k) => [shuffled[k]!, row]));
    const columns: number[] = [];
    const pointers = [0];
    for (let row = 0; row < n; row++) {
      const to = next.get(row);
      if (to !== undefined) columns.push(to);
      pointers.push(columns.length);
    }
    const rows = {
      pointers: Int32Array.from(pointers),
      columns: Int32Array.from(columns),
      values: new Float64Array(n),
    };
    const order = reverseCuthillMcKee(graphOf(rows));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, k) => k));
    const place = new Map(Array.from(order, (row, k) => [row, k]));
    for (const [from, to] of next) expect(Math.abs(place.get(from)! - place.get(to)!)).toBe(1);
  });

  it("keeps parts that nothing joins apart", () => {
    const rows = {
      pointers: Int32Array.of(0, 1, 1, 2, 2, 2),
      columns: Int32Array.of(3, 1),
      values: new Float64Array(2),
    };
    expect([...reverseCuthillMcKee(graphOf(rows))].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
  });
});
