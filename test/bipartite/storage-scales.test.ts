/**
 * Correlation storage where the Hamiltonians, the baths and the coupling are many orders of magnitude apart: what is known at a strength of 1 holds at
 * all of them.
 */
import { describe, expect, it } from "vitest";
import {
  type BipartiteSystem,
  bipartite,
  customBath,
  Operator,
  qeye,
  SteadyStateNotUniqueError,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
} from "../../bindings/index.ts";
import { generator, maxDifference, randomHermitian } from "../support/random.ts";
import { diagonal, localUnitary } from "./storage-systems.ts";

const exchange = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap()));
const zz = tensor(sigmaz(), sigmaz());

/** H_A, H_B, V, and the dimension of N (physics: section "Which states" of docs/theory.md). */
const SYSTEMS: Record<string, { HA: Operator; HB: Operator; V: Operator; dimension: number }> = {
  "the paper's example": { HA: sigmaz(), HB: sigmaz().scale(0.7), V: zz, dimension: 5 },
  "resonant exchange": { HA: sigmaz(), HB: sigmaz(), V: exchange, dimension: 4 },
  "exchange off resonance": { HA: sigmaz(), HB: sigmaz().scale(0.7), V: exchange, dimension: 3 },
  "two qutrits, diagonal": {
    HA: diagonal(0, 1, 2.3),
    HB: diagonal(0, 0.8, 1.9),
    V: tensor(diagonal(1, 0.3, -0.9), diagonal(0.2, -1, 0.5)),
    dimension: 40,
  },
  "two qutrits, random V": {
    HA: diagonal(0, 1, 2.3),
    HB: diagonal(0, 0.8, 1.9),
    V: randomHermitian(generator(5), [3, 3]),
    dimension: 0,
  },
};

interface Scales {
  readonly h: number;
  readonly g: number;
  readonly Gamma: number;
}

/** One of them at given scales, in local bases of one's choice; temperatures go with the levels. */
function scaled(name: string, { h, g, Gamma }: Scales, turns?: readonly [Operator, Operator]): BipartiteSystem {
  const { HA, HB, V } = SYSTEMS[name]!;
  const [UA, UB] = turns ?? [qeye(HA.size), qeye(HB.size)];
  const turn = (O: Operator, U: Operator) => U.mul(O).mul(U.dag()).hermitianPart();
  return bipartite({
    HA: turn(HA.scale(h), UA),
    HB: turn(HB.scale(h), UB),
    V: turn(V.scale(0.3 * g), UA.kron(UB)),
    baths: [thermalBath("A", { beta: 0.5 / h, Gamma }), thermalBath("B", { beta: 1.2 / h, Gamma })],
  });
}

const SCALES: Scales[] = [
  { h: 1, g: 1e-4, Gamma: 1 },
  { h: 1, g: 4e-7, Gamma: 1 },
  { h: 1, g: 3e-8, Gamma: 1 },
  { h: 1, g: 1e-10, Gamma: 1 },
  { h: 1e3, g: 1e-6, Gamma: 1e-6 },
  { h: 1e3, g: 1e-10, Gamma: 1e-6 },
  { h: 1e6, g: 1e-4, Gamma: 1 },
  { h: 1e-3, g: 1, Gamma: 1e-6 },
  { h: 1, g: 1e-13, Gamma: 1e3 },
];

describe("the dimension", () => {
  for (const [k, [name, { dimension }]] of Object.entries(SYSTEMS).entries()) {
    it.each(SCALES)(`of ${name} is the same at H ~ $h, V ~ $g, Gamma ~ $Gamma, in any local basis`, (scales) => {
      const { HA, HB } = SYSTEMS[name]!;
      const turned = localUnitary(k + 3, HA.size, HB.size);
      // Of those of nine levels one is enough.
      for (const turns of HA.size === 2 ? [undefined, turned] : [turned]) {
        const found = scaled(name, scales, turns).storage();
        expect(found.dimension).toBe(dimension);
        expect(found.rankGap.safe).toBe(true);
        expect(found.rankGap.below).toBeLessThan(1e-13);
        expect(found.warnings).toEqual([]);
      }
    });
  }

  it("of four by four levels is", () => {
    const storage = bipartite({
      HA: diagonal(0, 1, 2.3, 3.1),
      HB: diagonal(0, 0.8, 1.9, 2.9),
      V: tensor(diagonal(1, 0.3, -0.9, 0.4), diagonal(0.2, -1, 0.5, 0.1)).scale(1e-9),
      baths: [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })],
    }).storage();
    expect(storage).toMatchObject({ dimension: 3 * 3 + 12 * 12, rankGap: { safe: true } });
  });

  it("does not depend on which part of a local Hamiltonian is written into V", () => {
    for (const x of [1, 1e-3]) {
      for (const g of [1, 1e-6]) {
        const V = tensor(sigmax(), qeye(2)).scale(x).add(zz.scale(g)).hermitianPart();
        const HA = sigmaz().sub(sigmax().scale(x)).hermitianPart();
        // Of a closed system, whose N is no sum of what H_A + H_B and V leave alone each.
        const found = bipartite({ HA, HB: sigmaz().scale(0.7), V }).storage({ steady: qeye([2, 2]).scale(0.25) });
        expect(found).toMatchObject({ dimension: 5, rankGap: { safe: true } });
      }
    }
  });

  it("is that of uncoupled parts where V acts on each of them alone, to rounding", () => {
    const V = tensor(sigmax(), qeye(2))
      .add(tensor(qeye(2), sigmax()))
      .hermitianPart();
    const [UA, UB] = localUnitary(8, 2, 2);
    const W = UA.kron(UB);
    const turned = W.mul(V).mul(W.dag()).hermitianPart();
    const found = bipartite({ HA: sigmaz(), HB: sigmaz(), V: turned }).storage({ steady: qeye([2, 2]).scale(0.25) });
    expect(found.dimension).toBe(9);
    expect(found.rankGap.above).toBeGreaterThan(1e-3);
  });
});

describe("the steady state", () => {
  it("is the thermal product only where V leaves it alone, however weak V is", () => {
    for (const g of [1, 3e-8, 1e-12]) {
      expect(scaled("resonant exchange", { h: 1, g, Gamma: 1 }).storage().steadySource).toBe("kernel of L");
      expect(scaled("the paper's example", { h: 1, g, Gamma: 1 }).storage().steadySource).toBe("thermal product");
    }
  });

  it("and the capacity go with the coupling and the baths alone, where V commutes with H", () => {
    const one = scaled("resonant exchange", { h: 1, g: 1, Gamma: 1 }).storage();
    for (const h of [1e-3, 1e3, 1e6]) {
      const found = scaled("resonant exchange", { h, g: 1e-6, Gamma: 1e-6 }).storage();
      // 1e-16 h of rounding beside rates of 1e-6
      const rounding = 1e-14 + (1e-15 * h) / 1e-6;
      expect(maxDifference(found.steadyState, one.steadyState)).toBeLessThan(rounding);
      expect(Math.abs(1e6 * found.capacity.max - one.capacity.max)).toBeLessThan(10 * rounding + 1e-11);
      expect(Math.abs(1e6 * found.capacity.min - one.capacity.min)).toBeLessThan(10 * rounding + 1e-11);
    }
  });

  it("is found where a part has no bath that heats it but the other part, through a weak coupling", () => {
    const of = (g: number) =>
      bipartite({
        HA: sigmaz(),
        HB: sigmaz(),
        V: exchange.scale(g),
        baths: [thermalBath("A", { beta: 0.5 }), customBath("B", { jumps: [sigmaz()] })],
      }).storage().steadyState;
    // [V, H] = 0: both at the temperature of the one bath.
    const equilibrium = thermalState(sigmaz(), 0.5).kron(thermalState(sigmaz(), 0.5));
    for (const g of [1, 1e-4, 1e-7]) expect(maxDifference(of(g), equilibrium)).toBeLessThan(1e-13);
  });

  it("is said to be only just unique, or not to be, with what was found", () => {
    const of = (g: number) =>
      bipartite({
        HA: sigmaz(),
        HB: sigmaz().scale(0.7),
        V: exchange.scale(g),
        baths: [thermalBath("A", { beta: 0.5 })],
      });
    expect(of(1e-6).storage().warnings).toEqual([]);
    const { warnings, verdict } = of(1e-11).storage();
    expect(warnings).toHaveLength(1);
    expect(verdict).toContain("The steady state is only just unique");
    expect(() => of(1e-16).storage()).toThrow(SteadyStateNotUniqueError);
    expect(() => of(1e-16).storage()).toThrow(/singular values up to \d\.\de-\d+ were taken for zero.*tol/);
    expect(() => of(1e-6).storage({ tol: 1e-3 })).toThrow(/\(tol 1e-3\)/);
  });
});

describe("what double precision cannot tell", () => {
  it("whether two frequencies are the same", () => {
    const detuned = (by: number) =>
      bipartite({
        HA: sigmaz(),
        HB: sigmaz().scale(1 + by),
        V: exchange.scale(0.3),
        baths: [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })],
      });
    expect(detuned(0).storage()).toMatchObject({ dimension: 4, warnings: [], rankGap: { safe: true } });
    expect(detuned(1e-9).storage()).toMatchObject({ dimension: 3, warnings: [], rankGap: { safe: true } });
    const { rankGap, warnings, verdict } = detuned(1e-13).storage();
    expect(rankGap.safe).toBe(false);
    expect(rankGap.above).toBeLessThan(1e-12);
    expect(warnings[0]).toContain("The dimension is not certain");
    expect(verdict).toContain("The dimension is not certain");
    // Operators known to six digits: resonance, as far as they can tell.
    expect(detuned(1e-9).storage({ tol: 1e-6 }).dimension).toBe(4);
  });

  it("what is seen at second order of a very weak coupling: known from stronger ones, and said", () => {
    const lower = Operator.fromTriplets(
      [3],
      [
        [0, 1, 1, 0],
        [1, 2, Math.SQRT2, 0],
      ],
    );
    const V = tensor(lower, lower.dag()).add(tensor(lower.dag(), lower)).hermitianPart();
    const ladder = (h: number, g: number, Gamma = 1) =>
      bipartite({
        HA: diagonal(0, h, 2 * h),
        HB: diagonal(0, h, 2 * h),
        V: V.scale(g),
        baths: [thermalBath("A", { beta: 0.5 / h, Gamma }), thermalBath("B", { beta: 1.2 / h, Gamma })],
      }).storage();
    expect(ladder(1, 1e-6, 1e-6).dimension).toBe(15);
    expect(ladder(1, 1)).toMatchObject({ dimension: 15, warnings: [] });
    const { dimension, warnings, verdict } = ladder(1e6, 1e-10);
    expect(dimension).toBe(15);
    expect(warnings).toHaveLength(1);
    expect(verdict).toMatch(/The parts see \d+ more dimensions of correlation, too weakly/);
  });
});
