/**
 * The capacity: the corrected range of c, exact vertices of a linear programme, states that no search improves, certificates.
 */
import { describe, expect, it } from "vitest";
import {
  bipartite,
  type Operator,
  sigmam,
  sigmap,
  sigmaz,
  tensor,
  thermalBath,
  twoQubitExample,
} from "../../bindings/index.ts";
import { eigenvaluesHermitian, solveReal } from "../../bindings/kernel/dense.ts";
import { traceOfProduct } from "../../bindings/operators/expectation.ts";
import { generator } from "../support/random.ts";
import { localUnitary, qutrits } from "./storage-systems.ts";

const parameters = { omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2, c: 0 };

describe("the paper's example", () => {
  it.each([{}, { g: -0.3 }, { betaA: 0, betaB: 3 }, { omegaA: -1, betaB: 0.1 }, { betaA: 4, betaB: 5, g: 2 }])(
    "is the corrected range of c: %o",
    (change) => {
      const { system, cRange } = twoQubitExample({ ...parameters, ...change });
      const { g } = { ...parameters, ...change };
      const ends = [4 * g * cRange.min, 4 * g * cRange.max].sort((a, b) => a - b);
      const { capacity, states } = system.storage();
      expect(capacity.gap).toBeLessThan(1e-11);
      // Certified, and reached: below the true end by at most the gap, above it by rounding.
      expect(ends[1]! - capacity.max).toBeLessThanOrEqual(capacity.gap + 1e-15);
      expect(ends[1]! - capacity.max).toBeGreaterThan(-1e-14);
      expect(capacity.min - ends[0]!).toBeLessThanOrEqual(capacity.gap + 1e-15);
      expect(capacity.min - ends[0]!).toBeGreaterThan(-1e-14);
      for (const state of [states.max, states.min]) {
        expect(eigenvaluesHermitian(state)[0]).toBeGreaterThan(-1e-14);
        expect(state.tr().re).toBeCloseTo(1, 14);
      }
    },
  );

  it("has the numbers of the corrected range", () => {
    const { capacity } = twoQubitExample(parameters).system.storage();
    expect(capacity.max).toBeCloseTo(0.1378151882, 10);
    expect(capacity.min).toBeCloseTo(-0.0506993744, 10);
  });
});

/**
 * max c·x over pi_i + sum_k x_k N_k,i >= 0 by its vertices: every choice of as many tight constraints as there are unknowns.
 */
function byVertices(pi: readonly number[], N: readonly (readonly number[])[], c: readonly number[]): number {
  let best = 0;
  const visit = (chosen: number[], from: number): void => {
    if (chosen.length === N.length) {
      const A = Float64Array.from(chosen.flatMap((i) => N.map((row) => row[i]!)));
      const solved = solveReal(
        N.length,
        A,
        Float64Array.from(chosen, (i) => -pi[i]!),
      );
      if (!solved || solved.pivotRatio < 1e-12) return;
      const { x } = solved;
      const feasible = pi.every((p, i) => p + N.reduce((sum, row, k) => sum + x[k]! * row[i]!, 0) >= -1e-12);
      if (feasible)
        best = Math.max(
          best,
          c.reduce((sum, value, k) => sum + value * x[k]!, 0),
        );
      return;
    }
    for (let i = from; i < pi.length; i++) visit([...chosen, i], i + 1);
  };
  visit([], 0);
  return best;
}

describe("two qutrits", () => {
  it("reach a vertex of the polytope, in any local basis", () => {
    const system = qutrits();
    const { steadyState, capacity } = system.storage();
    const diagonalOf = (X: Operator) => Array.from({ length: 9 }, (_, k) => X.get(k, k).re);
    // The traceless diagonals times the traceless diagonals; all of them decay into themselves.
    const local = [
      [1, -1, 0],
      [1, 1, -2],
    ];
    const N = local.flatMap((a) => local.map((b) => a.flatMap((x) => b.map((y) => x * y))));
    const V = diagonalOf(system.V);
    const c = N.map((row) => row.reduce((sum, x, i) => sum + x * V[i]!, 0));
    const pi = diagonalOf(steadyState);
    const max = byVertices(pi, N, c);
    const min = -byVertices(
      pi,
      N,
      c.map((x) => -x),
    );
    const rotated = qutrits(localUnitary(4, 3, 3)).storage().capacity;
    for (const { max: most, min: least, gap } of [capacity, rotated]) {
      expect(gap).toBeLessThan(1e-9);
      // Never beyond, and no further below than is certified, but for rounding.
      for (const below of [max - most, least - min]) {
        expect(below).toBeGreaterThan(-1e-14);
        expect(below).toBeLessThan(gap + 1e-14);
      }
    }
  });
});

describe("resonant exchange between two temperatures", () => {
  const system = bipartite({
    HA: sigmaz(),
    HB: sigmaz(),
    V: tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(0.3),
    baths: [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })],
  });

  it("no state goes beyond, and a crude random search comes as far as nine tenths", () => {
    const { basis, steadyState, capacity } = system.storage();
    expect(capacity.gap).toBeLessThan(1e-9);
    const c = basis.map((X) => traceOfProduct(system.V, X).re);
    const random = generator(9);
    const least = (x: readonly number[]) =>
      eigenvaluesHermitian(x.reduce<Operator>((sum, value, k) => sum.add(basis[k]!.scale(value)), steadyState))[0]!;
    const value = (x: readonly number[]) => c.reduce((sum, weight, k) => sum + weight * x[k]!, 0);
    for (const [sign, bound] of [
      [1, capacity.max],
      [-1, -capacity.min],
    ] as const) {
      let best = c.map(() => 0);
      let size = 0.3;
      for (let trial = 0; trial < 4000; trial++) {
        const next = best.map((x, k) => x + size * (2 * random() - 1 + sign * c[k]!));
        if (sign * value(next) > sign * value(best) && least(next) >= 0) best = next;
        else size = Math.max(1e-4, 0.995 * size);
      }
      expect(sign * value(best)).toBeLessThanOrEqual(bound + capacity.gap + 1e-14);
      expect(sign * value(best)).toBeGreaterThan(0.9 * bound);
    }
  });

  it("the states are at the edge of the cone", () => {
    const { states, steadyState, capacity } = system.storage();
    for (const [state, energy] of [
      [states.max, capacity.max],
      [states.min, capacity.min],
    ] as const) {
      const least = eigenvaluesHermitian(state)[0]!;
      expect(least).toBeGreaterThan(-1e-15);
      expect(least).toBeLessThan(1e-9);
      expect(traceOfProduct(system.V, state.sub(steadyState)).re).toBeCloseTo(energy, 14);
    }
  });
});
