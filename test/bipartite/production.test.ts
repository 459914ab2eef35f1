/**
 * Entropy production where logarithms and temperatures have their ends: states that are not of full rank, and baths at zero temperature.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { entropyProduction, heatResolution, leastOf } from "../../bindings/bipartite/laws.ts";
import {
  type BipartiteSystem,
  basis,
  bipartite,
  customBath,
  ket2dm,
  Operator,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
} from "../../bindings/index.ts";
import { eigenHermitian } from "../../bindings/kernel/dense.ts";
import { generator, randomHermitian, randomOperator } from "../support/random.ts";
import { readReference } from "../support/reference.ts";

const nothing = Operator.fromTriplets([2, 2], []);
const early = [0, 1e-16, 1e-14, 1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-4, 1e-2, 1];

/** Excited population of a qubit of energies ±1 with symmetric rates, from 1 or 0: that, what is left to 1, and its slope. */
function qubit(beta: number, start: 0 | 1, t: number) {
  const [up, down] = [Math.exp(-beta), Math.exp(beta)];
  const steady = up / (up + down);
  const gone = -Math.expm1(-(up + down) * t);
  const slope = (steady - start) * (up + down) * Math.exp(-(up + down) * t);
  const changed = (start === 1 ? 1 - steady : steady) * gone;
  return { p: start === 1 ? 1 - changed : changed, rest: start === 1 ? changed : 1 - changed, slope };
}

/** dS/dt = -p' ln(p / (1 - p)) */
const entropyRate = (of: ReturnType<typeof qubit>) => -of.slope * (Math.log(of.p) - Math.log(of.rest));

describe("from a pure state, two qubits on their own", () => {
  const baths = [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })];
  const exact = early.map((t) => [entropyRate(qubit(0.5, 1, t)), entropyRate(qubit(1.2, 0, t))] as const);
  const check = (system: BipartiteSystem, rho0: Operator, bound: (t: number) => number) => {
    const {
      entropy,
      entropyProduction: production,
      warnings,
    } = system.evolve(rho0, early, { rtol: 1e-9, atol: 1e-12 });
    expect(warnings).toEqual([]);
    for (const [bath, n] of [
      ["A", 0],
      ["B", 1],
    ] as const) {
      expect(entropy.flow[bath]![0]).toBe(Number.POSITIVE_INFINITY);
      early.slice(1).forEach((t, k) => {
        const value = exact[k + 1]![n];
        expect(Math.abs(entropy.flow[bath]![k + 1]! - value)).toBeLessThan(bound(t) * Math.max(1, Math.abs(value)));
      });
    }
    expect(production.total.slice(1).every((value) => value > 0 && Number.isFinite(value))).toBe(true);
    expect(production.integrated![0]).toBe(0);
  };

  it("the entropy flows are exact from the first instant on", () => {
    const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V: nothing, baths });
    // Populations are known to the last digits, times the logarithm.
    check(system, ket2dm(basis([2, 2], [0, 1])), () => 1e-8);
  });

  it("also in a basis where small populations are differences of large elements", () => {
    const turned = sigmaz().scale(0.6).add(sigmax().scale(0.8));
    const system = bipartite({ HA: turned, HB: turned, V: nothing, baths });
    const { vectors } = eigenHermitian(turned);
    const level = (k: number) => {
      const v = vectors[k]!;
      return Operator.fromTriplets(
        [2],
        [0, 1, 2, 3].map((n) => [n >> 1, n & 1, v[2 * (n >> 1)]! * v[2 * (n & 1)]!, 0] as const),
      );
    };
    // A population of t is known to 16·4 roundings: r ln p to that over p, and no worse than what positivity allows, a factor of 2 or so in p.
    check(system, level(1).kron(level(0)), (t) => 1e-8 + Math.min(1.5, (64 * Number.EPSILON) / t));
  });

  it("is finite at the start where populations are small but not empty", () => {
    const small = 1e-17;
    const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V: nothing, baths: [thermalBath("A", { beta: 0.5 })] });
    const A = Operator.fromTriplets(
      [2],
      [
        [0, 0, 1 - small, 0],
        [1, 1, small, 0],
      ],
    );
    const { entropy } = system.evolve(A.kron(thermalState(sigmaz(), 1)), [0, 1]);
    expect(entropy.rate[0]! / (-Math.exp(0.5) * Math.log(small))).toBeCloseTo(1, 12);
  });
});

describe("against sixty digits, in any basis", () => {
  interface Start {
    d: number;
    H: number[];
    rho0: number[];
    jumps: number[][][];
    t: number[];
    entropy_flow: number[][];
  }
  const starts = readReference<Start[]>("start_flows");
  it.each(starts.map((start, k) => [k, start] as const))("system %i", (_k, { d, H, rho0, jumps, t, entropy_flow }) => {
    const dims = [2, d / 2];
    const zero = (n: number) => Operator.fromTriplets([n], []);
    const system = bipartite({
      HA: zero(2),
      HB: zero(d / 2),
      V: Operator.dense(dims, H),
      baths: jumps.map((all, k) =>
        customBath("global", { name: `bath${k}`, jumps: all.map((L) => Operator.dense(dims, L)) }),
      ),
    });
    for (const method of ["auto", "dop853"] as const) {
      const { entropy } = system.evolve(Operator.dense(dims, rho0), [0, ...t], { rtol: 1e-10, atol: 1e-12, method });
      entropy_flow.forEach((exact, bath) => {
        const flow = entropy.flow[`bath${bath}`]!;
        // One that fills what is empty: -r ln(r t) goes on growing towards the start.
        const fills = exact[0]! > exact[1]! + 0.1;
        expect(flow[0] === Number.POSITIVE_INFINITY).toBe(fills);
        // Populations of the order of t are known to a rounding a level, and to a factor of 2 in any case, of logarithms above 23.
        exact.forEach((value, k) => {
          const bound = 1e-8 + Math.min(Math.LN2 / 23, (d * Number.EPSILON) / t[k]!);
          expect(Math.abs(flow[k + 1]! - value)).toBeLessThan(bound * Math.max(1, Math.abs(value)));
        });
      });
    }
  });
});

describe("of random systems from states of any rank", () => {
  const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
  test.prop([seeds, fc.constantFrom([2, 2], [2, 3], [3, 2], [3, 3]), fc.double({ min: 0, max: 0.99, noNaN: true })], {
    numRuns: 40,
    seed: 20266,
  })("it is infinite at the start alone, if at all, and not negative", (seed, [dA, dB], share) => {
    const random = generator(seed);
    const [a, b] = [dA!, dB!];
    const d = a * b;
    const rank = 1 + Math.floor(share * d);
    const thin = Operator.fromTriplets(
      [d],
      [...Array(rank).keys()].map((k) => [k, k, 1, 0] as const),
    );
    const X = randomOperator(random, [d]).mul(thin);
    const square = Operator.dense([a, b], X.mul(X.dag()).toDense());
    const rho0 = square.scale(1 / square.tr().re);
    const betas = [2 * random(), 3 * random()];
    const system = bipartite({
      HA: randomHermitian(random, [a]),
      HB: randomHermitian(random, [b]),
      V: randomHermitian(random, [a, b]),
      baths: [thermalBath("A", { beta: betas[0]! }), thermalBath("B", { beta: random() < 0.2 ? 0 : betas[1]! })],
    });
    const { entropyProduction: production, warnings, laws } = system.evolve(rho0, early);
    expect(warnings).toEqual([]);
    expect(laws.secondLaw!).toBeGreaterThan(-1e-6);
    production.total.forEach((value, k) => {
      if (k > 0) expect(Number.isFinite(value)).toBe(true);
      // Jumps between all levels of a part fill whatever is empty.
      else expect(Number.isFinite(value)).toBe(rank === d);
    });
    for (let k = 1; k < early.length; k++) {
      expect(production.integrated![k]!).toBeGreaterThan(production.integrated![k - 1]! - 1e-6);
    }
  });
});

describe("a bath at zero temperature", () => {
  const cold = (site: "A" | "B") => thermalBath(site, { beta: Number.POSITIVE_INFINITY, rates: "ohmic" });
  const exchange = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(0.3);

  it("produces nothing where it does nothing, and does not hide what another one produces", () => {
    const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V: nothing, baths: [cold("A"), cold("B")] });
    const run = system.evolve(basis([2, 2], [0, 1]), [0, 0.5, 1]);
    const { bath, total, integrated } = run.entropyProduction;
    expect(Array.from(bath.B!)).toEqual([0, 0, 0]);
    expect(Array.from(bath.A!)).toEqual([Infinity, Infinity, Infinity]);
    expect(Array.from(total)).toEqual([Infinity, Infinity, Infinity]);
    expect(Array.from(integrated!)).toEqual([0, Infinity, Infinity]);
    expect(run.laws.secondLaw).toBe(0);
    expect(run.warnings).toEqual([]);
    const ground = system.evolve(basis([2, 2], [1, 1]), [0, 1, 5]).entropyProduction;
    expect(Array.from(ground.total)).toEqual([0, 0, 0]);
    ground.integrated!.forEach((value) => {
      expect(Math.abs(value)).toBeLessThan(1e-14);
    });
  });

  it("is not said to take energy by what rounding leaves", () => {
    const turned = sigmaz().scale(0.6).add(sigmax().scale(0.8));
    const baths = [thermalBath("A", { beta: 0.7 }), cold("B")];
    const system = bipartite({ HA: turned, HB: turned, V: nothing, baths });
    const rho0 = thermalState(sigmax(), 0.3).kron(thermalState(turned, Number.POSITIVE_INFINITY));
    const run = system.evolve(rho0, [0, 0.1, 1, 10]);
    run.entropyProduction.bath.B!.forEach((value) => {
      expect(Math.abs(value)).toBeLessThan(1e-9);
    });
    // Nothing fills what is empty in B.
    expect(run.entropyProduction.total.every(Number.isFinite)).toBe(true);
  });

  it("beside a warm one that drives it: infinite as long as energy flows", () => {
    const system = bipartite({
      HA: sigmaz(),
      HB: sigmaz().scale(0.7),
      V: exchange,
      baths: [cold("A"), thermalBath("B", { beta: 1.2 })],
    });
    const { bath, total, integrated } = system.evolve(basis([2, 2], [1, 1]), [0, 0.5, 20]).entropyProduction;
    expect(Array.from(bath.A!)).toEqual([0, Infinity, Infinity]);
    expect(bath.B!.slice(1).every((value) => value > 0 && Number.isFinite(value))).toBe(true);
    expect(Array.from(total)).toEqual([Infinity, Infinity, Infinity]);
    expect(Array.from(integrated!)).toEqual([0, Infinity, Infinity]);
  });

  it("that exchanges degenerate levels alone produces what the entropy gains", () => {
    // Jumps between the two lowest levels of three, of equal energy: no heat, whatever the temperature.
    const HA = Operator.fromTriplets([3], [[2, 2, 1, 0]]);
    const between = [Operator.fromTriplets([3], [[0, 1, 1, 0]]), Operator.fromTriplets([3], [[1, 0, 1, 0]])];
    const system = bipartite({
      HA,
      HB: sigmaz(),
      V: Operator.fromTriplets([3, 2], []),
      baths: [customBath("A", { jumps: between, beta: Number.POSITIVE_INFINITY })],
    });
    const start = Operator.fromTriplets(
      [3],
      [
        [0, 0, 0.7, 0],
        [1, 1, 0.3, 0],
      ],
    );
    const { entropyProduction: production, entropy } = system.evolve(start.kron(qeye(2).scale(0.5)), [0, 0.4]);
    expect(production.total[0]!).toBeCloseTo(0.4 * Math.log(0.7 / 0.3), 12);
    expect(production.integrated![1]!).toBeCloseTo(entropy.S[1]! - entropy.S[0]!, 14);
  });

  it("that gives energy, as no such bath does, has no production", () => {
    const series = Float64Array.of(0.1, 0.2, 0.3);
    const entropy = { S: series, SA: series, SB: series, mutualInformation: series, rate: series, flow: { A: series } };
    const [bath] = bipartite({ HA: sigmaz(), HB: sigmaz(), V: nothing, baths: [cold("A")] }).baths;
    const local = Float64Array.of(-0.3, 0, 0.3);
    const heat = { global: local, local, integratedGlobal: local, integratedLocal: local };
    const times = Float64Array.of(0, 1, 2);
    const production = entropyProduction(entropy, times, [bath!], { A: heat }, (one) => heatResolution(one, 10, 1e-4));
    expect(Array.from(production.bath.A!)).toEqual([Infinity, 0.2, Number.NaN]);
    expect(leastOf(production.bath)).toBe(0.2);
    expect(leastOf({})).toBeUndefined();
  });
});

test.prop([fc.integer({ min: 1, max: 2 ** 31 - 1 })], { numRuns: 20, seed: 20268 })(
  "random systems at any temperatures, driven with kinks and jumps, from states of any rank: laws hold, and what is infinite is so for a reason",
  (seed) => {
    const random = generator(seed);
    const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)]!;
    const [a, b] = pick([
      [2, 2],
      [2, 3],
      [3, 2],
      [3, 3],
    ] as const);
    const d = a * b;
    const rank = 1 + Math.floor(random() * d);
    const thin = Operator.fromTriplets(
      [d],
      [...Array(rank).keys()].map((k) => [k, k, 0.1 + random(), 0] as const),
    );
    const X = random() < 0.3 ? thin : randomOperator(random, [d]).mul(thin);
    const square = Operator.dense([a, b], X.mul(X.dag()).toDense());
    const [p, q] = [random(), random()];
    const drive = pick([
      (t: number) => 3 * Math.abs(t - p),
      (t: number) => (t < p ? 1 : Math.abs(t - q) - 2),
      (t: number) => Math.sin(5 * t + q) + Math.max(0, t - p),
      (t: number) => 0.4 * Math.floor(3 * t + q),
    ]);
    const bath = (site: "A" | "B") => {
      const beta = pick([Number.POSITIVE_INFINITY, 0, 0.5, 2]);
      return thermalBath(site, { beta, rates: beta === Number.POSITIVE_INFINITY ? "ohmic" : "symmetric" });
    };
    const baths = [bath("A"), bath("B")];
    const system = bipartite({
      HA: [randomHermitian(random, [a]), [randomHermitian(random, [a]), drive]],
      HB: randomHermitian(random, [b]),
      V: random() < 0.2 ? Operator.fromTriplets([a, b], []) : randomHermitian(random, [a, b]),
      baths,
    });
    const {
      entropyProduction: production,
      laws,
      ledgerDefect,
      warnings,
    } = system.evolve(square.scale(1 / square.tr().re), [0, 1e-13, 1e-9, 1e-5, 0.01, 0.3, 1]);
    expect(warnings.filter((warning) => !/it was probed at times/.test(warning))).toEqual([]);
    expect(laws.secondLaw!).toBeGreaterThan(-1e-6);
    // A hundred tolerances of energies below 10.
    expect(Math.max(laws.firstLaw, ledgerDefect)).toBeLessThan(1e-3);
    baths.forEach(({ name, beta }) => {
      production.bath[name]!.forEach((value, k) => {
        expect(value).not.toBeNaN();
        if (k > 0 && beta < Number.POSITIVE_INFINITY) expect(value).toBeLessThan(Number.POSITIVE_INFINITY);
      });
    });
    production.total.forEach((value, k) => {
      const some = Object.values(production.bath).some((values) => values[k] === Number.POSITIVE_INFINITY);
      expect(value === Number.POSITIVE_INFINITY).toBe(some);
    });
    production.integrated!.forEach((value, k) => {
      if (k === 0) expect(value).toBe(0);
      else expect(value).toBeGreaterThanOrEqual(production.integrated![k - 1]! - 1e-6);
    });
  },
);
