/**
 * Parts that are several subsystems each: the same numbers as of the same matrices on one space a part.
 */
import { describe, expect, it } from "vitest";
import { type Bath, type BipartiteSystem, bipartite, customBath, Operator, thermalBath } from "../../bindings/index.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const [DIMS_A, DIMS_B] = [
  [2, 2],
  [3, 2],
] as const;
const random = generator(20291);
const HA = randomHermitian(random, DIMS_A);
const HB = randomHermitian(random, DIMS_B);
const V = randomHermitian(random, [...DIMS_A, ...DIMS_B]).scale(0.3);
const onA = randomOperator(random, DIMS_A).scale(0.3);
const onBoth = randomOperator(random, [...DIMS_A, ...DIMS_B]).scale(0.05);
const rho = randomState(random, [...DIMS_A, ...DIMS_B]);

const onDims = (dims: readonly number[], operator: Operator) => Operator.dense(dims, operator.toDense());

/** The system whose operators of A, of B and of both have these dimensions. */
function systemOn(dimsA: readonly number[], dimsB: readonly number[]): BipartiteSystem {
  const both = [...dimsA, ...dimsB];
  const baths: Bath[] = [
    customBath("A", { name: "of A", jumps: [onDims(dimsA, onA)] }),
    thermalBath("B", { name: "of B", beta: 0.7 }),
    customBath("global", { name: "of both", jumps: [onDims(both, onBoth)] }),
  ];
  return bipartite({ HA: onDims(dimsA, HA), HB: onDims(dimsB, HB), V: onDims(both, V), alphaA: 0.3, baths });
}

describe("parts of several subsystems", () => {
  const [many, single] = [systemOn(DIMS_A, DIMS_B), systemOn([4], [6])];
  const flat = onDims([4, 6], rho);
  // Sums of 24² products of numbers of order 1.
  const rounding = 24 ** 2 * 4 * Number.EPSILON;
  const rtol = 1e-9;

  /** Whether two trees of operators, numbers and series are the same to a tolerance. */
  function expectSame(a: unknown, b: unknown, tolerance: number, where = ""): void {
    if (typeof a === "number") expect(Math.abs(a - (b as number)), where).toBeLessThan(tolerance);
    else if (a instanceof Operator)
      expect(maxDifference(onDims(a.dims, b as Operator), a), where).toBeLessThan(tolerance);
    else {
      const [left, right] = [Object.entries(a as object), Object.entries(b as object)];
      expect(left.length).toBe(right.length);
      left.forEach(([key, value], k) => {
        expectSame(value, right[k]![1], tolerance, `${where} ${key}`);
      });
    }
  }

  it("have local states on all of their subsystems, and the same energies and flows", () => {
    const { A, B } = many.reduced(rho);
    expect([A.dims, B.dims]).toEqual([DIMS_A, DIMS_B]);
    expect(A.tr().re).toBeCloseTo(1, 14);
    const at = (system: BipartiteSystem, state: Operator) => [
      system.reduced(state),
      system.correlation(state),
      system.effectiveHamiltonians(state),
      system.energies(state),
      system.rates(state),
      system.flows(state),
      system.conditionNorms(state),
    ];
    expectSame(at(many, rho), at(single, flat), rounding);
  });

  it("have the same run", () => {
    const run = (system: BipartiteSystem, state: Operator) => {
      const measures = ["ergotropyA", "ergotropyB", "coherenceL1", "tracedistProduct", "freeEnergy"] as const;
      const found = system.evolve(state, [0, 0.4, 1], { rtol, measures });
      const { energy, flow, ledger, reduced, heat, entropy, entropyProduction } = found;
      return [
        energy,
        flow,
        ledger,
        reduced,
        heat.bath,
        entropy,
        entropyProduction.bath,
        found.measures,
        system.steady().reduced,
      ];
    };
    // Each is right to some tolerances of the steps.
    expectSame(run(many, rho), run(single, flat), 100 * rtol);
  });
});
