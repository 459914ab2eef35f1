/**
 * The laws of thermodynamics and the measures of states along runs: over random systems, for degenerate and rank-deficient states, and where
 * nobody looks.
 */
import { describe, expect, it } from "vitest";
import {
  firstLawDefects,
  firstLawWarnings,
  heatResolution,
  leastOf,
  productionRates,
  secondLawWarnings,
} from "../../bindings/bipartite/laws.ts";
import {
  basis,
  bipartite,
  customBath,
  maximallyMixedDm,
  num,
  Operator,
  permute,
  ptrace,
  qeye,
  sigmam,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
  twoQubitExample,
} from "../../bindings/index.ts";
import { eigenHermitian } from "../../bindings/kernel/dense.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const times = Array.from({ length: 21 }, (_, k) => k / 5);
const tight = { rtol: 1e-10, atol: 1e-12 };

function randomSystem(seed: number, dA: number, dB: number, swapped = false) {
  const random = generator(seed);
  const HA = randomHermitian(random, [dA]);
  const HB = randomHermitian(random, [dB]);
  const V = randomHermitian(random, [dA, dB]);
  const rho0 = randomState(random, [dA, dB]);
  const [betaA, betaB] = [2 * random(), 2 * random()];
  const site = (part: "A" | "B") => (swapped ? (part === "A" ? "B" : "A") : part);
  const baths = [
    thermalBath(site("A"), { beta: betaA, name: "first" }),
    thermalBath(site("B"), { beta: betaB, name: "second", rates: "ohmic" }),
  ];
  const turned = (operator: Operator) => (swapped ? permute(operator, [1, 0]) : operator);
  const system = bipartite({ HA: swapped ? HB : HA, HB: swapped ? HA : HB, V: turned(V), baths });
  return { system, rho0: turned(rho0) };
}

const sizes = [
  [2, 2],
  [2, 3],
  [3, 2],
  [3, 3],
  [2, 4],
  [4, 4],
] as const;

describe("random systems", () => {
  it.each(sizes)("%i x %i: entropy production is not negative, and adds up", (dA, dB) => {
    const { system, rho0 } = randomSystem(10 * dA + dB, dA, dB);
    const run = system.evolve(rho0, times, { ...tight, entropicHeat: "integrated" });
    expect(run.warnings).toEqual([]);
    expect(run.laws.secondLaw).toBeGreaterThan(0);
    const { bath, total, integrated } = run.entropyProduction;
    total.forEach((value, k) => {
      expect(value).toBe(bath.first![k]! + bath.second![k]!);
      if (k > 0) expect(integrated![k]!).toBeGreaterThan(integrated![k - 1]!);
    });
    expect(run.laws.firstLaw).toBeLessThan(1e-8);
    const { entropic } = run.heat;
    run.energy.U.forEach((U, k) => {
      const change = entropic.integrated![k]! + run.work.entropic.integrated![k]!;
      expect(Math.abs(U - run.energy.U[0]! - change)).toBeLessThan(1e-14);
      expect(Math.abs(entropic.rate[k]! + run.work.entropic.rate[k]! - run.rate.U[k]!)).toBeLessThan(1e-14);
      expect(run.entropy.mutualInformation[k]!).toBeGreaterThanOrEqual(0);
      expect(run.measures.purity[k]!).toBeLessThanOrEqual(1);
    });
  });

  it.each(sizes)("%i x %i: exchanging A and B changes nothing", (dA, dB) => {
    const straight = randomSystem(20 * dA + dB, dA, dB);
    const swapped = randomSystem(20 * dA + dB, dA, dB, true);
    const [a, b] = [straight, swapped].map(({ system, rho0 }) => system.evolve(rho0, times, tight));
    const pairs = [
      [a!.entropy.S, b!.entropy.S],
      [a!.entropy.SA, b!.entropy.SB],
      [a!.entropy.rate, b!.entropy.rate],
      [a!.entropyProduction.bath.first!, b!.entropyProduction.bath.first!],
      [a!.measures.negativity, b!.measures.negativity],
      [a!.measures.chiNorm, b!.measures.chiNorm],
      [a!.conditions.commutes, b!.conditions.commutes],
      [a!.heat.entropic.rate, b!.heat.entropic.rate],
    ] as const;
    for (const [x, y] of pairs) {
      x.forEach((value, k) => {
        expect(Math.abs(value - y[k]!)).toBeLessThan(1e-8 * Math.max(1, Math.abs(value)));
      });
    }
  });

  it("is reversible without baths: no entropy-based heat, S constant", () => {
    const { system, rho0 } = randomSystem(3, 2, 3);
    const closed = bipartite({ HA: system.HA, HB: system.HB, V: system.V });
    const run = closed.evolve(rho0, times, tight);
    run.entropy.S.forEach((S, k) => {
      expect(Math.abs(S - run.entropy.S[0]!)).toBeLessThan(1e-9);
      expect(run.entropy.rate[k]).toBe(0);
      expect(Math.abs(run.heat.entropic.rate[k]!)).toBe(0);
    });
    expect(run.laws.secondLaw).toBeUndefined();
  });
});

describe("states with special spectra", () => {
  const g = 0.3;
  const V = tensor(sigmam(), sigmam().dag()).add(tensor(sigmam().dag(), sigmam())).scale(g);
  const baths = [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })];
  const system = bipartite({ HA: sigmaz(), HB: sigmaz().scale(0.7).add(sigmax().scale(0.2)), V, baths });

  it("takes the basis that diagonalises rho' in a degenerate eigenspace", () => {
    // In the maximally mixed state every basis is one: rho' = sum r_k |k><k|, Q_S' = sum r_k <k|H|k> = Tr[rho' H].
    const run = system.evolve(maximallyMixedDm([2, 2]), [0, 1], tight);
    expect(run.heat.rate[0]!).not.toBe(0);
    expect(run.heat.entropic.rate[0]!).toBeCloseTo(run.heat.rate[0]!, 14);
    // Two populations in pairs: what is left of Tr[rho' H] is what couples the two eigenspaces.
    const half = Operator.fromTriplets(
      [2, 2],
      [0, 1, 2, 3].map((k) => [k, k, k < 2 ? 0.4 : 0.1, 0] as const),
    );
    const projectors = [0, 2].map((from) =>
      Operator.fromTriplets(
        [2, 2],
        [from, from + 1].map((k) => [k, k, 1, 0] as const),
      ),
    );
    const rate = system.derivative(half);
    const expected = projectors.reduce((sum, P) => sum + P.mul(rate).mul(P).mul(system.H).tr().re, 0);
    const pairs = system.evolve(half, [0, 1], tight);
    expect(pairs.heat.entropic.rate[0]!).toBeCloseTo(expected, 14);
  });

  it("agrees with the conventional definitions for the paper's example", () => {
    const { system, rho0 } = twoQubitExample({ omegaA: 1, omegaB: 0.7, g, betaA: 0.5, betaB: 1.2, c: 0.05 });
    const { heat, work } = system.evolve(rho0, times, tight);
    heat.rate.forEach((rate, k) => {
      expect(heat.entropic.rate[k]!).toBeCloseTo(rate, 12);
      expect(work.entropic.rate[k]!).toBeCloseTo(0, 12);
    });
  });

  it("says +Infinity of a pure state that a bath mixes, and is finite afterwards", () => {
    const run = system.evolve(basis([2, 2], [0, 1]), [0, 1, 2], tight);
    expect(run.entropy.S[0]!).toBeCloseTo(0, 12);
    expect(run.entropy.rate[0]).toBe(Number.POSITIVE_INFINITY);
    expect(run.entropyProduction.bath.A![0]).toBe(Number.POSITIVE_INFINITY);
    expect(run.entropyProduction.bath.A![1]).toBeGreaterThan(0);
    expect(run.entropyProduction.total[2]).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(run.laws.secondLaw).toBeGreaterThan(0);
    expect(run.warnings).toEqual([]);
  });

  it("leaves empty levels alone that nothing fills", () => {
    const down = customBath("A", { jumps: [sigmam()] });
    const decaying = bipartite({ HA: sigmaz(), HB: sigmaz(), V: Operator.fromTriplets([2, 2], []), baths: [down] });
    const run = decaying.evolve(basis([2, 2], [1, 1]), [0, 1], tight);
    expect(run.entropy.rate[0]).toBe(0);
    expect(run.entropyProduction.bath).toEqual({});
    expect(run.entropyProduction.integrated).toBeUndefined();
  });

  it("produces nothing in a thermal steady state", () => {
    const zz = tensor(sigmaz(), sigmaz()).scale(g);
    const steady = bipartite({ HA: sigmaz(), HB: sigmaz().scale(0.7), V: zz, baths });
    const rho = thermalState(steady.HA, 0.5).kron(thermalState(steady.HB, 1.2));
    const { laws, entropyProduction, conditions, measures, warnings } = steady.evolve(rho, times);
    expect(Math.abs(laws.secondLaw!)).toBeLessThan(1e-13);
    expect(Math.max(...entropyProduction.total.map(Math.abs))).toBeLessThan(1e-13);
    expect(Math.max(...conditions.commutes)).toBe(0);
    expect(Math.max(...measures.chiNorm)).toBeLessThan(1e-14);
    expect(warnings).toEqual([]);
  });

  it("measures a maximally entangled state", () => {
    const bell = basis([2, 2], [0, 0])
      .add(basis([2, 2], [1, 1]))
      .unit();
    const { measures, entropy } = system.evolve(bell, [0, 1], tight);
    expect(measures.negativity[0]!).toBeCloseTo(0.5, 14);
    expect(measures.purity[0]!).toBeCloseTo(1, 14);
    expect(measures.chiNorm[0]!).toBeCloseTo(Math.sqrt(3) / 2, 14);
    expect(entropy.SA[0]!).toBeCloseTo(Math.LN2, 14);
    expect(entropy.mutualInformation[0]!).toBeCloseTo(2 * Math.LN2, 13);
  });
});

describe("against definitions in the eigenbasis", () => {
  it.each(sizes)("%i x %i", (dA, dB) => {
    const { system, rho0 } = randomSystem(7 * dA + 5 * dB, dA, dB);
    const run = system.evolve(rho0, [0, 1], tight);
    const { values, vectors } = eigenHermitian(rho0);
    const mean = (operator: Operator, k: number) => {
      const v = vectors[k]!;
      let sum = 0;
      operator.forEachNonzero((i, j, re, im) => {
        const [a, b, c, e] = [v[2 * i]!, v[2 * i + 1]!, v[2 * j]!, v[2 * j + 1]!];
        sum += re * (a * c + b * e) - im * (a * e - b * c);
      });
      return sum;
    };
    const rate = system.derivative(rho0);
    const [dS, Q] = Array.from(values, (p, k) => [
      -mean(rate, k) * Math.log(p),
      mean(rate, k) * mean(system.H, k),
    ]).reduce(([s, q], [x, y]) => [s! + x!, q! + y!], [0, 0]);
    expect(run.entropy.rate[0]!).toBeCloseTo(dS!, 11);
    expect(run.heat.entropic.rate[0]!).toBeCloseTo(Q!, 11);
    const { HA, HB } = system.effectiveHamiltonians(rho0);
    const sum = HA.kron(qeye(dB)).add(qeye(dA).kron(HB));
    const norm = sum.mul(system.V).sub(system.V.mul(sum)).norm();
    expect(run.conditions.commutes[0]!).toBeCloseTo(norm, 11);
    const chi = rho0.sub(ptrace(rho0, 0).kron(ptrace(rho0, 1)));
    expect(run.measures.chiNorm[0]!).toBeCloseTo(chi.norm(), 13);
  });
});

describe("a bath of one part and the same jumps as a global bath", () => {
  it.each([
    [1, 3],
    [5, 1],
    [2, 2],
    [3, 5],
    [7, 2],
    [2, 9],
  ])("%i x %i: the same entropies and heats", (dA, dB) => {
    const random = generator(31 * dA + dB);
    const HA = randomHermitian(random, [dA]);
    const HB = randomHermitian(random, [dB]);
    const V = randomHermitian(random, [dA, dB]);
    const jumps = {
      A: [randomOperator(random, [dA]).scale(0.3), randomOperator(random, [dA], 0.5).scale(0.3)],
      B: [randomOperator(random, [dB]).scale(0.2)],
    };
    const own = bipartite({
      HA,
      HB,
      V,
      baths: [customBath("A", { jumps: jumps.A }), customBath("B", { jumps: jumps.B })],
    });
    const whole = bipartite({
      HA,
      HB,
      V,
      baths: [
        customBath("global", { name: "A", jumps: jumps.A.map((L) => L.kron(qeye(dB))) }),
        customBath("global", { name: "B", jumps: jumps.B.map((L) => qeye(dA).kron(L)) }),
      ],
    });
    const rho0 = randomState(random, [dA, dB]);
    const [a, b] = [own, whole].map((system) => system.evolve(rho0, [0, 0.3], tight));
    for (const name of ["A", "B"]) {
      a!.entropy.flow[name]!.forEach((value, k) => {
        expect(Math.abs(value - b!.entropy.flow[name]![k]!)).toBeLessThan(1e-8 * Math.max(1, Math.abs(value)));
      });
    }
    a!.heat.entropic.rate.forEach((value, k) => {
      expect(Math.abs(value - b!.heat.entropic.rate[k]!)).toBeLessThan(1e-8 * Math.max(1, Math.abs(value)));
    });
  });
});

describe("laws that do not hold", () => {
  it("are reported with their size, beyond what the tolerances explain", () => {
    expect(firstLawWarnings(2e-3, 1e-4)).toEqual([
      "the first law is violated: U changes by 2.0e-3 that is neither heat nor work",
    ]);
    expect(secondLawWarnings(-3e-4, 1e-5)).toEqual([
      "the second law is violated: an entropy production falls to -3.0e-4",
    ]);
    expect(firstLawWarnings(2e-3, 1e-2)).toEqual([]);
    expect(secondLawWarnings(-3e-4, 1e-3)).toEqual([]);
    expect(secondLawWarnings(undefined, 0)).toEqual([]);
    // Up to what is allowed, itself included; and a defect that is not a number is one.
    expect(firstLawWarnings(1e-6, 1e-6)).toEqual([]);
    expect(secondLawWarnings(-1e-6, 1e-6)).toEqual([]);
    expect(firstLawWarnings(Number.NaN, 1e-6)).toHaveLength(1);
  });

  const series = (...values: number[]) => Float64Array.from(values);

  it("are the largest energy from nowhere, system by system", () => {
    // Two systems at three times: of the first 0.5 is missing at the second time, of the second 0.25 is too much at the third.
    const U = series(1, -1, 2, 0, 3, 1.25);
    const [Q, W] = [series(0, 0, 1, 0.5, 1, 1), series(0, 0, 0.5, 0.5, 1, 1)];
    expect(Array.from(firstLawDefects(U, Q, W, 2))).toEqual([0.5, 0.25]);
  });

  it("are the smallest entropy production that is a number", () => {
    expect(leastOf({ A: series(3, Number.NaN, 2), B: series(Number.NaN, Number.POSITIVE_INFINITY, -1) })).toBe(-1);
    expect(leastOf({ A: series(-2), B: series(4) })).toBe(-2);
    expect(leastOf({ A: series(Number.NaN) })).toBeUndefined();
    expect(leastOf({})).toBeUndefined();
  });
});

it("entropy production at zero temperature is infinite in all where it is of one bath, whatever the others", () => {
  const known = [{ rounding: 1e-12, tolerance: 1e-6 }];
  const series = (value: number) => ({ local: Float64Array.of(value) });
  const cold = (name: string) => ({ name, beta: [Number.POSITIVE_INFINITY], known });
  const total = (heat: Record<string, number>) => {
    const flow = Object.fromEntries(Object.keys(heat).map((name) => [name, Float64Array.of(0.5)]));
    const local = Object.fromEntries(Object.entries(heat).map(([name, value]) => [name, series(value)]));
    return productionRates(flow, Object.keys(heat).map(cold), local, 1).total[0]!;
  };
  // Energy that goes into the bath; that comes out of it, which has no limit; none.
  expect(total({ takes: -1, gives: 1 })).toBe(Number.POSITIVE_INFINITY);
  expect(total({ gives: 1, takes: -1 })).toBe(Number.POSITIVE_INFINITY);
  expect(total({ gives: 1, idle: 0 })).toBeNaN();
  expect(total({ idle: 0, still: 0 })).toBe(1);
});

it("heat is known to a share of the rates times the energy, and to roundings of every step", () => {
  const bathOf = (rate: number, energy: number) =>
    bipartite({
      HA: sigmaz().scale(energy),
      HB: sigmaz(),
      V: Operator.fromTriplets([2, 2], []),
      baths: [customBath("A", { jumps: [{ op: sigmam(), rate }] })],
    }).baths[0]!;
  const [steps, margin] = [99, 1e-5];
  const { rounding, tolerance } = heatResolution(bathOf(1, 1), steps, margin);
  // ‖sigma_-‖² = 1; ‖sigma_z ⊗ 1‖ = 2
  expect(tolerance).toBeCloseTo(2 * margin, 18);
  expect(rounding).toBeGreaterThan(2 * (1 + steps) * Number.EPSILON);
  expect(rounding).toBeLessThan(1e3 * (1 + steps) * Number.EPSILON);
  for (const [rate, energy] of [
    [100, 1],
    [1, 1e-3],
  ] as const) {
    const other = heatResolution(bathOf(rate, energy), steps, margin);
    expect(other.tolerance / tolerance).toBeCloseTo(rate * energy, 10);
    expect(other.rounding / rounding).toBeCloseTo(rate * energy, 10);
  }
  expect(heatResolution(bathOf(1, 1), 199, margin).rounding / rounding).toBeCloseTo(2, 12);
});

describe("who looks", () => {
  const large = bipartite({
    HA: num(9),
    HB: num(8),
    V: tensor(num(9), num(8)),
    baths: [customBath("A", { jumps: [num(9)] })],
  });
  const rho0 = maximallyMixedDm([9, 8]);

  it("is nobody beyond 64 levels unless asked, and that is said", () => {
    const run = large.evolve(rho0, [0, 0.1]);
    expect(run.entropy).toBeUndefined();
    expect(run.laws).toEqual({ firstLaw: expect.any(Number), secondLaw: undefined });
    expect(run.warnings).toEqual([expect.stringMatching(/second law was not checked.*72 levels.*measures: true/)]);
    const asked = large.evolve(rho0, [0, 0.1], { measures: true });
    expect(asked.entropy.S[0]!).toBeCloseTo(Math.log(72), 12);
    expect(asked.warnings).toEqual([]);
    expect(large.evolve(rho0, [0, 0.1], { measures: false }).warnings).toEqual([]);
  });

  it("sees the output times that were reached", () => {
    const { system, rho0 } = twoQubitExample({ omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2, c: 0.05 });
    const run = system.evolve(rho0, times, { until: ({ time }) => time >= 1, entropicHeat: "integrated" });
    expect(run.times.length).toBe(6);
    expect(run.entropy.S.length).toBe(6);
    expect(run.heat.entropic.integrated!.length).toBe(6);
    const all = system.evolve(rho0, times, { storeStates: [0.1, 0.3], entropicHeat: "integrated" });
    expect(all.entropy.S.length).toBe(times.length);
    expect(all.entropy.S[5]!).toBeCloseTo(run.entropy.S[5]!, 6);
  });

  it("refuses options that mean nothing", () => {
    const { system, rho0 } = twoQubitExample({ omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2, c: 0.05 });
    expect(() => system.evolve(rho0, times, { measures: 1 as never })).toThrow(
      /evolve: measures: expected true, false or a list/,
    );
    expect(() => system.evolve(rho0, times, { entropicHeat: "both" as never })).toThrow(
      /evolve: entropicHeat: expected/,
    );
    expect(() => system.evolve(rho0, times, { measures: false, entropicHeat: "integrated" })).toThrow(/measures: true/);
    expect(() => system.evolve(rho0, times, { measure: true } as never)).toThrow(/valid options are .*measures/);
  });
});
