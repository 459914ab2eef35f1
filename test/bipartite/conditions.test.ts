/**
 * Conditions (i) and (ii), decided for all states; what the theorem makes of them, checked by evolution; the product steady state (erratum 2).
 */
import { describe, expect, it } from "vitest";
import {
  type BipartiteSystem,
  bipartite,
  customBath,
  InvalidArgumentError,
  num,
  Operator,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  twoQubitExample,
} from "../../bindings/index.ts";
import { referenceSystem } from "../support/bipartite.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";
import { readReference, type Thermo } from "../support/reference.ts";

const SIZES = [
  [2, 2],
  [2, 3],
  [3, 2],
  [3, 3],
  [4, 4],
] as const;

/** Complex V, non-diagonal H_A and H_B, thermal baths. */
function randomSystem(random: () => number, [dA, dB]: readonly [number, number]): BipartiteSystem {
  return bipartite({
    HA: randomHermitian(random, [dA]),
    HB: randomHermitian(random, [dB]),
    V: randomHermitian(random, [dA, dB]),
    alphaA: random(),
    baths: [thermalBath("A", { beta: random() }), thermalBath("B", { beta: random() })],
  });
}

/** exp(iK) up to its phase, from the eigenvectors of K: here just a unitary, made by Gram-Schmidt. */
function randomUnitary(random: () => number, d: number): Operator {
  const rows: { re: number; im: number }[][] = [];
  const raw = randomOperator(random, [d]);
  for (let i = 0; i < d; i++) {
    let row = Array.from({ length: d }, (_, j) => raw.get(i, j));
    // Twice is enough (Kahan).
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) {
        const re = row.reduce((sum, x, j) => sum + x.re * other[j]!.re + x.im * other[j]!.im, 0);
        const im = row.reduce((sum, x, j) => sum + x.im * other[j]!.re - x.re * other[j]!.im, 0);
        row = row.map((x, j) => ({
          re: x.re - re * other[j]!.re + im * other[j]!.im,
          im: x.im - re * other[j]!.im - im * other[j]!.re,
        }));
      }
    }
    const norm = Math.sqrt(row.reduce((sum, { re, im }) => sum + re * re + im * im, 0));
    rows.push(row.map(({ re, im }) => ({ re: re / norm, im: im / norm })));
  }
  return Operator.dense(
    [d],
    rows.flatMap((row) => row.flatMap(({ re, im }) => [re, im])),
  );
}

const swapped = (X: Operator): Operator => {
  const [dA, dB] = X.dims as [number, number];
  const to = (index: number) => (index % dB) * dA + Math.floor(index / dB);
  const triplets: [number, number, number, number][] = [];
  X.forEachNonzero((row, column, re, im) => triplets.push([to(row), to(column), re, im]));
  return Operator.fromTriplets([dB, dA], triplets);
};

/** Norms in files and here come from sums of this many products at most. */
const close = (a: number, b: number, scale = Math.max(1, Math.abs(a))) =>
  expect(Math.abs(a - b)).toBeLessThan(1e-12 * scale);

describe("condition norms", () => {
  it.each([
    "thermo_p1_0",
    "thermo_qubit_qutrit",
    "thermo_qutrit_qutrit",
    "thermo_xx_entangled",
    "thermo_global_davies",
  ])("%s: as the reference has them, along the run", (name) => {
    const reference = readReference<Thermo>(name);
    const system = referenceSystem(reference);
    const rho0 = Operator.dense(reference.dims, reference.rho0);
    const run = system.evolve(rho0, reference.t, { rtol: 1e-12, atol: 1e-14 });
    reference.t.forEach((_, k) => {
      expect(Math.abs(run.conditions.commutes[k]! - reference.series.comm_eff![k]!)).toBeLessThan(1e-10);
      expect(Math.abs(run.conditions.adjoint[k]! - reference.series.adj_norm![k]!)).toBeLessThan(1e-12);
    });
    const { commutes, adjoint } = system.conditionNorms(rho0);
    close(commutes.norm, reference.series.comm_eff![0]!);
    close(adjoint.norm, reference.series.adj_norm![0]!);
  });

  it("(ii) is every energy rate by a bath", () => {
    // sum L#[H] = 0 iff Tr[D[rho] H] = 0 for all rho: its norm is the largest of those over rho of norm 1.
    const random = generator(12);
    for (const sizes of SIZES) {
      const system = randomSystem(random, sizes);
      const { adjoint } = system.conditions();
      for (let n = 0; n < 5; n++) {
        const rho = randomState(random, sizes);
        expect(Math.abs(system.rates(rho).U)).toBeLessThan(adjoint.norm * rho.norm() * (1 + 1e-12));
      }
      expect(adjoint.holds).toBe(false);
    }
  });

  it("(i) at random states is never where all states were said to commute, and the worst decides", () => {
    const random = generator(13);
    for (const sizes of SIZES) {
      const system = randomSystem(random, sizes);
      const { commutes } = system.conditions();
      expect(commutes.holds).toBe(false);
      const { A, B } = commutes.worst;
      close(system.conditionNorms(A.kron(B)).commutes.norm, commutes.norm);
    }
  });

  it("is decided for all states, not for the maximally mixed one", () => {
    // Tr_B[V (1 ⊗ rho_B)] = <sigma_x> sigma_x: nothing at the mixed states, something that does not commute with sigma_z elsewhere.
    const V = tensor(sigmax(), sigmax()).add(tensor(sigmaz(), sigmaz()));
    const zero = Operator.fromTriplets([2], []);
    const system = bipartite({ HA: zero, HB: zero, V });
    const mixed = qeye(2).scale(0.5);
    expect(system.conditionNorms(mixed.kron(mixed)).commutes).toEqual({ holds: true, norm: 0, relative: 0 });
    const { commutes } = system.conditions();
    expect(commutes.holds).toBe(false);
    expect(commutes.norm).toBeGreaterThan(1);
  });

  it("does not depend on the zero of energy, on local bases, or on which part is called A", () => {
    const random = generator(14);
    for (const sizes of SIZES) {
      const [dA, dB] = sizes;
      const [HA, HB] = [randomHermitian(random, [dA]), randomHermitian(random, [dB])];
      const V = randomHermitian(random, sizes);
      const L = randomOperator(random, [dA]);
      const rho = randomState(random, sizes);
      const make = (hA: Operator, hB: Operator, v: Operator, l: Operator, site: "A" | "B" = "A") =>
        bipartite({ HA: hA, HB: hB, V: v, baths: [customBath(site, { jumps: [l] })] });
      const norms = (system: BipartiteSystem, state: Operator) => {
        const { commutes, adjoint } = system.conditionNorms(state);
        return [commutes.norm, commutes.relative, adjoint.norm, adjoint.relative];
      };
      const system = make(HA, HB, V, L);
      const plain = norms(system, rho);
      const [uA, uB] = [randomUnitary(random, dA), randomUnitary(random, dB)];
      const turn = (u: Operator, x: Operator) => u.mul(x).mul(u.dag());
      const whole = uA.kron(uB);
      const turned = make(turn(uA, HA), turn(uB, HB), turn(whole, V), turn(uA, L));
      const shifted = make(HA.add(qeye([dA]).scale(7)), HB, V, L);
      const other = make(HB, HA, swapped(V), L, "B");
      norms(turned, turn(whole, rho)).forEach((value, k) => {
        close(plain[k]!, value, 20 * Math.max(1, plain[k]!));
      });
      norms(other, swapped(rho)).forEach((value, k) => {
        close(plain[k]!, value);
      });
      norms(shifted, rho).forEach((value, k) => {
        close(plain[k]!, value, 20 * Math.max(1, plain[k]!));
      });
      const found = [system, turned, other, shifted].map((one) => one.conditions());
      for (const { commutes, adjoint, conservesLocal, conservesCorrelation, theorem } of found) {
        expect([commutes.holds, adjoint.holds, conservesLocal, conservesCorrelation, theorem]).toEqual(
          Array(5).fill(false),
        );
      }
    }
  });

  it("are relative to the norms of H_A ⊗ 1, of V and of the jumps", () => {
    const [g, gamma] = [0.3, 0.7];
    const zero = Operator.fromTriplets([2], []);
    const baths = [customBath("A", { jumps: [sigmam().scale(Math.sqrt(gamma))] })];
    const system = bipartite({ HA: sigmaz(), HB: zero, V: tensor(sigmax(), sigmaz()).scale(g), baths });
    // [sigma_z, sigma_x] = 2i sigma_y; ‖P ⊗ Q‖ = 2 of Pauli matrices; no fields at the mixed state.
    const { commutes, adjoint } = system.conditionNorms(qeye([2, 2]).scale(0.25));
    close(commutes.norm, 4 * g);
    close(commutes.relative, (4 * g) / ((2 + 2 * g) * 2 * g));
    // D#[sigma_z] = -2 gamma |e><e|, D#[sigma_x] = -gamma/2 sigma_x; ‖L ⊗ 1‖² = 2 gamma, ‖H‖ = 2 sqrt(1 + g²)
    close(adjoint.norm, gamma * Math.sqrt(8 + g * g));
    close(adjoint.relative, Math.sqrt(8 + g * g) / (4 * Math.sqrt(1 + g * g)));
  });

  it("asks for the time of a driven system", () => {
    const drive = (t: number) => Math.cos(t);
    const V = tensor(sigmax(), sigmax());
    const system = bipartite({ HA: [sigmaz(), [sigmax(), drive]], HB: sigmaz(), V });
    expect(() => system.conditions()).toThrow(InvalidArgumentError);
    expect(() => system.conditions()).toThrow(/system\.at\(t\)\.conditions\(\)/);
    expect(system.at(0.3).conditions().commutes.holds).toBe(false);
    const rho0 = qeye([2, 2]).scale(0.25);
    expect(() => system.conditionNorms(rho0)).toThrow(/a time/);
    const run = system.evolve(rho0, [0, 0.5, 1]);
    expect(run.conditions.commutes[2]).toBeCloseTo(system.conditionNorms(run.finalState, 1).commutes.norm, 12);
  });
});

describe("the theorem, by evolution", () => {
  const times = [0, 0.2, 0.5, 1];
  const constant = (series: Float64Array) =>
    Math.max(...Array.from(series, (value) => Math.abs(value - series[0]!))) < 1e-9;
  const evolve = (system: BipartiteSystem, rho: Operator) => system.evolve(rho, times, { rtol: 1e-11, atol: 1e-13 });

  it("(i) and (ii): U_⊗, U and U_chi are conserved for random states", () => {
    const random = generator(15);
    // Everything diagonal in a random local basis, and dephasing there.
    for (const [dA, dB] of SIZES) {
      const [uA, uB] = [randomUnitary(random, dA), randomUnitary(random, dB)];
      const diagonal = (u: Operator) => {
        const d = u.size;
        const D = Operator.fromTriplets(
          [d],
          Array.from({ length: d }, (_, k): [number, number, number, number] => [k, k, 2 * random() - 1, 0]),
        );
        return u.mul(D).mul(u.dag()).hermitianPart();
      };
      const system = bipartite({
        HA: diagonal(uA),
        HB: diagonal(uB),
        V: diagonal(uA)
          .kron(diagonal(uB))
          .add(diagonal(uA).kron(diagonal(uB))),
        baths: [customBath("A", { jumps: [diagonal(uA)] }), customBath("B", { jumps: [diagonal(uB)] })],
      });
      const conditions = system.conditions();
      expect(conditions).toMatchObject({
        theorem: true,
        conservesLocal: true,
        conservesTotal: true,
        conservesCorrelation: true,
        exchangeThroughCorrelation: "none",
      });
      expect(conditions.verdict.join(" ")).toMatch(/By the theorem U_⊗ is conserved/);
      const { energy } = evolve(system, randomState(random, [dA, dB]));
      for (const name of ["U", "Ulocal", "Uchi"] as const) expect(constant(energy[name])).toBe(true);
    }
  });

  it("(ii) alone: U is conserved, U_⊗ is not", () => {
    const random = generator(16);
    for (const [dA, dB] of SIZES) {
      const system = bipartite({
        HA: randomHermitian(random, [dA]),
        HB: randomHermitian(random, [dB]),
        V: randomHermitian(random, [dA, dB]),
      });
      const conditions = system.conditions();
      expect(conditions).toMatchObject({ theorem: false, conservesTotal: true, conservesLocal: false });
      expect(conditions.exchangeThroughCorrelation).toBe("none");
      const { energy } = evolve(system, randomState(random, [dA, dB]));
      expect(constant(energy.U)).toBe(true);
      expect(constant(energy.Ulocal)).toBe(false);
    }
  });

  it("knows what conserves U_⊗ although (i) fails: a V that acts on one part alone", () => {
    const random = generator(17);
    const V = tensor(sigmax(), qeye(2));
    const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V });
    const conditions = system.conditions();
    expect(conditions.commutes.holds).toBe(false);
    expect(conditions).toMatchObject({ theorem: false, conservesLocal: true, conservesCorrelation: true });
    const { energy } = evolve(system, randomState(random, [2, 2]));
    expect(constant(energy.Ulocal)).toBe(true);
  });

  it("no interaction: U_chi is nothing, whatever the baths do", () => {
    const baths = [thermalBath("A", { beta: 0.5 })];
    const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V: Operator.fromTriplets([2, 2], []), baths });
    // Nothing of nothing is nothing.
    expect(system.conditions().commutes).toMatchObject({ holds: true, norm: 0, relative: 0 });
    expect(system.withBaths([]).conditions().adjoint).toEqual({ holds: true, norm: 0, relative: 0 });
    expect(system.conditions()).toMatchObject({
      conservesTotal: false,
      conservesLocal: false,
      conservesCorrelation: true,
      exchangeThroughCorrelation: "none",
    });
  });

  it("the paper's example: (i) holds, (ii) does not, special states exchange", () => {
    const { system } = twoQubitExample({ omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2, c: 0.05 });
    const conditions = system.conditions();
    expect(conditions.commutes).toMatchObject({ holds: true, norm: 0 });
    expect(conditions).toMatchObject({
      theorem: false,
      conservesTotal: false,
      conservesCorrelation: false,
      exchangeThroughCorrelation: "special states at most",
      productSteadyState: { applies: true, holds: true },
    });
    expect(conditions.verdict).toHaveLength(4);
  });
});

describe("product steady state", () => {
  const [p, m] = [sigmap(), sigmam()];
  const exchange = tensor(p, m).add(tensor(m, p));
  const resonant = (betaA: number, betaB: number) =>
    bipartite({
      HA: sigmaz(),
      HB: sigmaz(),
      V: exchange.scale(0.3),
      baths: [thermalBath("A", { beta: betaA }), thermalBath("B", { beta: betaB })],
    });

  it("erratum 2: the paper's commutator vanishes, the state is not steady", () => {
    const { productSteadyState: found, verdict } = resonant(0.5, 1.2).conditions();
    expect(found).toMatchObject({
      applies: true,
      holds: false,
      paperCommutator: { holds: true },
      commutator: { holds: false },
    });
    if (!found.applies) throw new Error(found.why);
    expect(found.residual.norm).toBeCloseTo(0.0788, 4);
    expect(verdict.join(" ")).toMatch(/\[H_A \+ H_B, V\] = 0 is not enough/);
  });

  it("has commutators of the norm of what does not commute", () => {
    const [g, betaA, betaB] = [0.3, 0.5, 1.2];
    const baths = [thermalBath("A", { beta: betaA }), thermalBath("B", { beta: betaB })];
    const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V: tensor(sigmax(), sigmax()).scale(g), baths });
    const { productSteadyState: found } = system.conditions();
    if (!found.applies) throw new Error(found.why);
    // [a sigma_z ⊗ 1 + b 1 ⊗ sigma_z, sigma_x ⊗ sigma_x] = 2i (a sigma_y ⊗ sigma_x + b sigma_x ⊗ sigma_y)
    close(found.commutator!.norm, 4 * g * Math.hypot(betaA, betaB));
    close(found.commutator!.relative, Math.hypot(betaA, betaB) / (betaA + betaB));
    close(found.paperCommutator.norm, 4 * g * Math.SQRT2);
    close(found.paperCommutator.relative, Math.SQRT1_2);
  });

  it("is steady at equal temperatures, and the commutator and the residual agree", () => {
    const { productSteadyState } = resonant(0.8, 0.8).conditions();
    expect(productSteadyState).toMatchObject({
      applies: true,
      holds: true,
      commutator: { holds: true },
      residual: { holds: true },
    });
    const random = generator(18);
    for (const sizes of SIZES) {
      const { productSteadyState: found } = randomSystem(random, sizes).conditions();
      expect(found).toMatchObject({ applies: true, holds: false, residual: { holds: false } });
    }
  });

  it("takes several baths of one temperature for one, and says why it does not apply", () => {
    const system = resonant(0.8, 0.8);
    const two = system.withBaths([
      thermalBath("A", { beta: 0.8, name: "a1" }),
      thermalBath("A", { beta: 0.8, name: "a2", rates: "ohmic" }),
      thermalBath("B", { beta: 0.8 }),
    ]);
    expect(two.conditions().productSteadyState).toMatchObject({ applies: true, holds: true });
    const why = (baths: Parameters<BipartiteSystem["withBaths"]>[0]) => {
      const found = system.withBaths(baths).conditions().productSteadyState;
      return found.applies ? "" : found.why;
    };
    const b = thermalBath("B", { beta: 0.8 });
    expect(why([b])).toBe("part A has no bath of its own");
    expect(why([customBath("A", { jumps: [m] }), b])).toBe('bath "A" has no temperature');
    expect(why([thermalBath("A", { beta: 1 }), thermalBath("A", { beta: 2, name: "a" }), b])).toMatch(/1, 2/);
    const both = customBath("global", { jumps: [exchange], name: "x" });
    expect(why([thermalBath("A", { beta: 1 }), b, both])).toMatch(/"x" acts on both/);
  });

  it("goes by the residual at zero temperature", () => {
    const cold = bipartite({
      HA: num(3),
      HB: sigmaz(),
      V: tensor(num(3), sigmaz()),
      baths: [
        thermalBath("A", { beta: Number.POSITIVE_INFINITY, rates: "ohmic" }),
        thermalBath("B", { beta: Number.POSITIVE_INFINITY, rates: "ohmic" }),
      ],
    });
    const { productSteadyState } = cold.conditions();
    expect(productSteadyState).toMatchObject({ applies: true, holds: true, residual: { norm: 0 } });
    expect(productSteadyState).not.toHaveProperty("commutator");
  });
});
