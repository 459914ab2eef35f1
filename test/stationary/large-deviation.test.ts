/**
 * Large deviations of counts: closed forms, cumulants, the fluctuation theorem, and both ways beside each other.
 */
import { describe, expect, it } from "vitest";
import {
  bipartite,
  countingStatistics,
  destroy,
  expand,
  InvalidArgumentError,
  largeDeviation,
  type Operator,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  steadystate,
  tensor,
  thermalBath,
} from "../../bindings/index.ts";
import { generator, randomHermitian, randomOperator } from "../support/random.ts";

const fields = [-3, -1, -0.2, 0, 0.1, 0.7, 2];
const ways = ["schur", "factors"] as const;

describe.each(ways)("closed forms by %s", (method) => {
  it("telegraph process", () => {
    const [u, d] = [0.6, 1.7];
    const cOps = [
      { op: sigmam(), rate: d },
      { op: sigmap(), rate: u },
    ];
    const found = largeDeviation(qeye(2).scale(0), cOps, { fields, weights: [1, 0], method });
    expect(found.method).toBe(method);
    fields.forEach((s, k) => {
      const root = Math.sqrt((u + d) ** 2 + 4 * u * d * Math.expm1(s));
      expect(found.theta[k]).toBeCloseTo((-(u + d) + root) / 2, 12);
      expect(found.currents[k]).toBeCloseTo((u * d * Math.exp(s)) / root, 11);
      expect(found.rateFunction(found.currents[k]!)).toBeCloseTo(found.rates[k]!, 12);
    });
  });

  it("a driven atom at Gamma = 2 Omega (Garrahan and Lesanovsky)", () => {
    const O = 0.35;
    const found = largeDeviation(sigmax().scale(O / 2), [{ op: sigmam(), rate: 2 * O }], { fields, method });
    fields.forEach((s, k) => {
      expect(found.theta[k]).toBeCloseTo(O * Math.expm1(s / 3), 12);
      expect(found.currents[k]).toBeCloseTo((O / 3) * Math.exp(s / 3), 11);
    });
  });

  it("a driven atom: a cubic equation, at the largest fields too", () => {
    const [O, G] = [2, 1];
    const s = [-60, -20, -1, 0.5, 3, 20, 60];
    const { theta } = largeDeviation(sigmax().scale(O / 2), [{ op: sigmam(), rate: G }], { fields: s, method });
    s.forEach((field, k) => {
      // (theta + G/2)(theta² + G theta + O²) = G O² e^s/2, by Bloch's equations
      const x = theta[k]!;
      const right = (G * O ** 2 * Math.exp(field)) / 2;
      const terms = Math.abs(x ** 3) + Math.abs(x) * 7 + 2 + right;
      expect(Math.abs((x + G / 2) * (x ** 2 + G * x + O ** 2) - right) / terms).toBeLessThan(1e-13);
    });
  });

  it("photons out of a coherent state: Poisson", () => {
    const [levels, E, rate] = [14, 0.35, 1.3];
    const a = destroy(levels);
    const s = [-1, 0, 0.5];
    const found = largeDeviation(a.add(a.dag()).scale(E), [{ op: a, rate }], { fields: s, method });
    const mean = (4 * E ** 2) / rate;
    s.forEach((field, k) => {
      // The truncation leaves (2 E / rate · e^s)^28 / 14! out.
      expect(found.theta[k]).toBeCloseTo(mean * Math.expm1(field), 9);
      const j = found.currents[k]!;
      expect(found.rates[k]).toBeCloseTo(j * Math.log(j / mean) - j + mean, 8);
    });
  });

  it("heat between two thermal baths: theta(s) = theta(-s - affinity)", () => {
    const [betaA, betaB, w, g] = [0.6, 1.5, 1, 0.3];
    const system = bipartite({
      HA: sigmaz().scale(w / 2),
      HB: sigmaz().scale(w / 2),
      V: tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(g),
      baths: [
        thermalBath("A", { beta: betaA, rates: "ohmic", Gamma: 0.2 }),
        thermalBath("B", { beta: betaB, rates: "ohmic", Gamma: 0.3 }),
      ],
    });
    // What bath A gives: w where a jump raises the energy of A.
    const weights = system.baths.flatMap(({ name, jumps }) => jumps.map((L) => (name === "A" ? w * sign(L, 2) : 0)));
    const affinity = betaB - betaA;
    const half = [-affinity / 2, -0.3, 0, 0.4, 1.5];
    const mirrored = half.map((s) => -s - affinity);
    const found = largeDeviation(system.H, system.jumps, { fields: [...half, ...mirrored], weights, method });
    half.forEach((_, k) => {
      expect(found.theta[k]).toBeCloseTo(found.theta[k + half.length]!, 11);
      expect(found.currents[k]).toBeCloseTo(-found.currents[k + half.length]!, 10);
    });
    expect(found.theta[2]).toBeCloseTo(0, 13);
    expect(found.currents[2]).toBeCloseTo(system.steady().heat.A!.local, 11);
    expect(found.currents[2]).toBeGreaterThan(0);
  });
});

/** 1 for a jump into the upper level of part A, -1 for one out of it. */
function sign(L: Operator, dB: number): number {
  let up = 0;
  L.forEachNonzero((row, column) => {
    up = column >= dB && row < dB ? 1 : -1;
  });
  return up;
}

/** The rate of the jumps L in the steady state. */
function expectation(H: Operator, jumps: readonly Operator[], L: Operator): number {
  return L.dag().mul(L).mul(steadystate(H, jumps).rho).tr().re;
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

describe("the function theta", () => {
  it.each([1, 2, 3, 4, 5, 6])(
    "has the cumulants as derivatives, is convex, the same by both ways: generator %i",
    (seed) => {
      const random = generator(seed);
      const d = 2 + (seed % 4);
      const H = randomHermitian(random, [d]);
      const jumps = [randomOperator(random, [d]), randomOperator(random, [d], 0.6)];
      const weights = [1, -0.5];
      const s = [0, -0.04, -0.02, 0.02, 0.04, -0.8, 1.1];
      const [one, other] = ways.map((method) => largeDeviation(H, jumps, { fields: s, weights, method }));
      const { cumulants } = countingStatistics(H, jumps, { weights, order: 8 });
      const { theta, currents } = one!;
      for (let k = 0; k < 5; k++) {
        // Taylor's series: the next term is about as much smaller than the last as that is than the one before.
        const terms = Array.from(cumulants, (c, n) => (c * s[k]! ** n) / factorial(n));
        const rest = Math.abs(terms.at(-1)!) + 1e-12;
        const sum = terms.reduce((a, b) => a + b);
        expect(Math.abs(currents[k]! - sum)).toBeLessThan(rest);
        const integral = terms.reduce((a, term, n) => a + (term * s[k]!) / (n + 1), 0);
        expect(Math.abs(theta[k]! - integral)).toBeLessThan(rest);
      }
      for (const [a, b] of [
        [5, 1],
        [1, 2],
        [2, 0],
        [0, 3],
        [3, 4],
        [4, 6],
      ] as const)
        expect(currents[b]).toBeGreaterThan(currents[a]!);
      s.forEach((_, k) => {
        expect(other!.theta[k]).toBeCloseTo(theta[k]!, 10);
        expect(other!.currents[k]).toBeCloseTo(currents[k]!, 9);
      });
    },
  );

  it("sparse generators, whose eigenvalues lie close: both ways agree", () => {
    for (const seed of [19, 34, 49, 64, 79, 94]) {
      const random = generator(seed);
      const H = randomHermitian(random, [6], 0.5);
      const jumps = [1, 2].map(() => randomOperator(random, [6], 0.35).scale(10 ** (2 * random() - 1.5)));
      const s = [-10, -3, -1.9, -0.5, 0.6, 6, 12];
      const options = { fields: s, weights: [2.5, seed % 2] };
      const [one, other] = ways.map((method) => largeDeviation(H, jumps, { ...options, method }));
      s.forEach((_, k) => {
        const scale = Math.max(1, Math.abs(one!.theta[k]!));
        expect(Math.abs(one!.theta[k]! - other!.theta[k]!) / scale).toBeLessThan(1e-12);
      });
    }
  });

  it("a chain of spins: what comes in at one end goes out at the other, in the long run in all its fluctuations", () => {
    const dims = [2, 2, 2, 2, 2];
    const at = (A: Operator, k: number) => expand(A, dims, k);
    const bond = (k: number) => {
      const hop = at(sigmap(), k).mul(at(sigmam(), k + 1));
      return hop.add(hop.dag()).add(
        at(sigmaz(), k)
          .mul(at(sigmaz(), k + 1))
          .scale(0.3),
      );
    };
    const H = [1, 2, 3].reduce((sum, k) => sum.add(bond(k)), bond(0));
    const jumps = [at(sigmap(), 0), at(sigmam(), 4)];
    const s = [-4, -0.5, 0, 1, 4];
    const [into, out] = [
      [1, 0],
      [0, 1],
    ].map((weights) => largeDeviation(H, jumps, { fields: s, weights }));
    expect(into!.method).toBe("factors");
    s.forEach((_, k) => {
      expect(into!.theta[k]).toBeCloseTo(out!.theta[k]!, 11);
      expect(into!.currents[k]).toBeCloseTo(out!.currents[k]!, 10);
    });
    expect(into!.currents[2]).toBeCloseTo(expectation(H, jumps, at(sigmap(), 0)), 11);
  });

  it("in the units of SI", () => {
    const [u, d] = [0.6e7, 1.7e7];
    const cOps = [
      { op: sigmam(), rate: d },
      { op: sigmap(), rate: u },
    ];
    for (const method of ways) {
      const { theta } = largeDeviation(qeye(2).scale(0), cOps, { fields: [0.7], weights: [1, 0], method });
      const root = Math.sqrt((u + d) ** 2 + 4 * u * d * Math.expm1(0.7));
      expect(theta[0]! / 1e7).toBeCloseTo((-(u + d) + root) / 2e7, 12);
    }
  });

  it("large fields are reached in steps; larger systems by factors on their own", () => {
    const [levels, E, rate] = [24, 0.4, 1];
    const a = destroy(levels);
    const { method, theta } = largeDeviation(a.add(a.dag()).scale(E), [{ op: a, rate }], { fields: [-6, 0.8] });
    expect(method).toBe("factors");
    expect(theta[0]).toBeCloseTo(4 * E ** 2 * Math.expm1(-6), 10);
    expect(theta[1]).toBeCloseTo(4 * E ** 2 * Math.expm1(0.8), 8);
  });

  it.each(ways)("two steady states: theta is that of the one that counts more, by %s", (method) => {
    // A dephased qubit that never flips, and counts at different rates in its two states.
    const level = (k: number) =>
      sigmaz()
        .scale(k === 0 ? 0.5 : -0.5)
        .add(qeye(2).scale(0.5));
    const cOps = [
      { op: level(0), rate: 1 },
      { op: level(1), rate: 3 },
    ];
    const { theta, currents } = largeDeviation(sigmaz(), cOps, { fields: [-1, 0, 1], method });
    expect(theta[0]).toBeCloseTo(Math.expm1(-1), 13);
    expect(theta[1]).toBeCloseTo(0, 13);
    expect(theta[2]).toBeCloseTo(3 * Math.expm1(1), 13);
    expect(currents[0]).toBeCloseTo(Math.exp(-1), 13);
    if (method === "schur") expect(currents[1]).toBeNaN();
    expect(currents[2]).toBeCloseTo(3 * Math.exp(1), 13);
  });

  it("two phases, one of which hardly turns into the other: both ways take the one that counts more", () => {
    // A classical switch: 0 -> 1 and back at 1e-7, photons at the rates 1 and 3.
    const level = (k: number) =>
      sigmaz()
        .scale(k === 0 ? 0.5 : -0.5)
        .add(qeye(2).scale(0.5));
    const [k, r, R] = [1e-7, 1, 3];
    const cOps = [
      { op: level(0), rate: r },
      { op: level(1), rate: R },
      { op: sigmam(), rate: k },
      { op: sigmap(), rate: k },
    ];
    const s = [-1, -0.1, -1e-3, 1e-3, 0.1, 1];
    for (const method of ways) {
      const { theta } = largeDeviation(qeye(2).scale(0), cOps, { fields: s, weights: [1, 1, 0, 0], method });
      s.forEach((field, j) => {
        const [a, b] = [r * Math.expm1(field) - k, R * Math.expm1(field) - k];
        expect(theta[j]).toBeCloseTo((a + b + Math.sqrt((a - b) ** 2 + 4 * k * k)) / 2, 13);
      });
    }
  });

  it("refuses what makes no sense", () => {
    const call = (options: object) => () => largeDeviation(sigmax(), [sigmam()], options as never);
    for (const bad of [{}, { fields: null }, { fields: 1 }, { fields: ["1"] }, { fields: [1], weights: null }]) {
      expect(call(bad)).toThrow(InvalidArgumentError);
      expect(call(bad)).toThrow(/largeDeviation: (fields|weights)/);
    }
    const { rateFunction } = largeDeviation(sigmax(), [sigmam()], { fields: [0, 1] });
    for (const j of ["1", Number.NaN, undefined]) {
      expect(() => rateFunction(j as never)).toThrow(/rateFunction: j: expected a finite number/);
    }
    expect(call({ fields: [] })).toThrow(/one counting field/);
    expect(call({ fields: [Number.NaN] })).toThrow(/fields.*not finite/);
    expect(call({ fields: [1], weights: [1, 2] })).toThrow(/weights.*one for each jump/);
    expect(call({ fields: [1000] })).toThrow(/overflow/);
    expect(call({ fields: [1], method: "dense" })).toThrow(/method/);
    expect(call({ fields: [1], order: 2 })).toThrow(/order/);
  });
});
