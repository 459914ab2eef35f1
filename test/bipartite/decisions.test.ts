/**
 * What the conditions decide about all states: by which states, in which units, at zero temperature, and along a run without measures.
 */
import { describe, expect, it } from "vitest";
import {
  type Bath,
  bipartite,
  customBath,
  Operator,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
  thermalBath,
} from "../../bindings/index.ts";
import { conjugated, generator, randomHermitian, randomState, randomUnitary } from "../support/random.ts";

const nothing = (d: number) => Operator.fromTriplets([d], []);

describe("condition (i) is looked at in every direction of the states", () => {
  const diagonal = (...values: number[]) =>
    Operator.fromTriplets(
      [values.length],
      values.map((x, k) => [k, k, x, 0] as const),
    );
  /** re |j><k| + h.c., or i times it. */
  const coherence = (j: number, k: number, [re, im]: readonly [number, number]) =>
    Operator.fromTriplets(
      [4],
      [
        [j, k, re, im],
        [k, j, re, -im],
      ],
    );
  // V = sigma_x ⊗ R + sigma_z ⊗ S, R and S traceless and commuting: the field on A is <R> sigma_x + <S> sigma_z, that on B commutes with V. So
  // [Ĥ_A + Ĥ_B, V] = [sigma_x, sigma_z] ⊗ (<R> S - <S> R), which states without <R> and <S> do not show.
  it.each<[string, Operator, Operator]>([
    ["populations", diagonal(1, -1, 0, 0), diagonal(0, 0, 1, -1)],
    ["real coherences", coherence(0, 1, [1, 0]), coherence(2, 3, [1, 0])],
    ["imaginary coherences", coherence(0, 1, [0, 1]), coherence(2, 3, [0, 1])],
    ["coherences of distant levels", coherence(0, 3, [1, 0]), coherence(1, 2, [0, 1])],
  ])("%s", (_, R, S) => {
    const V = tensor(sigmax(), R).add(tensor(sigmaz(), S));
    const swapped = tensor(R, sigmax()).add(tensor(S, sigmaz()));
    for (const system of [
      bipartite({ HA: nothing(2), HB: nothing(4), V }),
      bipartite({ HA: nothing(4), HB: nothing(2), V: swapped }),
    ]) {
      const mixed = qeye(system.V.dims).scale(1 / 8);
      expect(system.conditionNorms(mixed).commutes.holds).toBe(true);
      const { commutes, conservesLocal } = system.conditions();
      expect(commutes.holds).toBe(false);
      expect(conservesLocal).toBe(false);
      // ‖2i sigma_y ⊗ S‖ = 2 sqrt(2) sqrt(2), with <R> between 1/2 and 1 at the states that decide
      expect(commutes.norm).toBeGreaterThan(1.9);
      const { A, B } = commutes.worst;
      expect(system.conditionNorms(A.kron(B)).commutes.norm).toBeCloseTo(commutes.norm, 12);
      expect(A.tr().re * B.tr().re).toBeCloseTo(1, 14);
    }
  });
});

it.each([
  ["x", sigmax()],
  ["y", sigmay()],
  ["z", sigmaz()],
])("condition (i) fails where it does along %s alone, of either part", (_, R) => {
  // V = sigma_x ⊗ R + sigma_z ⊗ 1, H_A = -sigma_z: Ĥ_A = <R> sigma_x but for a number, and [Ĥ_A + Ĥ_B, V] = <R> [sigma_x, sigma_z] ⊗ 1.
  const one = qeye(2);
  const [left, right] = [
    bipartite({ HA: sigmaz().scale(-1), HB: nothing(2), V: tensor(sigmax(), R).add(tensor(sigmaz(), one)) }),
    bipartite({ HA: nothing(2), HB: sigmaz().scale(-1), V: tensor(R, sigmax()).add(tensor(one, sigmaz())) }),
  ];
  for (const system of [left, right]) {
    const { commutes, conservesLocal } = system.conditions();
    expect(commutes.holds).toBe(false);
    expect(commutes.norm).toBeCloseTo(4, 13);
    // It acts on one part alone.
    expect(conservesLocal).toBe(true);
  }
});

describe("decisions are the same in any units of energy and of rates", () => {
  const random = generator(20292);
  const [uA, uB] = [randomUnitary(random, [2]), randomUnitary(random, [2])];
  const turned = (U: Operator, X: Operator) => conjugated(U, X).hermitianPart();
  // In a basis of no meaning, so that what vanishes does so but for rounding.
  const [zA, zB] = [turned(uA, sigmaz()), turned(uB, sigmaz())];
  const exchange = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap()));

  it.each<[string, Operator, boolean, boolean]>([
    ["dephasing of what commutes: both conditions", tensor(zA, zB), true, true],
    ["dephasing of an exchange: neither", turned(tensor(uA, uB), exchange), false, false],
  ])("%s", (_, V, first, second) => {
    for (const energy of [1e-8, 1, 1e8]) {
      for (const root of [1e-4, 1, 1e4]) {
        const [HA, HB] = [zA.scale(energy), zB.scale(energy)];
        const baths = [customBath("A", { jumps: [zA.scale(root)] }), customBath("B", { jumps: [zB.scale(root)] })];
        const found = bipartite({ HA, HB, V: V.scale(energy), baths }).conditions();
        expect([found.commutes.holds, found.adjoint.holds]).toEqual([first, second]);
        expect([found.theorem, found.conservesTotal]).toEqual([first && second, second]);
        // Jumps on one part alone are seen to be: the theorem says something.
        expect(found.conservesLocal).toBe(first && second);
      }
    }
  });

  it("a product steady state", () => {
    for (const energy of [1e-8, 1, 1e8]) {
      const holds = [1, 1.1].map((ratio) => {
        const [HA, HB] = [zA.scale(energy), zB.scale(energy)];
        const baths = [thermalBath("A", { beta: 1 / energy }), thermalBath("B", { beta: ratio / energy })];
        const V = turned(tensor(uA, uB), exchange).scale(0.3 * energy);
        const { productSteadyState: found } = bipartite({ HA, HB, V, baths }).conditions();
        if (!found.applies) throw new Error(found.why);
        expect(found.residual.holds).toBe(found.holds);
        expect(found.paperCommutator.holds).toBe(true);
        return found.holds;
      });
      expect(holds).toEqual([true, false]);
    }
  });
});

describe("the product steady state", () => {
  const V = tensor(sigmax(), sigmax()).scale(0.3);
  const productOf = (interaction: Operator, ...baths: Bath[]) => {
    const { productSteadyState, verdict } = bipartite({
      HA: sigmaz(),
      HB: sigmaz(),
      V: interaction,
      baths,
    }).conditions();
    return { found: productSteadyState, words: verdict.at(-1)! };
  };
  const cold = (site: "A" | "B") => thermalBath(site, { beta: Number.POSITIVE_INFINITY, rates: "ohmic" });
  const warm = (site: "A" | "B") => thermalBath(site, { beta: 0.8 });

  it("goes by the residual where one part alone is at zero temperature", () => {
    for (const baths of [
      [cold("A"), warm("B")],
      [warm("A"), cold("B")],
    ]) {
      const commuting = productOf(tensor(sigmaz(), sigmaz()), ...baths);
      expect(commuting.found).toMatchObject({ applies: true, holds: true });
      expect(commuting.found).not.toHaveProperty("commutator");
      expect(commuting.words).toMatch(/ is steady: ‖L\[/);
      expect(productOf(V, ...baths).found).toMatchObject({ applies: true, holds: false });
      expect(productOf(V, ...baths).words).toMatch(/ is not steady: ‖L\[/);
    }
  });

  it("asks for baths of both parts; one without jumps is none", () => {
    const idle = (site: "A" | "B" | "global") => customBath(site, { name: "idle", jumps: [] });
    expect(productOf(V, warm("A")).found).toEqual({ applies: false, why: "part B has no bath of its own" });
    expect(productOf(V, idle("A"), warm("B")).found).toEqual({ applies: false, why: "part A has no bath of its own" });
    expect(productOf(V, warm("A"), warm("B"), idle("global")).found).toMatchObject({ applies: true });
    expect(productOf(V, warm("A"), warm("B"), idle("B")).found).toMatchObject({ applies: true });
  });

  it("is said not to need different temperatures where the paper's commutator is enough", () => {
    const exchange = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap()));
    expect(productOf(exchange, warm("A"), warm("B")).words).not.toMatch(/not enough/);
    expect(productOf(V, warm("A"), warm("B")).words).not.toMatch(/not enough/);
    expect(productOf(exchange, warm("A"), thermalBath("B", { beta: 0.5 })).words).toMatch(/not enough/);
  });
});

it("the verdict has the norms of what does not vanish", () => {
  const system = bipartite({
    HA: sigmaz(),
    HB: sigmaz(),
    V: tensor(sigmax(), sigmax()).scale(0.3),
    baths: [thermalBath("A", { beta: 1 })],
  });
  const { commutes, adjoint, verdict } = system.conditions();
  for (const [k, { norm, relative }] of [commutes, adjoint].entries())
    expect(verdict[k]).toContain(`norm ${norm.toPrecision(3)}, relative ${relative.toPrecision(3)}`);
});

it("norms along a run are those at its states, with measures and without", () => {
  const random = generator(20293);
  const [HA, HB] = [randomHermitian(random, [2]), randomHermitian(random, [3])];
  const V = randomHermitian(random, [2, 3]);
  const rho0 = randomState(random, [2, 3]);
  const system = bipartite({ HA, HB, V, baths: [thermalBath("A", { beta: 0.4 })] });
  const local = HA.kron(qeye(3)).add(qeye(2).kron(HB));
  const bare = local.mul(V).sub(V.mul(local)).norm();
  const rtol = 1e-10;
  for (const measures of [true, false]) {
    const run = system.evolve(rho0, [0, 0.5, 1], { measures, storeStates: true, rtol, atol: 0.01 * rtol });
    run.states!.forEach((state, k) => {
      const { commutes, adjoint } = system.conditionNorms(state);
      // Reduced states come from another run to the same tolerance.
      expect(Math.abs(run.conditions.commutes[k]! - commutes.norm)).toBeLessThan(100 * rtol);
      expect(run.conditions.adjoint[k]).toBeCloseTo(adjoint.norm, 12);
      expect(run.conditions.bare[k]).toBeCloseTo(bare, 12);
    });
  }
});
