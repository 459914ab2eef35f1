/**
 * Global (Davies) baths: the reference's own dissipators, the Gibbs state of the whole H as fixed point, and what a local bath does instead.
 */
import { describe, expect, it } from "vitest";
import {
  type BipartiteSystem,
  bipartite,
  DetailedBalanceError,
  daviesBath,
  InvalidArgumentError,
  NotHermitianError,
  num,
  Operator,
  qeye,
  sigmam,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
} from "../../bindings/index.ts";
import { referenceSystem } from "../support/bipartite.ts";
import { generator, maxDifference, randomHermitian, randomState } from "../support/random.ts";
import { REFERENCE_TOLERANCE, readReference, type Thermo } from "../support/reference.ts";

describe("daviesBath", () => {
  it("makes the reference's dissipators, which are ohmic", () => {
    const reference = readReference<Thermo>("thermo_global_davies");
    const given = referenceSystem(reference);
    const { bA, bB, gA, gB } = reference.params;
    const system = given.withBaths([
      daviesBath("A", { couplings: sigmax(), on: "A", beta: bA!, rates: "ohmic", Gamma: gA! }),
      daviesBath("B", { couplings: tensor(qeye(2), sigmax()), beta: bB!, rates: "ohmic", Gamma: gB! }),
    ]);
    const random = generator(21);
    for (let n = 0; n < 5; n++) {
      const rho = randomState(random, reference.dims);
      expect(maxDifference(system.derivative(rho), given.derivative(rho))).toBeLessThan(1e-14);
    }
    const rho0 = Operator.dense(reference.dims, reference.rho0);
    const { heat, energy } = system.evolve(rho0, reference.t, { rtol: 1e-12, atol: 1e-14 });
    reference.t.forEach((_, k) => {
      expect(Math.abs(energy.U[k]! - reference.series.U![k]!)).toBeLessThan(REFERENCE_TOLERANCE);
      for (const name of ["A", "B"]) {
        // H_bath = H: both currents are the same.
        expect(Math.abs(heat.bath[name]!.global[k]! - reference.series[`J_${name}`]![k]!)).toBeLessThan(1e-9);
        expect(Math.abs(heat.bath[name]!.local[k]! - reference.series[`J0_${name}`]![k]!)).toBeLessThan(1e-9);
      }
    });
    expect(system.baths.map(({ jumps }) => jumps.length)).toEqual([4, 4]);
  });

  it.each(["symmetric", "ohmic"] as const)(
    "%s rates leave exp(-beta H)/Z alone, for random H and couplings",
    (rates) => {
      const random = generator(22);
      for (const [dA, dB] of [
        [2, 2],
        [2, 3],
        [4, 4],
      ] as const) {
        const system = bipartite({
          HA: randomHermitian(random, [dA]),
          HB: randomHermitian(random, [dB]),
          V: randomHermitian(random, [dA, dB]),
          baths: [
            daviesBath("bath", { couplings: randomHermitian(random, [dA]), on: "A", beta: 0.6, rates }),
            daviesBath("other", {
              couplings: [randomHermitian(random, [dA, dB]), randomHermitian(random, [dA, dB])],
              beta: 0.6,
              rates,
              Gamma: 0.3,
            }),
          ],
        });
        const steady = thermalState(system.H, 0.6);
        const strength = system.jumps.reduce((sum, jump) => sum + jump.norm() ** 2, 0);
        expect(system.derivative(steady).norm()).toBeLessThan(1e-13 * strength);
        expect(system.baths[0]!.hamiltonian.sub(system.H).maxAbs()).toBe(0);
      }
    },
  );

  it("does not depend on the basis of a degenerate level", () => {
    // H = 1 ⊗ sigma_z + nothing else: every level twice. A(E) = 1 ⊗ (a part of sigma_x), so that B thermalises and A does nothing.
    const zero = Operator.fromTriplets([2], []);
    const V = Operator.fromTriplets([2, 2], []);
    const local = bipartite({ HA: zero, HB: sigmaz(), V, baths: [thermalBath("B", { beta: 0.9, Gamma: 0.2 })] });
    const global = local.withBaths([daviesBath("b", { couplings: sigmax(), on: "B", beta: 0.9, Gamma: 0.2 })]);
    const rho = randomState(generator(23), [2, 2]);
    expect(maxDifference(local.derivative(rho), global.derivative(rho))).toBeLessThan(1e-15);
    expect(global.jumps).toHaveLength(2);
  });

  it("zero temperature: only jumps down", () => {
    const baths = [
      daviesBath("cold", { couplings: [sigmax()], on: "A", beta: Number.POSITIVE_INFINITY, rates: "ohmic" }),
    ];
    const system = bipartite({ HA: sigmaz(), HB: sigmaz().scale(0.7), V: tensor(sigmax(), sigmax()), baths });
    const ground = thermalState(system.H, Number.POSITIVE_INFINITY);
    expect(system.derivative(ground).maxAbs()).toBeLessThan(1e-14);
  });

  it("differs from local baths: another steady state, and no current from cold to hot", () => {
    const [beta, g] = [0.8, 0.6];
    const V = tensor(sigmax(), sigmax()).scale(g);
    const local = bipartite({
      HA: sigmaz(),
      HB: sigmaz().scale(0.4),
      V,
      baths: [thermalBath("A", { beta, rates: "ohmic" }), thermalBath("B", { beta, rates: "ohmic" })],
    });
    const global = local.withBaths([
      daviesBath("A", { couplings: sigmax(), on: "A", beta, rates: "ohmic" }),
      daviesBath("B", { couplings: sigmax(), on: "B", beta, rates: "ohmic" }),
    ]);
    const ends = (system: BipartiteSystem) =>
      system.evolve(thermalState(system.H, beta), [0, 40], { rtol: 1e-10, atol: 1e-12 });
    const [far, near] = [ends(local), ends(global)];
    expect(maxDifference(near.finalState, thermalState(global.H, beta))).toBeLessThan(1e-9);
    expect(maxDifference(far.finalState, thermalState(local.H, beta))).toBeGreaterThan(0.01);
    // Baths of one temperature: local ones drive a current all the same.
    expect(Math.abs(near.heat.bath.A!.global[1]!)).toBeLessThan(1e-9);
    expect(Math.abs(far.heat.bath.A!.global[1]!)).toBeGreaterThan(0.01);
    expect(local.withBaths([]).jumps).toEqual([]);
  });

  it("warns where changes of energy are neither equal nor apart", () => {
    const make = (HB: Operator, Gamma: number) =>
      bipartite({
        HA: sigmaz(),
        HB,
        V: Operator.fromTriplets([2, 2], []),
        baths: [daviesBath("b", { couplings: [tensor(sigmax(), qeye(2)), tensor(qeye(2), sigmax())], beta: 1, Gamma })],
      });
    expect(make(sigmaz(), 0.1).warnings).toEqual([]);
    expect(make(sigmaz().scale(1 + 1e-12), 0.1).warnings).toEqual([]);
    expect(make(sigmaz().scale(1.001), 0.1).warnings.join()).toMatch(/bath "b": changes of energy differ by as little/);
    expect(make(sigmaz().scale(1.5), 0.001).warnings).toEqual([]);
  });

  it("says how near changes of energy are, beside the fastest jump, of those that jumps make", () => {
    const warnings = (HB: Operator, on: "A" | "global", Gamma: number) => {
      const couplings = on === "A" ? sigmax() : [tensor(sigmax(), qeye(2)), tensor(qeye(2), sigmax())];
      const V = Operator.fromTriplets([2, 2], []);
      const rates = (energy: number) => Math.min(1, Math.exp(-energy));
      const baths = [daviesBath("b", { couplings, on, beta: 1, rates, Gamma })];
      return bipartite({ HA: sigmaz(), HB, V, baths }).warnings;
    };
    // Changes of 2 and 2.002. Jumps down, |1><0| ⊗ 1 and the other one, have rates of 0.5 and norms whose squares are twice that.
    expect(warnings(sigmaz().scale(1.001), "global", 0.5).join()).toMatch(
      /differ by as little as 0\.00200, less than the rate 1\.00 of a jump/,
    );
    expect(warnings(sigmaz().scale(1.001), "global", 0.0011).join()).toMatch(/0\.00200, less than the rate 0\.00220/);
    expect(warnings(sigmaz().scale(1.001), "global", 0.0009)).toEqual([]);
    // The coupling of A changes its energy alone: by 2 and -2.
    expect(warnings(sigmaz().scale(1.001), "A", 0.5)).toEqual([]);
    expect(warnings(sigmaz().scale(1.001), "A", 2.1).join()).toMatch(/differ by as little as 4\.00/);
  });

  it("has the rates of a function, times Gamma, and couplings in any units", () => {
    const random = generator(24);
    const [HA, HB, V] = [[2], [3], [2, 3]].map((dims) => randomHermitian(random, dims));
    const coupling = randomHermitian(random, [2, 3]);
    const jumps = (options: Partial<Parameters<typeof daviesBath>[1]>) =>
      bipartite({
        HA: HA!,
        HB: HB!,
        V: V!,
        baths: [daviesBath("b", { couplings: coupling, beta: 0.7, ...options })],
      }).jumps;
    const named = jumps({});
    // Changes of energy of 6 levels: 15 up, 15 down, and none.
    expect(named).toHaveLength(31);
    const others = [
      [jumps({ rates: (energy) => Math.exp((-0.7 * energy) / 2) }), 1],
      [jumps({ rates: (energy) => Math.exp((-0.7 * energy) / 2), Gamma: 4 }), 2],
      [jumps({ Gamma: 4 }), 2],
      // Powers of two: the same digits.
      [jumps({ couplings: coupling.scale(2 ** -60) }), 2 ** -60],
      [jumps({ couplings: coupling.scale(2 ** 60) }), 2 ** 60],
    ] as const;
    for (const [found, factor] of others) {
      expect(found).toHaveLength(31);
      found.forEach((L, k) => {
        expect(L.sub(named[k]!.scale(factor)).maxAbs()).toBeLessThan(1e-14 * factor * named[k]!.norm());
      });
    }
  });

  it("has what changes no energy once, between degenerate levels in both directions", () => {
    const [beta, Gamma] = [0.8, 0.3];
    const zero = Operator.fromTriplets([2], []);
    // A coupling that only dephases, and one of levels that are the same: all of it, at the rate of no energy, Gamma/beta.
    for (const [HA, coupling] of [
      [sigmaz(), sigmaz()],
      [zero, sigmax()],
      [zero, sigmax().add(sigmay()).add(sigmaz().scale(0.5))],
    ] as const) {
      const baths = [daviesBath("b", { couplings: coupling, on: "A", beta, rates: "ohmic", Gamma })];
      const { jumps } = bipartite({ HA, HB: sigmaz().scale(0.7), V: Operator.fromTriplets([2, 2], []), baths });
      expect(jumps).toHaveLength(1);
      const exact = tensor(coupling, qeye(2)).scale(Math.sqrt(Gamma / beta));
      expect(maxDifference(jumps[0]!, exact)).toBeLessThan(1e-14);
    }
  });

  it("says which change of energy has rates out of balance, and what their ratio would be", () => {
    const make = () =>
      bipartite({
        HA: sigmaz(),
        HB: sigmaz().scale(0.6),
        V: Operator.fromTriplets([2, 2], []),
        baths: [
          daviesBath("b", {
            couplings: sigmax(),
            on: "A",
            beta: 0.5,
            rates: (energy) => Math.exp(-energy / 4) * (energy > 3 ? 3 : 1),
          }),
        ],
      });
    let error: unknown;
    try {
      make();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(DetailedBalanceError);
    // Levels -1.6, -0.4, 0.4, 1.6: only the first and the last are more than 3 apart.
    const { pair, ratio, expectedRatio } = error as DetailedBalanceError;
    expect(pair).toEqual([3, 0]);
    expect(ratio).toBeCloseTo(3 * Math.exp(-1.6), 14);
    expect(expectedRatio).toBeCloseTo(Math.exp(-1.6), 14);
  });

  it("refuses what is not a coupling, and rates out of balance", () => {
    const make = (options: Parameters<typeof daviesBath>[1]) => () =>
      bipartite({ HA: sigmaz(), HB: num(3), V: Operator.fromTriplets([2, 3], []), baths: [daviesBath("b", options)] });
    expect(make({ couplings: sigmam(), on: "A", beta: 1 })).toThrow(NotHermitianError);
    expect(make({ couplings: sigmax(), on: "B", beta: 1 })).toThrow(/couplings\[0\]/);
    expect(make({ couplings: [], beta: 1 })).toThrow(InvalidArgumentError);
    expect(make({ couplings: sigmax(), on: "A", beta: -1 })).toThrow(/beta/);
    expect(make({ couplings: sigmax(), on: "C" as "A", beta: 1 })).toThrow(/on/);
    expect(make({ couplings: sigmax(), on: "A", beta: 1, rates: () => 1 })).toThrow(DetailedBalanceError);
    expect(make({ couplings: sigmax(), on: "A", beta: 1, rates: () => -1 })).toThrow(/a finite number >= 0/);
  });
});
