import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { operatorAt, operatorsOf } from "../../bindings/batch/operators.ts";
import { areThermal, levelsOf, thermalJumps, thermalStates } from "../../bindings/bipartite/batch/thermal.ts";
import { namedRate } from "../../bindings/bipartite/rates.ts";
import { Operator, thermalState } from "../../bindings/index.ts";
import { eigenHermitian } from "../../bindings/kernel/dense.ts";
import { generator, maxDifference, randomHermitian } from "../support/random.ts";

const COUNT = 6;
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
/** Rounding of an eigenproblem of a few levels, of weights that are at most 1; energies are of order 1. */
const ROUNDING = 256 * Number.EPSILON;

describe("thermal baths of many systems", () => {
  it.prop([seeds, fc.constantFrom(2, 3, 4), fc.boolean()], { seed: 41, numRuns: 60 })(
    "have the levels, the Gibbs state and the jumps of each",
    (seed, d, diagonal) => {
      const random = generator(seed);
      const one = () => {
        const H = randomHermitian(random, [d]);
        return diagonal
          ? Operator.fromTriplets(
              d,
              Array.from({ length: d }, (_, k) => [k, k, H.get(k, k).re, 0]),
            )
          : H;
      };
      const H = Array.from({ length: COUNT }, one);
      const beta = Float64Array.from(H, (_, k) => (k === 0 ? Infinity : 3 * random()));
      const Gamma = new Float64Array(COUNT).fill(0.7);
      const levels = levelsOf(operatorsOf(H), new Uint8Array(COUNT));
      expect(levels.degenerate).toEqual([]);
      const states = thermalStates(levels, beta);
      const { jumps, failed } = thermalJumps(levels, { beta, Gamma, rates: "ohmic" });
      expect(failed).toEqual([]);
      expect(areThermal(levels, jumps, beta)).toEqual(new Array(COUNT).fill(true));
      expect(
        areThermal(
          levels,
          jumps,
          beta.map((value) => value + 0.1),
        ).slice(1),
      ).not.toContain(true);
      for (let k = 0; k < COUNT; k++) {
        const { values } = eigenHermitian(H[k]!);
        const found = levels.energies.map((E) => E[k]!).sort((a, b) => a - b);
        found.forEach((E, m) => {
          expect(Math.abs(E - values[m]!)).toBeLessThanOrEqual(ROUNDING);
        });
        expect(maxDifference(operatorAt(states, k), thermalState(H[k]!, beta[k]!))).toBeLessThanOrEqual(ROUNDING);
        // sum L†L = sum over n of what leaves level n
        const rate = namedRate("ohmic", beta[k]!, 0.7);
        const leaving = Array.from(values, (E) =>
          values.reduce((sum, other) => sum + (other === E ? 0 : rate(other - E)), 0),
        );
        const decay = jumps
          .map((jump) => operatorAt(jump, k))
          .reduce<Operator>((sum, L) => sum.add(L.dag().mul(L)), Operator.fromTriplets(d, []));
        const spectrum = eigenHermitian(decay.asHermitian()).values;
        leaving
          .sort((a, b) => a - b)
          .forEach((value, m) => {
            expect(Math.abs(value - spectrum[m]!)).toBeLessThanOrEqual(16 * ROUNDING);
          });
      }
    },
  );

  it("say where eigenvectors are a choice", () => {
    const sigmax = Operator.fromTriplets(2, [
      [0, 1, 1, 0],
      [1, 0, 1, 0],
    ]);
    const H = operatorsOf([sigmax, sigmax.scale(0), sigmax.scale(2)]);
    expect(levelsOf(H, new Uint8Array(3)).degenerate).toEqual([1]);
    const three = operatorsOf([sigmax.kron(sigmax), sigmax.kron(sigmax)]);
    expect(levelsOf(three, Uint8Array.of(1, 0)).degenerate).toEqual([1]);
  });
});
