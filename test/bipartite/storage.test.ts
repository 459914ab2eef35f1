/**
 * Correlation storage: dimensions known in closed form or from an independent computation, invariance, the states against the solver, bad input.
 */
import { describe, expect, it } from "vitest";
import {
  type BipartiteSystem,
  bipartite,
  customBath,
  maximallyMixedDm,
  NotDensityMatrixError,
  NotSteadyError,
  Operator,
  OutsideStorageError,
  ptrace,
  qeye,
  SteadyStateNotUniqueError,
  type Storage,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  twoQubitExample,
} from "../../bindings/index.ts";
import { eigenvaluesHermitian } from "../../bindings/kernel/dense.ts";
import { traceOfProduct } from "../../bindings/operators/expectation.ts";
import { generator, maxDifference, randomHermitian } from "../support/random.ts";
import { diagonal, localUnitary, qutrits } from "./storage-systems.ts";

const example = twoQubitExample({ omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2, c: 0 });
const exchange = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(0.3);
const baths = [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })];
const resonant = bipartite({ HA: sigmaz(), HB: sigmaz(), V: exchange, baths });
const offResonance = bipartite({ HA: sigmaz(), HB: sigmaz().scale(0.7), V: exchange, baths });
const dense = bipartite({
  HA: diagonal(0, 1, 2.3),
  HB: diagonal(0, 0.8, 1.9),
  V: randomHermitian(generator(5), [3, 3]),
  baths,
});

/** A basis of a subspace that is orthonormal, free of local traces, and mapped into itself. */
function checkBasis(system: BipartiteSystem, { basis, dimension }: Storage): void {
  expect(basis).toHaveLength(dimension);
  basis.forEach((X, j) => {
    expect(X.hermiticityDefect().deviation).toBe(0);
    basis.forEach((Y, k) => {
      expect(Math.abs(traceOfProduct(X, Y).re - (j === k ? 1 : 0))).toBeLessThan(1e-12);
    });
    expect(ptrace(X, 0).maxAbs()).toBeLessThan(1e-13);
    expect(ptrace(X, 1).maxAbs()).toBeLessThan(1e-13);
    const image = system.derivative(X);
    const outside = basis.reduce<Operator>((rest, Y) => rest.sub(Y.scale(traceOfProduct(Y, image).re)), image);
    expect(outside.maxAbs()).toBeLessThan(1e-10);
  });
}

describe("dimensions", () => {
  it.each<[string, BipartiteSystem, number, number]>([
    ["the paper's example", example.system, 9, 5],
    ["resonant exchange", resonant, 9, 4],
    ["exchange off resonance", offResonance, 9, 3],
    ["two qutrits, diagonal", qutrits(), 64, 40],
    ["two qutrits, random V", dense, 64, 0],
  ])("%s", (_name, system, kernelDimension, dimension) => {
    const storage = system.storage();
    expect(storage).toMatchObject({ kernelDimension, dimension });
    checkBasis(system, storage);
    expect(storage.modes).toHaveLength(dimension);
    // What was taken for zero is rounding, what was not is far from it.
    expect(storage.rankGap.below).toBeLessThan(1e-13);
    expect(storage.rankGap.above).toBeGreaterThan(1e-4);
  });

  it("do not depend on the order of the parts", () => {
    const swapped = bipartite({
      HA: sigmaz().scale(0.7),
      HB: sigmaz(),
      V: exchange,
      baths: [thermalBath("A", { beta: 1.2 }), thermalBath("B", { beta: 0.5 })],
    });
    expect(swapped.storage().dimension).toBe(3);
  });

  it("nothing couples: all of the kernel, no weight", () => {
    const V = Operator.fromTriplets([2, 2], []);
    const storage = bipartite({ HA: sigmaz(), HB: sigmaz().scale(0.7), V, baths }).storage();
    expect(storage).toMatchObject({ dimension: 9, weight: 0, capacity: { max: 0, min: 0, gap: 0 } });
    expect(storage.verdict).toContain("None of them holds interaction energy");
  });

  it("dA·dB = 16", () => {
    const storage = bipartite({
      HA: diagonal(0, 1, 2.3, 3.1),
      HB: diagonal(0, 0.8, 1.9, 2.9),
      V: tensor(diagonal(1, 0.3, -0.9, 0.4), diagonal(0.2, -1, 0.5, 0.1)).scale(0.3),
      baths,
    }).storage();
    // Traceless diagonals times traceless diagonals, and coherences times coherences; a coherence times a diagonal V turns into one with a trace.
    expect(storage).toMatchObject({ kernelDimension: 15 * 15, dimension: 3 * 3 + 12 * 12 });
    expect(storage.capacity.gap).toBeLessThan(1e-9);
  });
});

describe("modes", () => {
  it("of the paper's example: V decays with lambda, coherences at half of it", () => {
    const { modes, weight } = example.system.storage();
    const { lambda } = example;
    const expected = [3.4, -3.4, 0.6, -0.6].map((im) => ({ re: -lambda / 2, im }));
    for (const mode of [...expected, { re: -lambda, im: 0 }]) {
      const nearest = Math.min(...modes.map(({ re, im }) => Math.hypot(re - mode.re, im - mode.im)));
      expect(nearest).toBeLessThan(1e-12);
    }
    // V = g sigma_z sigma_z lies in N.
    expect(weight).toBeCloseTo(2 * 0.3, 12);
  });
});

describe("evolve", () => {
  it.each<[string, BipartiteSystem]>([
    ["the paper's example", example.system],
    ["resonant exchange", resonant],
    ["two qutrits", qutrits()],
  ])("agrees with the solver, and the local states stand still: %s", (_name, system) => {
    const { evolve, states, steadyState, capacity, basis } = system.storage();
    // A start that is no extreme one: a random direction, well inside the cone.
    const random = generator(3);
    const direction = basis.reduce<Operator>(
      (sum, X) => sum.add(X.scale(2 * random() - 1)),
      Operator.fromTriplets(steadyState.dims, []),
    );
    const least = eigenvaluesHermitian(steadyState)[0]!;
    const other = steadyState.add(direction.scale((0.5 * least) / direction.norm()));
    const times = [0, 0.1, 0.5, 2];
    for (const [start, rho0] of [
      ["max", states.max],
      ["min", states.min],
      [other, other],
    ] as const) {
      const run = system.evolve(rho0, times, { rtol: 1e-11, atol: 1e-13, storeStates: true });
      times.forEach((t, k) => {
        const state = evolve(t, start);
        expect(maxDifference(state.rho, run.states![k]!)).toBeLessThan(1e-9);
        expect(maxDifference(run.reduced.A[k]!, ptrace(steadyState, 0))).toBeLessThan(1e-9);
        expect(maxDifference(run.reduced.B[k]!, ptrace(steadyState, 1))).toBeLessThan(1e-9);
        expect(maxDifference(state.A, ptrace(steadyState, 0))).toBeLessThan(1e-13);
        expect(maxDifference(state.B, ptrace(steadyState, 1))).toBeLessThan(1e-13);
        // What has left the correlation is what U_chi has lost.
        expect(run.energy.Uchi[0]! - run.energy.Uchi[k]!).toBeCloseTo(evolve(0, start).stored - state.stored, 9);
      });
    }
    expect(evolve(0).stored).toBeCloseTo(capacity.max, 12);
    expect(evolve(0, "min").stored).toBeCloseTo(capacity.min, 12);
    expect(evolve(50).rho.sub(steadyState).maxAbs()).toBeLessThan(1e-12);
  });

  it("refuses a state that would move its parts, saying how far it is off", () => {
    // Erratum 4: both partial traces of this correlation vanish too.
    const { evolve, steadyState } = example.system.storage();
    const start = steadyState.add(tensor(sigmax(), sigmaz()).scale(0.02));
    expect(() => evolve(1, start)).toThrow(OutsideStorageError);
    expect(() => evolve(1, start)).toThrow(/is 4\.000e-2 away from the subspace/);
  });

  it("refuses what is no state, and no time", () => {
    const { evolve, steadyState } = example.system.storage();
    const outside = steadyState.add(tensor(sigmaz(), sigmaz()).scale(0.2));
    expect(() => evolve(1, outside)).toThrow(NotDensityMatrixError);
    expect(() => evolve(1, outside)).toThrow(/smallest eigenvalue is -/);
    expect(() => evolve(-1)).toThrow(/evolve: t: expected a finite time >= 0/);
    expect(() => evolve(Number.NaN)).toThrow(/evolve: t/);
    expect(() => evolve(1, "most" as "max")).toThrow(/evolve: start/);
  });
});

describe("the steady state", () => {
  it("is the product of the thermal states where that is steady, else what L says", () => {
    expect(example.system.storage().steadySource).toBe("thermal product");
    // Erratum 2: heat flows from one bath to the other.
    const { steadySource, steadyState } = resonant.storage();
    expect(steadySource).toBe("kernel of L");
    expect(resonant.derivative(steadyState).maxAbs()).toBeLessThan(1e-14);
    expect(steadyState.tr().re).toBeCloseTo(1, 14);
  });

  it("is asked for where there are several, and refused where it is none", () => {
    const closed = bipartite({ HA: sigmaz(), HB: sigmaz().scale(0.7), V: tensor(sigmax(), sigmaz()), baths: [] });
    let error: unknown;
    try {
      closed.storage();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SteadyStateNotUniqueError);
    // As many as there are operators that commute with H: its levels are ±E, ±E', not degenerate.
    expect(error).toMatchObject({ dimension: 4, code: "STEADY_STATE_NOT_UNIQUE" });
    expect(closed.storage({ steady: maximallyMixedDm([2, 2]) }).steadySource).toBe("given");
    expect(() => example.system.storage({ steady: maximallyMixedDm([2, 2]) })).toThrow(NotSteadyError);
    expect(() => example.system.storage({ steady: maximallyMixedDm([2, 2]) })).toThrow(
      /L\[rho\] has a component of \d\.\d{3}e/,
    );
    expect(() => closed.storage({ steady: qeye([2, 2]) })).toThrow(NotDensityMatrixError);
    expect(() => closed.storage({ steady: maximallyMixedDm([4]) })).toThrow(/expected dims \[2,2\]/);
  });
});

describe("bad input", () => {
  it("a driven system", () => {
    const driven = bipartite({
      HA: [sigmaz(), [sigmax(), (t: number) => Math.cos(t)]],
      HB: sigmaz(),
      V: exchange,
      baths,
    });
    expect(() => driven.storage()).toThrow(/system\.at\(t\)\.storage\(\)/);
    expect(driven.at(0).storage().kernelDimension).toBe(9);
  });

  it("options", () => {
    expect(() => example.system.storage({ tolerance: 1 } as object)).toThrow(/valid options are steady, tol/);
    expect(() => example.system.storage({ tol: 0 })).toThrow(/storage: tol/);
  });

  it("parts that are too large", () => {
    const large = bipartite({ HA: qeye(5), HB: qeye(5), V: qeye([5, 5]) });
    expect(() => large.storage()).toThrow(/dA·dB: expected at most 24, got 25/);
  });
});

describe("nothing is stored", () => {
  it.each<[string, BipartiteSystem]>([
    ["a dense coupling", dense],
    [
      "a part of one level",
      bipartite({ HA: diagonal(1), HB: sigmaz(), V: tensor(diagonal(1), sigmaz()), baths: baths.slice(1) }),
    ],
  ])("%s: the steady state is the only one", (_name, system) => {
    const { dimension, capacity, modes, evolve, steadyState, verdict } = system.storage();
    expect({ dimension, capacity, modes }).toEqual({ dimension: 0, capacity: { max: 0, min: 0, gap: 0 }, modes: [] });
    expect(maxDifference(evolve(1).rho, steadyState)).toBe(0);
    expect(evolve(1, steadyState).stored).toBe(0);
    expect(verdict).toContain("No correlation is invisible");
  });
});

describe("the parts exchanged", () => {
  it("change nothing", () => {
    const [there, back] = [qutrits(), qutrits([], true)].map((system) => system.storage());
    expect(back!.dimension).toBe(there!.dimension);
    expect(back!.weight).toBeCloseTo(there!.weight, 12);
    expect(back!.capacity.max).toBeCloseTo(there!.capacity.max, 11);
    expect(back!.capacity.min).toBeCloseTo(there!.capacity.min, 11);
  });
});

describe("local unitaries", () => {
  it("change nothing", () => {
    const U = localUnitary(11, 3, 3);
    const rotated = qutrits(U).storage();
    const { dimension, weight, capacity } = qutrits().storage();
    expect(rotated.dimension).toBe(dimension);
    expect(rotated.weight).toBeCloseTo(weight, 10);
    // One is a linear programme, the other a semidefinite one.
    expect(rotated.capacity.max).toBeCloseTo(capacity.max, 10);
    expect(rotated.capacity.min).toBeCloseTo(capacity.min, 10);
  });
});

describe("a bath at zero temperature", () => {
  it("leaves no room for correlation beside a pure local state", () => {
    const cold = customBath("A", { jumps: [sigmam()] });
    const storage = bipartite({
      HA: sigmaz(),
      HB: sigmaz().scale(0.7),
      V: tensor(sigmaz(), sigmaz()).scale(0.3),
      baths: [cold, thermalBath("B", { beta: 1.2 })],
    }).storage();
    expect(storage.weight).toBeGreaterThan(0.1);
    expect(storage.capacity).toEqual({ max: 0, min: 0, gap: 0 });
    expect(maxDifference(storage.states.max, storage.steadyState)).toBe(0);
  });
});
