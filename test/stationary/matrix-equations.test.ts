/**
 * Steady states of generators whose matrix would have nearly every element: exact ones seen from another basis, and the equations against those with a matrix.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { destroy, num, Operator, qeye, steadystate, thermalDm } from "../../bindings/index.ts";
import { norm } from "../../bindings/operators/vectors.ts";
import { Equations, scattered } from "../../bindings/stationary/equations.ts";
import { MatrixEquations } from "../../bindings/stationary/matrix-equations.ts";
import { generator, maxDifference, randomHermitian, randomOperator } from "../support/random.ts";

const REASON = /nearly every element/;

/** 1 - 2 v v†: full, and its own inverse. */
function reflection(d: number, seed: number): Operator {
  const v = scattered(2 * d, seed);
  const length = norm(v);
  const elements: [number, number, number, number][] = [];
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const [a, b, x, y] = [v[2 * i]!, v[2 * i + 1]!, v[2 * j]!, v[2 * j + 1]!];
      const [re, im] = [(-2 * (a * x + b * y)) / length ** 2, (-2 * (b * x - a * y)) / length ** 2];
      elements.push([i, j, re + (i === j ? 1 : 0), im]);
    }
  }
  return Operator.fromTriplets([d], elements);
}

const seen = (U: Operator, X: Operator) => U.mul(X).mul(U);

function random(seed: number, d: number, jumps: number) {
  const next = generator(seed);
  const H = randomHermitian(next, [d]).hermitianPart();
  return { H, cOps: Array.from({ length: jumps }, () => randomOperator(next, [d])) };
}

describe("closed forms from another basis", () => {
  it.each([18, 40])("an oscillator of %i levels in a thermal bath", (levels) => {
    const U = reflection(levels, levels);
    const [a, nth] = [destroy(levels), 0.4];
    const H = seen(U, num(levels)).hermitianPart();
    const cOps = [a.scale(Math.sqrt(1 + nth)), a.dag().scale(Math.sqrt(nth))].map((L) => seen(U, L));
    const found = steadystate(H, cOps);
    expect(found.method).toBe("channel");
    expect(found.reasons[0]).toMatch(REASON);
    expect(found.kernelDimension).toBe(1);
    expect(found.relativeResidual).toBeLessThan(1e-12);
    // A residual of 1e-12 ‖L‖, over the gap: ‖L‖ grows with the number of levels.
    const scale = found.residual / found.relativeResidual;
    expect(maxDifference(found.rho, seen(U, thermalDm(levels, nth)))).toBeLessThan((1e-12 * scale) / 0.5);
  });

  it("several stationary states are seen: two photons at a time", () => {
    const levels = 18;
    const U = reflection(levels, 3);
    const a = destroy(levels);
    const L = seen(U, a.mul(a).sub(qeye(levels)));
    expect(MatrixEquations.of(L.scale(0), [L])).toBeDefined();
    expect(() => steadystate(L.scale(0).hermitianPart(), [L])).toThrow(/dimension 4;/);
  });
});

describe("against equations with a matrix", () => {
  it("L x, the state and the gap agree, the norm is no larger", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.integer({ min: 16, max: 21 }),
        fc.integer({ min: 1, max: 3 }),
        (seed, d, jumps) => {
          const { H, cOps } = random(seed, d, jumps);
          const equations = MatrixEquations.of(H, cOps)!;
          const full = new Equations(H, cOps);
          expect(equations.norm).toBeLessThanOrEqual(full.norm * (1 + 1e-14));
          expect(equations.norm).toBeGreaterThan(0.5 * full.norm);
          const X = equations.operator(scattered(equations.count, seed));
          const [images, exact] = [equations, full].map((either) => {
            const out = new Float64Array(either.count);
            either.apply(either.of(X), out);
            return either.operator(out);
          });
          expect(maxDifference(images!, exact!)).toBeLessThan(1e-14 * d * full.norm);
          const [found, direct] = (["auto", "direct"] as const).map((method) => steadystate(H, cOps, { method }));
          expect(found!.reasons[0]).toMatch(REASON);
          expect(direct!.method).toBe("direct");
          // What the channel's tolerance of 1e-12 ‖L‖ leaves over the gap.
          expect(maxDifference(found!.rho, direct!.rho)).toBeLessThan((1e-12 * full.norm) / direct!.gap!);
        },
      ),
      { seed: 5, numRuns: 8 },
    );
  });

  it("64 levels, five full jumps", () => {
    const { H, cOps } = random(1, 64, 5);
    const found = steadystate(H, cOps);
    expect(found.method).toBe("channel");
    expect(found.relativeResidual).toBeLessThan(1e-12);
    expect(found.leastEigenvalue).toBeGreaterThan(0);
    expect(found.kernelDimension).toBe(1);
  });

  it("levels that G leaves apart, and small or sparse generators, have a matrix", () => {
    const { H, cOps } = random(2, 16, 2);
    expect(MatrixEquations.of(H, cOps)).toBeDefined();
    const apart = Operator.fromTriplets([2], [[0, 0, 1, 0]]).kron(qeye(16));
    expect(MatrixEquations.of(apart.mul(qeye(2).kron(H)), [apart.mul(qeye(2).kron(cOps[0]!))])).toBeUndefined();
    expect(MatrixEquations.of(num(400).add(destroy(400)).hermitianPart(), [destroy(400)])).toBeUndefined();
    expect(MatrixEquations.of(random(3, 6, 3).H, random(3, 6, 3).cOps)).toBeUndefined();
  });
});
