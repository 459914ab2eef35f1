/**
 * Systems on which reviewers once got a wrong answer.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  bipartite,
  customBath,
  mesolve,
  Operator,
  piecewise,
  qeye,
  samples,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
} from "../../bindings/index.ts";

const nothing = Operator.fromTriplets([2], []);
const plus = basis(2, 0).add(basis(2, 1)).unit();

describe("jumps that act on both parts", () => {
  const dephasing = bipartite({
    HA: nothing,
    HB: nothing,
    V: tensor(sigmax(), sigmax()).scale(0.3),
    baths: [customBath("global", { name: "both", jumps: [tensor(sigmaz(), sigmaz())] })],
  });

  it("move energy between U_⊗ and U_chi though (i) and (ii) hold: no theorem is claimed", () => {
    const { energy } = dephasing.evolve(plus.kron(plus), [0, 1]);
    expect(energy.U[1]).toBeCloseTo(0.3, 7);
    // <x> of each part decays at rate 2, <xx> not at all.
    expect(energy.Ulocal[1]).toBeCloseTo(0.3 * Math.exp(-4), 6);
    const found = dephasing.conditions();
    expect(found).toMatchObject({ theorem: false, conservesTotal: true });
    expect(found.commutes.holds && found.adjoint.holds).toBe(true);
    expect(found.conservesLocal).toBeUndefined();
    expect(found.conservesCorrelation).toBeUndefined();
    expect(found.verdict.join(" ")).toMatch(/Some jumps act on both parts/);
  });

  it("a global bath whose jumps act on one part each is a local one", () => {
    const local = dephasing.withBaths([
      customBath("global", { name: "both", jumps: [tensor(sigmax(), qeye(2)), tensor(qeye(2), sigmax())] }),
    ]);
    expect(local.conditions()).toMatchObject({ theorem: true, conservesLocal: true, conservesCorrelation: true });
  });
});

it("the verdict does not depend on zeros of energy", () => {
  const of = (shiftA: number, shiftV: number) =>
    bipartite({
      HA: sigmaz().add(qeye(2).scale(shiftA)),
      HB: sigmaz(),
      V: tensor(sigmax(), sigmax())
        .scale(0.3)
        .add(qeye([2, 2]).scale(shiftV)),
    }).conditions();
  const plain = of(0, 0);
  expect(plain).toMatchObject({ theorem: false, conservesLocal: false });
  for (const [shiftA, shiftV] of [
    [0, 1e7],
    [1e12, 0],
    [-3e5, 4e6],
  ] as const) {
    const shifted = of(shiftA, shiftV);
    expect(shifted).toMatchObject({ theorem: false, conservesLocal: false });
    // The rounding of V + shift itself.
    expect(Math.abs(shifted.commutes.norm - plain.commutes.norm)).toBeLessThan(1e-3);
  }
});

describe("coefficients that are known for the run only", () => {
  const V = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(0.3);
  const baths = [thermalBath("A", { beta: 0.5 })];
  const rho = thermalState(sigmaz(), 0.5).kron(thermalState(sigmaz(), 1.2));
  const t = Array.from({ length: 21 }, (_, k) => 5 + k / 20);

  it.each([
    ["samples", samples(t, t.map(Math.sin))],
    ["pieces", piecewise([5, 5.5, 6], [0.3, -0.2])],
    ["a function", (time: number) => Math.sqrt(time - 5)],
    ["a logarithm", (time: number) => Math.log(time - 4)],
  ])("%s", (_name, f) => {
    const system = bipartite({ HA: [sigmaz(), [sigmax(), f]], HB: sigmaz(), V, baths });
    const run = system.evolve(rho, [5, 5.5, 6], { rtol: 1e-9 });
    const H = [system.H, [tensor(sigmax(), qeye(2)), f]] as const;
    const { expect: values } = mesolve(H, rho, [5, 5.5, 6], {
      cOps: system.jumps,
      eOps: { H: system.H, x: tensor(sigmax(), qeye(2)) },
      rtol: 1e-9,
    });
    [5, 5.5, 6].forEach((time, k) => {
      const now = typeof f === "function" ? f(time) : f.at(time).re;
      expect(run.energy.U[k]).toBeCloseTo(values.H[k]! + now * values.x[k]!, 6);
      const { commutes } = system.at(time).conditionNorms(run.reduced.A[k]!.kron(run.reduced.B[k]!));
      expect(run.conditions.commutes[k]).toBeCloseTo(commutes.norm, 12);
      expect(system.at(time).HA.get(0, 1).re).toBeCloseTo(now, 12);
    });
    expect(Number.isFinite(system.rates(rho, 5.7).U)).toBe(true);
  });
});

describe("storage of weakly coupled parts", () => {
  const V = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap()));
  const baths = [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })];

  // 2, 0 and 9 with a capacity certified, when all decisions were taken beside ‖L‖.
  it.each([1, 4e-7, 1e-7, 3e-8, 1e-9])("has the dimension of strongly coupled ones: g = %d", (g) => {
    const found = bipartite({ HA: sigmaz(), HB: sigmaz().scale(0.7), V: V.scale(g), baths }).storage();
    expect(found).toMatchObject({ dimension: 3, steadySource: "kernel of L", warnings: [], weight: 0 });
  });

  it("is found beside baths a billion times slower than the Hamiltonian: one steady state", () => {
    const slow = baths.map((_, k) => thermalBath("AB"[k] as "A" | "B", { beta: [0.5, 1.2][k]! / 1e3, Gamma: 1e-6 }));
    const found = bipartite({ HA: sigmaz().scale(1e3), HB: sigmaz().scale(700), V: V.scale(1e-5), baths: slow });
    expect(found.storage()).toMatchObject({ dimension: 3, steadySource: "kernel of L", warnings: [] });
    expect(found.storage().verdict).not.toContain("never decay");
  });
});
