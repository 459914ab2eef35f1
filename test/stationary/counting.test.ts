/**
 * Counting statistics against closed forms and against the leading eigenvalue of the tilted generator; the Drazin inverse by what defines it.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ConvergenceError,
  countingStatistics,
  destroy,
  InvalidArgumentError,
  LindbladError,
  liouvillian,
  num,
  Operator,
  pseudoInverse,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  steadystate,
} from "../../bindings/index.ts";
import { schurForm } from "../../bindings/kernel/dense.ts";
import { applyGenerator } from "../../bindings/solvers/apply.ts";
import { Equations } from "../../bindings/stationary/equations.ts";
import { solveTraceless } from "../../bindings/stationary/pseudo-inverse.ts";
import { generator, maxDifference, randomHermitian, randomOperator } from "../support/random.ts";

describe("closed forms", () => {
  it("decay of a thermal oscillator of two levels: a telegraph process", () => {
    const [up, down] = [0.6, 1.7];
    const { cumulants, current, noise, fano } = countingStatistics(
      qeye(2).scale(0),
      [
        { op: sigmam(), rate: down },
        { op: sigmap(), rate: up },
      ],
      { weights: [1, 0] },
    );
    // Renewals with two exponential waits: mean wait 1/up + 1/down, cumulants of renewal theory (Cox, Renewal Theory, section 4.5).
    const sum = up + down;
    expect(current).toBeCloseTo((up * down) / sum, 13);
    expect(fano).toBeCloseTo((up ** 2 + down ** 2) / sum ** 2, 13);
    expect(noise! / current).toBeCloseTo(fano!, 13);
    // Third cumulant of a sum of two exponentials by the tilted eigenvalue (-(sum) + sqrt(sum² + 4 up down (e^s - 1)))/2.
    const p = (up * down) / sum ** 2;
    expect(cumulants[2]! / (sum * p)).toBeCloseTo(1 - 6 * p + 12 * p ** 2, 12);
  });

  it.each([0.3, 1, 4])("resonance fluorescence, Omega = %f: Mandel's parameter", (O) => {
    const G = 1.2;
    const { fano } = countingStatistics(sigmax().scale(O / 2), [{ op: sigmam(), rate: G }]);
    // Fano = 1 - 6 Omega² G² / (G² + 2 Omega²)² (Mandel, Opt. Lett. 4 (1979) 205)
    expect(fano).toBeCloseTo(1 - (6 * O ** 2 * G ** 2) / (G ** 2 + 2 * O ** 2) ** 2, 12);
  });

  it("photons out of a coherent state: every cumulant is the rate", () => {
    const [levels, E, rate] = [30, 0.7, 1.3];
    const a = destroy(levels);
    const { cumulants } = countingStatistics(a.add(a.dag()).scale(E), [{ op: a, rate }], { order: 5 });
    const current = (rate * 4 * E ** 2) / rate ** 2;
    for (const cumulant of cumulants) expect(cumulant).toBeCloseTo(current, 9);
  });
});

describe("the tilted generator", () => {
  /** Its eigenvalue with the largest real part. */
  const leading = (H: Operator, jumps: readonly Operator[], weights: readonly number[], s: number) => {
    const d = H.size;
    let tilted = liouvillian(H, jumps);
    jumps.forEach((L, k) => {
      // vec(L X L†) = conj(L) ⊗ L
      tilted = tilted.add(Operator.dense(tilted.dims, L.conj().kron(L).toDense()).scale(Math.exp(weights[k]! * s) - 1));
    });
    const { T } = schurForm(tilted);
    const n = d * d;
    return Array.from({ length: n }, (_, k) => T[2 * (n + 1) * k]!).reduce((a, b) => Math.max(a, b));
  };
  it.each([1, 2, 3, 4, 5])("has derivatives that are the cumulants, random generator %i", (seed) => {
    const random = generator(seed);
    const d = 2 + (seed % 3);
    const H = randomHermitian(random, [d]);
    const jumps = [randomOperator(random, [d]), randomOperator(random, [d])];
    const weights = [1, -0.5];
    const { cumulants } = countingStatistics(H, jumps, { weights, order: 3 });
    const h = 0.02;
    const f = (k: number) => leading(H, jumps, weights, k * h);
    const [a, b, c] = [f(1), f(2), f(3)];
    const [x, y, z] = [f(-1), f(-2), f(-3)];
    // Differences of order 6 and 4 (Fornberg 1988): errors h^6 and h^4 times higher cumulants.
    expect((45 * (a - x) - 9 * (b - y) + (c - z)) / (60 * h)).toBeCloseTo(cumulants[0]!, 7);
    expect((2 * (c + z) - 27 * (b + y) + 270 * (a + x) - 490 * f(0)) / (180 * h * h)).toBeCloseTo(cumulants[1]!, 6);
    expect((-(c - z) + 8 * (b - y) - 13 * (a - x)) / (8 * h ** 3)).toBeCloseTo(cumulants[2]!, 3);
  });
});

describe("the Drazin inverse", () => {
  it.each([1, 2, 3, 4, 5, 6])("inverts L beside the steady state, random generator %i", (seed) => {
    const random = generator(seed);
    const d = 2 + (seed % 4);
    const H = randomHermitian(random, [d]);
    const jumps = [randomOperator(random, [d]), randomOperator(random, [d], 0.5)];
    const { rho } = steadystate(H, jumps);
    const X = randomHermitian(random, [d]);
    const [inverse, ofRho] = pseudoInverse(H, jumps, [X, rho]);
    const rest = X.sub(rho.scale(X.tr().re));
    // Rounding over the gap.
    expect(maxDifference(applyGenerator(H, jumps, inverse!), rest)).toBeLessThan(1e-11);
    expect(Math.abs(inverse!.tr().re)).toBeLessThan(1e-11);
    expect(ofRho!.maxAbs()).toBeLessThan(1e-11);
  });

  it("takes operators that are not Hermitian, and coherences that the steady state does not have", () => {
    const [w, G] = [0.8, 1.1];
    const H = Operator.fromTriplets(
      [2],
      [
        [0, 0, w / 2, 0],
        [1, 1, -w / 2, 0],
      ],
    );
    const coherence = Operator.fromTriplets([2], [[0, 1, 1, 0]]);
    const [inverse] = pseudoInverse(H, [{ op: sigmam(), rate: G }], [coherence]);
    // rho_01' = (-i w - G/2) rho_01
    const denominator = (G / 2) ** 2 + w ** 2;
    expect(inverse!.get(0, 1).re).toBeCloseTo(-G / 2 / denominator, 13);
    expect(inverse!.get(0, 1).im).toBeCloseTo(w / denominator, 13);
    expect(inverse!.get(1, 0)).toEqual({ re: 0, im: 0 });
  });

  it("refuses where there are several steady states", () => {
    expect(() => pseudoInverse(qeye(2), [], [qeye(2)])).toThrow(/not unique/);
    expect(() => countingStatistics(qeye(2), [sigmam()], { weights: [1, 2] })).toThrow(/weights/);
    expect(() => countingStatistics(qeye(2), [sigmam()], { order: 0 })).toThrow(/order/);
  });

  it("refuses operators that are no list, and weights that are no numbers", () => {
    const cOps = [sigmam()];
    for (const operators of [sigmax(), null, undefined, "X"]) {
      const go = () => pseudoInverse(sigmax(), cOps, operators as never);
      expect(go).toThrow(InvalidArgumentError);
      expect(go).toThrow(/pseudoInverse: operators: expected an array of Operators/);
    }
    const holes = [sigmax()];
    holes.length = 2;
    expect(() => pseudoInverse(sigmax(), cOps, holes)).toThrow(/operators\[1\]: expected an Operator/);
    expect(() => countingStatistics(sigmax(), cOps, { weights: [1e200] })).toThrow(
      /weights to the power 2: not finite/,
    );
    for (const weights of [null, 1, ["1"], new DataView(new ArrayBuffer(8)), [null]]) {
      const go = () => countingStatistics(sigmax(), cOps, { weights: weights as never });
      expect(go).toThrow(InvalidArgumentError);
      expect(go).toThrow(/countingStatistics: weights/);
    }
  });
});

describe("nearly singular generators", () => {
  it("an inverse that fails is told, with the eigenvalue that is nearly zero", () => {
    // Levels joined at rate e: the populations' eigenvalues are 0 and -2e, the coherences' are far.
    const e = 1e-3;
    const equations = new Equations(
      num(2).asHermitian("H"),
      [sigmam(), sigmap()].map((L) => L.scale(Math.sqrt(e))),
      [qeye(2)],
    );
    const rho = equations.of(qeye(2).scale(0.5));
    const x = equations.of(num(2));
    const failing = (finite: boolean) => ({
      rho,
      residual: 0,
      solve: (b: Float64Array, refine = true) => b.map((value) => (refine || !finite ? Number.NaN : -value / (2 * e))),
    });
    const go = (finite: boolean) => () => solveTraceless(equations, failing(finite), x, "somewhere");
    expect(go(true)).toThrow(ConvergenceError);
    expect(go(true)).toThrow(/^somewhere: L x = b was not solved .* next eigenvalue about 2\.0e-3 from zero/);
    expect(go(false)).toThrow(/^somewhere: .* nearly singular beside its steady state; /);
  });

  it("wells that hardly anything joins: numbers, or a typed error", () => {
    const unit = (max: number) => fc.double({ min: -max, max, noNaN: true });
    const slow = fc.double({ min: -13, max: -10, noNaN: true }).map((power) => 10 ** power);
    fc.assert(
      fc.property(
        fc.array(unit(1), { minLength: 5, maxLength: 5 }),
        fc.array(slow, { minLength: 4, maxLength: 4 }),
        ([a, b, c, re, im], rates) => {
          const H = Operator.fromTriplets(
            [3],
            [
              [0, 0, a!, 0],
              [1, 1, b!, 0],
              [2, 2, c!, 0],
              [0, 1, re!, im!],
              [1, 0, re!, -im!],
            ],
          );
          const jumps = [
            [1, 0, 0.3],
            [0, 2, rates[0]!],
            [1, 2, rates[1]!],
            [2, 0, rates[2]!],
            [2, 1, rates[3]!],
          ].map(([to, from, rate]) => ({ op: Operator.fromTriplets([3], [[to!, from!, 1, 0]]), rate: rate! }));
          try {
            for (const cumulant of countingStatistics(H, jumps).cumulants) expect(cumulant).not.toBeNaN();
            expect(pseudoInverse(H, jumps, [num(3)])[0]!.norm()).toBeGreaterThan(0);
          } catch (error) {
            if (!(error instanceof LindbladError)) throw error;
            expect(["NO_CONVERGENCE", "STEADY_STATE_NOT_UNIQUE"]).toContain(error.code);
          }
        },
      ),
      { seed: 7, numRuns: 400 },
    );
  });
});
