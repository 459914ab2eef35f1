/**
 * What storage decides, and says: steady states that are given, what counts as zero, the order of modes, and the verdict.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  bipartite,
  customBath,
  daviesBath,
  ket2dm,
  NotSteadyError,
  type Operator,
  qeye,
  type Storage,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
  twoQubitExample,
} from "../../bindings/index.ts";
import { generator, randomHermitian } from "../support/random.ts";
import { localUnitary, qutrits } from "./storage-systems.ts";

const exchange = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap()));
const zz = tensor(sigmaz(), sigmaz());
const mixed = qeye([2, 2]).scale(0.25);

describe("a steady state that is given", () => {
  /** Two qubits whose populations are slow beside their coherences, in any local basis, and the state exp(-a H_A - b H_B)/Z. */
  const slow = (seed: number) => {
    const [UA, UB] = seed === 0 ? [qeye(2), qeye(2)] : localUnitary(seed, 2, 2);
    const turn = (U: Operator, X: Operator) => U.mul(X).mul(U.dag()).hermitianPart();
    const [HA, HB] = [turn(UA, sigmaz().scale(1e3)), turn(UB, sigmaz().scale(700))];
    const baths = [thermalBath("A", { beta: 5e-4, Gamma: 1e-6 }), thermalBath("B", { beta: 1e-3, Gamma: 1e-6 })];
    const system = bipartite({ HA, HB, V: turn(UA.kron(UB), zz.scale(0.3)), baths });
    return { system, at: (a: number, b: number) => thermalState(HA, a).kron(thermalState(HB, b)) };
  };

  it.each([0, 4, 5])(
    "has to be one of each part, however slow its bath is beside the Hamiltonian (basis %i)",
    (seed) => {
      const { system, at } = slow(seed);
      expect(system.storage({ steady: at(5e-4, 1e-3) })).toMatchObject({ steadySource: "given", dimension: 5 });
      // Populations move at 1e-6, coherences turn at 1e3.
      for (const [a, b] of [
        [6e-4, 1e-3],
        [5e-4, 1.2e-3],
      ] as const)
        expect(() => system.storage({ steady: at(a, b) })).toThrow(NotSteadyError);
    },
  );

  it("is one to nine digits, or to tol", () => {
    const { system } = twoQubitExample({ omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2, c: 0 });
    const pi = thermalState(sigmaz(), 0.5).kron(thermalState(sigmaz().scale(0.7), 1.2));
    const off = (by: number) => pi.add(tensor(sigmaz(), thermalState(sigmaz(), 0)).scale(by));
    expect(system.storage({ steady: off(1e-11) }).steadySource).toBe("given");
    expect(() => system.storage({ steady: off(1e-6) })).toThrow(NotSteadyError);
    expect(() => system.storage({ steady: off(1e-6), tol: 1e-12 })).toThrow(NotSteadyError);
    expect(system.storage({ steady: off(1e-6), tol: 1e-5 }).steadySource).toBe("given");
  });

  it("may be any function of H where there is no bath, whatever rounding L leaves", () => {
    for (const unit of [1e-6, 1, 1e6]) {
      const random = generator(3);
      const [HA, HB, V] = [[2], [3], [2, 3]].map((dims) => randomHermitian(random, dims).scale(unit));
      const system = bipartite({ HA: HA!, HB: HB!, V: V! });
      expect(system.storage({ steady: thermalState(system.H, 0.5 / unit) }).steadySource).toBe("given");
    }
  });
});

describe("the product of the thermal states", () => {
  const storageOf = (V: Operator, ...more: Parameters<typeof bipartite>[0]["baths"] & object) =>
    bipartite({
      HA: sigmaz(),
      HB: sigmaz(),
      V,
      baths: [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 }), ...more],
    }).storage();
  const sourceOf = (...system: Parameters<typeof storageOf>) => storageOf(...system).steadySource;

  it("is not steady where V moves it, however weak V is and whatever its zero", () => {
    for (const g of [1, 1e-6, 1e-13])
      for (const zero of [0, 1]) {
        const shift = qeye([2, 2]).scale(zero);
        const moved = { steadySource: "kernel of L", dimension: 4, warnings: [] };
        expect(storageOf(exchange.scale(g).add(shift))).toMatchObject(moved);
        const left = { steadySource: "thermal product", dimension: 5, warnings: [] };
        expect(storageOf(zz.scale(g).add(shift))).toMatchObject(left);
      }
  });

  it("is none of baths of several temperatures, or of both parts", () => {
    expect(sourceOf(zz, thermalBath("A", { beta: 0.7, name: "other" }))).toBe("kernel of L");
    expect(sourceOf(zz, thermalBath("A", { beta: 0.5, name: "other" }))).toBe("thermal product");
    expect(sourceOf(zz, daviesBath("both", { couplings: sigmax(), on: "A", beta: 2 }))).toBe("kernel of L");
    expect(sourceOf(zz, customBath("A", { name: "other", jumps: [sigmam()] }))).toBe("kernel of L");
  });
});

describe("what is found", () => {
  it("has its modes in order: the slowest decay first, of two that turn the positive frequency", () => {
    const { system, lambda } = twoQubitExample({ omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2, c: 0 });
    const { modes } = system.storage();
    expect(modes[0]!.re).toBeCloseTo(-lambda / 2, 12);
    expect(modes.at(-1)!.re).toBeCloseTo(-lambda, 12);
    const resonant = bipartite({
      HA: sigmaz(),
      HB: sigmaz(),
      V: exchange.scale(0.3),
      baths: [thermalBath("A", { beta: 1 })],
    });
    for (const found of [modes, qutrits().storage().modes, resonant.storage().modes]) {
      for (let k = 1; k < found.length; k++) {
        const [one, next] = [found[k - 1]!, found[k]!];
        expect(one.re > next.re || (one.re === next.re && one.im >= next.im)).toBe(true);
      }
    }
  });

  it("weighs as V does, in any units, and nothing where V acts on single parts", () => {
    for (const g of [1e-12, 1, 1e12]) {
      const of = (V: Operator) =>
        bipartite({
          HA: sigmaz(),
          HB: sigmaz().scale(0.7),
          V: V.scale(g),
          baths: [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })],
        }).storage().weight;
      expect(of(zz) / g).toBeCloseTo(2, 12);
    }
    const [UA, UB] = localUnitary(8, 2, 2);
    const W = UA.kron(UB);
    const alone = tensor(sigmax(), qeye(2)).add(tensor(qeye(2), sigmaz()));
    const V = W.mul(alone).mul(W.dag()).hermitianPart();
    for (const unit of [1e-9, 1, 1e9]) {
      const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V: V.scale(unit) });
      expect(system.storage({ steady: mixed })).toMatchObject({ weight: 0, dimension: 9, warnings: [] });
    }
  });

  it("refuses a tol of 1 and more, and a start that is no state", () => {
    const { system } = twoQubitExample({ omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2, c: 0 });
    for (const tol of [1, 2, -1, Number.NaN]) expect(() => system.storage({ tol })).toThrow(/between 0 and 1/);
    for (const start of [null, 3, "middle"])
      expect(() => system.storage().evolve(1, start as "max")).toThrow(/evolve: start: expected an Operator, "max"/);
  });
});

describe("rankGap", () => {
  const found = (by: number, V: Operator, { h = 1, g = 1, Gamma = 1, tol = undefined as number | undefined } = {}) =>
    bipartite({
      HA: sigmaz().scale(h),
      HB: sigmaz().scale(h * (1 + by)),
      V: V.scale(0.3 * g),
      baths: [thermalBath("A", { beta: 0.5 / h, Gamma }), thermalBath("B", { beta: 1.2 / h, Gamma })],
    }).storage({ tol });

  it("has the least difference of frequencies beside the largest energy, in any units", () => {
    // Frequencies of A are 0 and 2, those of B 0 and 2(1 + by): sums and differences of them are less than 2 apart by these.
    for (const [by, apart] of [
      [-0.3, 0.6],
      [-0.01, 0.02],
      [1e-5, 2e-5],
    ] as const)
      for (const h of [1e-6, 1, 1e6])
        for (const g of [1e-4, 1]) {
          const { rankGap, warnings } = found(by, zz, { h, g: g * h, Gamma: h });
          expect(rankGap.above * Math.max(1, 1 + by)).toBeCloseTo(apart, 12);
          expect(rankGap.below).toBeLessThan(1e-13);
          expect([rankGap.safe, warnings]).toEqual([true, []]);
        }
  });

  it("is safe where frequencies that cannot be told apart do not matter, and not where they do", () => {
    for (const by of [1e-13, -1e-13, 3e-14]) {
      // V conserves each energy: one or two frequencies, N is the same.
      const same = found(by, zz);
      expect([same.dimension, same.rankGap.safe, same.warnings]).toEqual([5, true, []]);
      const other = found(by, exchange);
      expect(other.rankGap.safe).toBe(false);
      expect(other.warnings).toHaveLength(1);
    }
  });

  it("is safe as long as the coupling is far above the rounding of all of V, of which it is a part", () => {
    for (const [C, ratio] of [
      [zz, 0.7],
      [exchange, 1],
      [exchange, 0.7],
    ] as const)
      for (const [UA, UB] of [[qeye(2), qeye(2)], localUnitary(3, 2, 2)] as const)
        for (const share of [1, 1e-5, 1e-10, 1e-12, 1e-13]) {
          const turn = (U: Operator, X: Operator) => U.mul(X).mul(U.dag()).hermitianPart();
          const V = turn(UA.kron(UB), tensor(sigmax(), qeye(2)).add(C.scale(share)));
          const system = bipartite({ HA: turn(UA, sigmaz()), HB: turn(UB, sigmaz().scale(ratio)), V });
          const { dimension, rankGap, warnings } = system.storage({ steady: mixed });
          const safe = share > 1e-11;
          expect([rankGap.safe, warnings.length]).toEqual([safe, safe ? 0 : 1]);
          if (safe) expect(dimension).toBe(0);
        }
  });

  it("is safe a hundred times above tol", () => {
    expect(found(1e-3, exchange, { tol: 1e-6 })).toMatchObject({ dimension: 3, warnings: [], rankGap: { safe: true } });
    expect(found(1e-9, exchange, { tol: 1e-6 })).toMatchObject({ dimension: 4, warnings: [], rankGap: { safe: true } });
    for (const by of [1e-5, 3e-7]) {
      const { rankGap, warnings } = found(by, exchange, { tol: 1e-6 });
      expect(rankGap.safe).toBe(false);
      expect(warnings.join()).toContain("The dimension is not certain");
    }
  });
});

describe("the verdict", () => {
  const never = "Some of them never decay.";
  const closed = (energy: number) =>
    bipartite({ HA: sigmaz().scale(energy), HB: sigmaz().scale(energy), V: exchange.scale(0.3) });

  it("says whether some of it never decays, in any units, however slow the baths are", () => {
    for (const energy of [1e-3, 1, 1e3]) expect(closed(energy).storage({ steady: mixed }).verdict).toContain(never);
    for (const Gamma of [1e-7, 1, 1e4]) {
      const baths = [thermalBath("A", { beta: 0.5, Gamma }), thermalBath("B", { beta: 1.2, Gamma })];
      const { verdict } = bipartite({ HA: sigmaz(), HB: sigmaz().scale(0.7), V: zz.scale(0.3), baths }).storage();
      expect(verdict).not.toContain(never);
      expect(verdict).toContain("Through correlation alone a state can give away at most");
    }
    // One part has no bath, and its populations stay.
    const one = bipartite({ HA: sigmaz(), HB: sigmaz(), V: zz, baths: [customBath("A", { jumps: [sigmaz()] })] });
    expect(one.storage({ steady: mixed }).verdict).toContain(never);
  });

  it("says how much can be given away and taken up, also where one of them is nothing", () => {
    const bell = (sign: number): Storage =>
      closed(1).storage({
        steady: ket2dm(
          basis([2, 2], [0, 1])
            .add(basis([2, 2], [1, 0]).scale(sign))
            .unit(),
        ),
      });
    // The energies of the two are 0.3 and -0.3.
    expect(bell(1).verdict).toMatch(/give away at most 0\.0+ and take up at most (0\.6000000|0\.5999999)\./);
    expect(bell(-1).verdict).toMatch(/give away at most (0\.6000000|0\.5999999) and take up at most 0\.0+\./);
    expect(bell(1).capacity.max).toBe(0);
    expect(bell(-1).capacity.min).toBe(0);
  });
});
