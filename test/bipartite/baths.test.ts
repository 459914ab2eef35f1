/**
 * Thermal baths: the Gibbs state is their fixed point in any eigenbasis, user-supplied rates obey detailed balance or are
 * refused, degenerate levels are reported.
 */
import { describe, expect, it } from "vitest";
import { degeneratePairs } from "../../bindings/bipartite/gibbs.ts";
import {
  type Bath,
  bipartite,
  customBath,
  DetailedBalanceError,
  daviesBath,
  InvalidArgumentError,
  NotThermalError,
  num,
  Operator,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  thermalBath,
  thermalState,
} from "../../bindings/index.ts";
import { generator, maxDifference, randomHermitian } from "../support/random.ts";

const noInteraction = (dA: number, dB: number) => Operator.fromTriplets([dA, dB], []);

it("the thermal state at zero temperature is that of all ground states, also where every level is one", () => {
  const state = thermalState(Operator.fromTriplets(3, []), Number.POSITIVE_INFINITY);
  expect(maxDifference(state, qeye(3).scale(1 / 3))).toBeLessThan(1e-15);
});

it("the thermal state is of a temperature, zero and negative ones included", () => {
  for (const beta of [Number.NaN, Number.NEGATIVE_INFINITY, "1", undefined])
    expect(() => thermalState(sigmaz(), beta as number)).toThrow(InvalidArgumentError);
  expect(thermalState(sigmaz(), -0.5).get(0, 0).re).toBeCloseTo(1 / (1 + Math.exp(-1)), 14);
});

describe("levels count as degenerate", () => {
  const pairs = (...levels: number[]) => degeneratePairs(Float64Array.from(levels));

  it("where they differ by less than 1e-9 of the largest energy or difference of energies, in any units", () => {
    for (const unit of [1e-12, 1, 1e12]) {
      const scaled = (...levels: number[]) => pairs(...levels.map((E) => E * unit));
      expect(scaled(0, 1, 1 + 2.5e-9, 3)).toEqual([[1, 2]]);
      expect(scaled(0, 1, 1 + 3.5e-9, 3)).toEqual([]);
      // Of the range, where it is larger than any energy; of the last, or the first, where that is larger than the range.
      expect(scaled(-1, 0, 1.5e-9, 1)).toEqual([[1, 2]]);
      expect(scaled(2, 3, 3 + 4e-9, 5)).toEqual([[1, 2]]);
      expect(scaled(-5, -3 - 4e-9, -3, -2)).toEqual([[1, 2]]);
    }
  });

  it("where all are the same", () => {
    expect(pairs(0, 0, 0)).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });
});

describe("any bath", () => {
  const systemOf = (...baths: Bath[]) => bipartite({ HA: sigmaz(), HB: sigmaz(), V: noInteraction(2, 2), baths });

  it("has a text for a name, and is made by one of the functions that make baths", () => {
    for (const name of ["", 3] as string[]) {
      expect(() => thermalBath("A", { beta: 1, name })).toThrow(InvalidArgumentError);
      expect(() => customBath("A", { jumps: [], name })).toThrow(InvalidArgumentError);
    }
    for (const bath of [undefined, null, {}, { kind: "warm", name: "A", site: "A" }])
      expect(() => systemOf(bath as unknown as Bath)).toThrow(
        /baths\[0\].*made by thermalBath, daviesBath or customBath/,
      );
  });

  it("warns of nothing where there is nothing to warn of", () => {
    const rates = [
      { op: sigmam(), rate: 1 },
      { op: sigmap(), rate: Math.exp(-1) },
    ];
    const known = customBath("A", { name: "known", beta: 0.5, jumps: rates });
    const davies = daviesBath("davies", { couplings: sigmax(), on: "B", beta: 0.5 });
    const system = systemOf(thermalBath("A", { beta: 0.5 }), customBath("B", { jumps: rates }), known, davies);
    expect(system.warnings).toEqual([]);
    for (const { degenerate } of system.baths) expect(degenerate).toEqual([]);
  });
});

describe("thermalBath", () => {
  it.each(["symmetric", "ohmic"] as const)("%s rates leave the Gibbs states of random H_A, H_B alone", (rates) => {
    const random = generator(5);
    for (const [dA, dB] of [
      [2, 2],
      [3, 4],
      [5, 2],
    ] as const) {
      const HA = randomHermitian(random, [dA]);
      const HB = randomHermitian(random, [dB]);
      const baths = [thermalBath("A", { beta: 0.7, rates }), thermalBath("B", { beta: 1.9, rates, Gamma: 0.2 })];
      const system = bipartite({ HA, HB, V: noInteraction(dA, dB), baths });
      const steady = thermalState(HA, 0.7).kron(thermalState(HB, 1.9));
      const scale = Math.max(...system.jumps.map((jump) => jump.maxAbs() ** 2));
      expect(system.derivative(steady).maxAbs()).toBeLessThan(1e-13 * scale);
    }
  });

  it("has the paper's rates: gamma_01 = exp(-beta w), gamma_10 = exp(beta w)", () => {
    const system = bipartite({
      HA: sigmaz().scale(0.8),
      HB: sigmaz(),
      V: noInteraction(2, 2),
      baths: [thermalBath("A", { beta: 0.5 })],
    });
    const rates = system.jumps.map((jump) => {
      const elements: [number, number, number][] = [];
      jump.forEachNonzero((row, column, re, im) => elements.push([row, column, re * re + im * im]));
      return elements[0]!;
    });
    // |0> is the excited state, basis index a·2 + b.
    expect(rates.find(([row, column]) => row < 2 && column >= 2)![2]).toBeCloseTo(Math.exp(-0.4), 14);
    expect(rates.find(([row, column]) => row >= 2 && column < 2)![2]).toBeCloseTo(Math.exp(0.4), 14);
  });

  it("has the ohmic rates Gamma w (n + 1) down and Gamma w n up", () => {
    const [w, beta, Gamma] = [1.6, 0.9, 0.3];
    const HA = sigmaz().scale(w / 2);
    const bath = thermalBath("A", { beta, rates: "ohmic", Gamma });
    const system = bipartite({ HA, HB: sigmaz(), V: noInteraction(2, 2), baths: [bath] });
    const n = 1 / (Math.exp(beta * w) - 1);
    const [up, down] = system.jumps.map((jump) => jump.norm() ** 2 / 2).sort((x, y) => x - y);
    expect(up).toBeCloseTo(Gamma * w * n, 14);
    expect(down).toBeCloseTo(Gamma * w * (n + 1), 14);
  });

  it("multiplies a function's rates by Gamma", () => {
    const rates = (_m: number, _n: number, energy: number) => Math.exp(-energy / 2);
    const [one, three] = [1, 3].map((Gamma) =>
      bipartite({
        HA: num(3),
        HB: sigmaz(),
        V: noInteraction(3, 2),
        baths: [thermalBath("A", { beta: 1, rates, Gamma })],
      }),
    );
    one!.jumps.forEach((jump, k) => {
      expect(three!.jumps[k]!.norm() / jump.norm()).toBeCloseTo(Math.sqrt(3), 14);
    });
  });

  it("is strict about detailed balance, and about what counts as degenerate", () => {
    const slightly = (m: number, _n: number, energy: number) => Math.exp(-energy / 2) * (1 + 1e-6 * m);
    const attempt = () =>
      bipartite({
        HA: num(3),
        HB: sigmaz(),
        V: noInteraction(3, 2),
        baths: [thermalBath("A", { beta: 1, rates: slightly })],
      });
    expect(attempt).toThrow(DetailedBalanceError);
    const HA = num(3).add(Operator.fromTriplets(3, [[1, 1, -1 + 1e-6, 0]]));
    const split = bipartite({ HA, HB: sigmaz(), V: noInteraction(3, 2), baths: [thermalBath("A", { beta: 1 })] });
    expect(split.baths[0]!.degenerate).toEqual([]);
  });

  it("takes user-supplied rates that obey detailed balance", () => {
    const bath = thermalBath("A", { beta: 0.3, rates: (_m, _n, energy) => 1 / (1 + Math.exp(0.3 * energy)) });
    const system = bipartite({ HA: num(4), HB: sigmaz(), V: noInteraction(4, 2), baths: [bath] });
    const steady = thermalState(num(4), 0.3).kron(thermalState(sigmaz(), 0));
    expect(system.derivative(steady).maxAbs()).toBeLessThan(1e-15);
  });

  it("names the worst pair of rates that do not", () => {
    const bath = thermalBath("A", {
      beta: 1,
      rates: (m, n, energy) => (m === 2 && n === 0 ? 9 : Math.exp(-energy / 2)),
    });
    const attempt = () => bipartite({ HA: num(3), HB: sigmaz(), V: noInteraction(3, 2), baths: [bath] });
    expect(attempt).toThrow(DetailedBalanceError);
    expect(attempt).toThrow(/worst pair of levels \(2, 0\)/);
  });

  it("zero temperature: ohmic rates leave only jumps down, Gamma w each, and the ground state", () => {
    const random = generator(6);
    const HA = randomHermitian(random, [3]);
    const baths = [thermalBath("A", { beta: Number.POSITIVE_INFINITY, rates: "ohmic", Gamma: 0.4 })];
    const system = bipartite({ HA, HB: sigmaz(), V: noInteraction(3, 2), baths });
    expect(system.jumps).toHaveLength(3);
    const ground = thermalState(HA, Number.POSITIVE_INFINITY);
    expect(ground.tr().re).toBeCloseTo(1, 14);
    expect(ground.mul(ground).sub(ground).maxAbs()).toBeLessThan(1e-14);
    const derivative = system.derivative(ground.kron(thermalState(sigmaz(), 0.3)));
    expect(derivative.maxAbs()).toBeLessThan(1e-14);
    const cold = thermalState(HA, 1e4);
    expect(ground.sub(cold).maxAbs()).toBeLessThan(1e-14);
  });

  it("zero temperature: a degenerate ground space is mixed evenly", () => {
    const H = Operator.fromTriplets([3], [[2, 2, 1, 0]]);
    expect(thermalState(H, Number.POSITIVE_INFINITY).toArrays().re).toEqual([
      [0.5, 0, 0],
      [0, 0.5, 0],
      [0, 0, 0],
    ]);
  });

  it("zero temperature: refuses rates that diverge, and a function's rates up", () => {
    const beta = Number.POSITIVE_INFINITY;
    expect(() => thermalBath("A", { beta })).toThrow(/"ohmic" or a function at zero temperature/);
    expect(() => thermalBath("A", { beta: 0, rates: "ohmic" })).toThrow(/diverge at 0/);
    const withRates = (rates: (m: number, n: number, energy: number) => number) => () =>
      bipartite({
        HA: num(3),
        HB: sigmaz(),
        V: noInteraction(3, 2),
        baths: [thermalBath("A", { beta, rates })],
      });
    expect(withRates((_m, _n, energy) => (energy < 0 ? 0.3 : 0))().jumps).toHaveLength(3);
    expect(withRates(() => 0.3)).toThrow(DetailedBalanceError);
  });

  it("takes rates of which the smaller one is too small for a number", () => {
    const rates = (_m: number, _n: number, energy: number) => Math.min(1, Math.exp(-1000 * energy));
    const baths = [thermalBath("A", { beta: 1000, rates })];
    expect(bipartite({ HA: num(3), HB: sigmaz(), V: noInteraction(3, 2), baths }).jumps).toHaveLength(3);
  });

  it("several on one part: each gives its own current", () => {
    const V = noInteraction(2, 2);
    const system = bipartite({
      HA: sigmaz(),
      HB: sigmaz(),
      V,
      baths: [thermalBath("A", { beta: 0.2, name: "hot" }), thermalBath("A", { beta: 2, name: "cold" })],
    });
    const { heat } = system.evolve(qeye([2, 2]).scale(0.25), [0, 20]);
    // In the steady state what the hot one gives the cold one takes.
    const [hot, cold] = [heat.bath.hot!.global[1]!, heat.bath.cold!.global[1]!];
    expect(hot).toBeGreaterThan(0.1);
    expect(hot + cold).toBeCloseTo(0, 5);
  });

  it("refuses negative rates and a beta that is no number", () => {
    const negative = thermalBath("A", { beta: 1, rates: () => -1 });
    expect(() => bipartite({ HA: num(3), HB: sigmaz(), V: noInteraction(3, 2), baths: [negative] })).toThrow(
      InvalidArgumentError,
    );
    for (const beta of [Number.NaN, -0.1, Number.NEGATIVE_INFINITY, "1" as unknown as number]) {
      expect(() => thermalBath("A", { beta })).toThrow(/thermalBath: beta: expected a number >= 0, or Infinity/);
      expect(() => customBath("A", { jumps: [], beta })).toThrow(InvalidArgumentError);
    }
    expect(() => thermalBath("C" as "A", { beta: 1 })).toThrow(/site/);
  });

  it("reports degenerate levels", () => {
    const HA = qeye(2).kron(sigmaz());
    const system = bipartite({
      HA,
      HB: sigmaz(),
      V: Operator.fromTriplets([2, 2, 2], []),
      baths: [thermalBath("A", { beta: 1 })],
    });
    expect(system.baths[0]!.degenerate).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(system.warnings[0]).toMatch(/levels 0 and 1, 2 and 3 of H_A are degenerate/);
  });

  it("does not overflow at low temperature", () => {
    const cold = thermalState(num(3), 1e6);
    expect(cold.get(0, 0)).toEqual({ re: 1, im: 0 });
  });
});

describe("customBath", () => {
  it("acts on its own part", () => {
    const system = bipartite({
      HA: sigmaz(),
      HB: num(3),
      V: noInteraction(2, 3),
      baths: [customBath("A", { jumps: [{ op: sigmam(), rate: 0.25 }] })],
    });
    expect(system.jumps[0]!.dims).toEqual([2, 3]);
    expect(system.jumps[0]!.norm()).toBeCloseTo(0.5 * Math.sqrt(3), 14);
  });

  it("cannot be changed after the system is built", () => {
    const jumps = [sigmam()];
    const bath = customBath("A", { jumps });
    const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V: noInteraction(2, 2), baths: [bath] });
    jumps.length = 0;
    expect(bath.jumps).toHaveLength(1);
    expect(() => (system.baths[0]!.jumps as Operator[]).pop()).toThrow(TypeError);
    expect(() => Object.assign(system.HA, { size: 5 })).toThrow(TypeError);
    expect(() => Object.assign(system, { alphaA: 5 })).toThrow(TypeError);
  });

  it("with a temperature must leave the Gibbs state alone", () => {
    const w = 0.8;
    const make = (rate: number) =>
      bipartite({
        HA: sigmaz().scale(w),
        HB: sigmaz(),
        V: noInteraction(2, 2),
        baths: [
          customBath("A", {
            beta: 0.7,
            jumps: [
              { op: sigmam(), rate: 1 },
              { op: sigmap(), rate },
            ],
          }),
        ],
      });
    const good = make(Math.exp(-2 * 0.7 * w));
    expect(good.baths[0]!.beta).toBe(0.7);
    expect(() => make(0.9)).toThrow(NotThermalError);
    expect(() => make(0.9)).toThrow(/bath "A": the Gibbs state at beta = 0.7/);
    // |0><1| and |1><0| between (p0, p1): the change is (p1 r - p0)(1, -1).
    const [p0, p1] = [Math.exp(-0.7 * w), Math.exp(0.7 * w)];
    const defect = (Math.SQRT2 * Math.abs(0.9 * p1 - p0)) / (1.9 * Math.hypot(p0, p1));
    try {
      make(0.9);
    } catch (error) {
      expect((error as NotThermalError).defect).toBeCloseTo(defect, 12);
    }
    expect.assertions(4);
  });

  it("is thermal or not whatever the unit of its rates", () => {
    const H = randomHermitian(generator(31), [4]);
    const whole = { HA: H, HB: sigmaz(), V: noInteraction(4, 2) };
    const { ownJumps } = bipartite({ ...whole, baths: [thermalBath("A", { beta: 0.6 })] }).baths[0]!;
    for (const unit of [1e-4, 1, 1e4]) {
      const made = (of: (L: Operator, k: number) => number) => {
        const jumps = ownJumps.map((L, k) => L.scale(unit * of(L, k)));
        return bipartite({ ...whole, baths: [customBath("A", { beta: 0.6, jumps })] });
      };
      expect(made(() => 1).baths[0]!.beta).toBe(0.6);
      expect(() => made((_, k) => (k === 0 ? 1.001 : 1))).toThrow(NotThermalError);
    }
  });

  it("must have a name of its own", () => {
    const baths = [customBath("A", { jumps: [] }), thermalBath("A", { beta: 1 })];
    expect(() => bipartite({ HA: sigmaz(), HB: sigmaz(), V: noInteraction(2, 2), baths })).toThrow(/name of its own/);
  });
});
