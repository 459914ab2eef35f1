/**
 * Spins, qubits and fermions: the algebra they are defined by, for every small size.
 */
import { describe, expect, it } from "vitest";
import {
  anticommutator,
  basis,
  bellState,
  collectiveSpin,
  commutator,
  dag,
  expand,
  expect as expectation,
  fermionCreate,
  fermionDestroy,
  ghzState,
  type HermitianOperator,
  InvalidArgumentError,
  jmat,
  type Ket,
  ket2dm,
  maximallyMixedDm,
  type Operator,
  overlap,
  projection,
  ptrace,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
  singletState,
  spinCoherent,
  spinState,
  tensor,
  tripletStates,
  wState,
} from "../../bindings/index.ts";
import { maxDifference } from "../support/random.ts";

const i = { re: 0, im: 1 };
const ZERO = { re: 0, im: 0 };

/** [Jx, Jy] = iJz and cyclic, J± = Jx ± iJy. Elements are below 8 and sums short. */
function expectSpinAlgebra(J: { x: Operator; y: Operator; z: Operator; plus: Operator; minus: Operator }): void {
  const { x, y, z, plus, minus } = J;
  for (const [a, b, c] of [
    [x, y, z],
    [y, z, x],
    [z, x, y],
  ] as const) {
    expect(maxDifference(commutator(a, b), c.scale(i))).toBeLessThan(1e-14);
    expect(a.isHermitian(0)).toBe(true);
  }
  expect(maxDifference(x.add(y.scale(i)), plus)).toBeLessThan(1e-15);
  expect(maxDifference(x.sub(y.scale(i)), minus)).toBeLessThan(1e-15);
  expect(maxDifference(dag(plus), minus)).toBe(0);
}

function square(x: Operator, y: Operator, z: Operator): Operator {
  return x.mul(x).add(y.mul(y)).add(z.mul(z));
}

describe("spins", () => {
  it.each([0, 0.5, 1, 1.5, 2, 2.5])("j = %d: the algebra, J² = j(j + 1), and the levels from m = j down", (j) => {
    const [x, y, z] = [jmat(j, "x"), jmat(j, "y"), jmat(j, "z")];
    expectSpinAlgebra({ x, y, z, plus: jmat(j, "+"), minus: jmat(j, "-") });
    expect(maxDifference(square(x, y, z), qeye(2 * j + 1).scale(j * (j + 1)))).toBeLessThan(1e-14);
    for (let k = 0; k <= 2 * j; k++) {
      const m = j - k;
      const state = spinState(j, m);
      expect(expectation(z, state)).toBe(m);
      expect(jmat(j, "+").apply(state).norm()).toBeCloseTo(Math.sqrt(j * (j + 1) - m * (m + 1)), 14);
    }
  });

  it("j = 1/2 is half of Pauli's matrices", () => {
    const typed: HermitianOperator = jmat(0.5, "x");
    expect(maxDifference(typed, sigmax().scale(0.5))).toBe(0);
    expect(maxDifference(jmat(0.5, "y"), sigmay().scale(0.5))).toBe(0);
    expect(maxDifference(jmat(0.5, "z"), sigmaz().scale(0.5))).toBe(0);
    expect(maxDifference(jmat(0.5, "+"), sigmap())).toBe(0);
    expect(maxDifference(jmat(0.5, "-"), sigmam())).toBe(0);
  });

  it.each([0, 0.5, 1, 2.5, 4])("the coherent state of j = %d is the eigenstate of n·J with eigenvalue j", (j) => {
    for (const [theta, phi] of [
      [0, 0.3],
      [0.7, -2],
      [Math.PI / 2, 1],
      [Math.PI, 0.4],
      [5, 2],
    ] as const) {
      const psi = spinCoherent(j, theta, phi);
      const along = jmat(j, "x")
        .scale(Math.sin(theta) * Math.cos(phi))
        .add(jmat(j, "y").scale(Math.sin(theta) * Math.sin(phi)))
        .add(jmat(j, "z").scale(Math.cos(theta)));
      expect(psi.norm()).toBeCloseTo(1, 14);
      expect(along.apply(psi).add(psi.scale(-j)).norm()).toBeLessThan(1e-13);
    }
  });

  it("large spins neither over- nor underflow", () => {
    const psi = spinCoherent(1500, 1.1, 0.2);
    expect(psi.norm()).toBeCloseTo(1, 11);
    expect(expectation(jmat(1500, "z"), psi) as number).toBeCloseTo(1500 * Math.cos(1.1), 7);
  });
});

describe("collective spin", () => {
  it.each([1, 2, 3, 4, 5])("of %i qubits: the algebra, and the sum of single spins", (count) => {
    const [x, y, z] = [collectiveSpin(count, "x"), collectiveSpin(count, "y"), collectiveSpin(count, "z")];
    expectSpinAlgebra({ x, y, z, plus: collectiveSpin(count, "+"), minus: collectiveSpin(count, "-") });
    const dims = new Array<number>(count).fill(2);
    const sum = (op: Operator) =>
      dims.map((_, site) => expand(op, dims, site)).reduce((total, term) => total.add(term));
    expect(maxDifference(x, sum(sigmax().scale(0.5)))).toBe(0);
    expect(maxDifference(y, sum(sigmay().scale(0.5)))).toBe(0);
    expect(maxDifference(z, sum(sigmaz().scale(0.5)))).toBe(0);
    expect(maxDifference(collectiveSpin(count, "+"), sum(sigmap()))).toBe(0);
    expect(maxDifference(collectiveSpin(count, "-"), sum(sigmam()))).toBe(0);
  });

  it("W and GHZ states have the largest spin", () => {
    for (const n of [2, 3, 4]) {
      const J2 = square(collectiveSpin(n, "x"), collectiveSpin(n, "y"), collectiveSpin(n, "z"));
      for (const psi of [wState(n), ghzState(n)]) {
        expect(
          J2.apply(psi)
            .add(psi.scale((-n / 2) * (n / 2 + 1)))
            .norm(),
        ).toBeLessThan(1e-14);
      }
      expect(expectation(collectiveSpin(n, "z"), wState(n))).toBeCloseTo(n / 2 - 1, 14);
    }
  });
});

describe("states of qubits", () => {
  const bell = (["00", "01", "10", "11"] as const).map((name) => bellState(name));

  it("Bell states are orthonormal, and locally nothing is known", () => {
    bell.forEach((a, k) => {
      bell.forEach((b, l) => {
        expect(overlap(a, b).re).toBeCloseTo(k === l ? 1 : 0, 15);
      });
      for (const part of [0, 1]) expect(maxDifference(ptrace(a, part), maximallyMixedDm(2))).toBeLessThan(1e-15);
    });
    expect(bellState().toArray()).toEqual(bell[0]!.toArray());
    // sigma_z ⊗ sigma_z tells parity, sigma_x ⊗ sigma_x the sign
    const signs = bell.map((psi) =>
      [tensor(sigmaz(), sigmaz()), tensor(sigmax(), sigmax())].map((op) => Math.round(expectation(op, psi) as number)),
    );
    expect(signs).toEqual([
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ]);
  });

  it("singlet and triplet have spin 0 and 1", () => {
    const [x, y, z] = [collectiveSpin(2, "x"), collectiveSpin(2, "y"), collectiveSpin(2, "z")];
    expect(square(x, y, z).apply(singletState()).norm()).toBe(0);
    tripletStates().forEach((psi, k) => {
      expect(square(x, y, z).apply(psi).add(psi.scale(-2)).norm()).toBeLessThan(1e-15);
      expect(expectation(z, psi)).toBeCloseTo(k - 1, 15);
      expect(overlap(psi, singletState())).toEqual(ZERO);
    });
  });

  it.each([2, 3, 4, 5])("GHZ and W states of %i qubits and what is left of them", (n) => {
    expect(ghzState(n).norm()).toBeCloseTo(1, 15);
    expect(wState(n).norm()).toBeCloseTo(1, 15);
    for (let kept = 1; kept < n; kept++) {
      const keep = [...Array(kept).keys()];
      const zeros = new Array<number>(kept).fill(2);
      const ones = new Array<number>(kept).fill(1);
      const pole = (psi: Ket) => ket2dm(psi);
      const mixture = pole(basis(zeros))
        .add(pole(basis(zeros, ones)))
        .scale(0.5);
      expect(maxDifference(ptrace(ghzState(n), keep), mixture)).toBeLessThan(1e-15);
      const w = pole(basis(zeros))
        .scale(1 - kept / n)
        .add(pole(wState(kept)).scale(kept / n));
      expect(maxDifference(ptrace(wState(n), keep), w)).toBeLessThan(1e-15);
    }
  });
});

describe("fermions", () => {
  it.each([1, 2, 3, 4, 5])("on %i sites anticommute: exactly {c_j, c_k} = 0, {c_j, c_k†} = δ_jk", (sites) => {
    const c = Array.from({ length: sites }, (_, k) => fermionDestroy(sites, k));
    const one = qeye(new Array<number>(sites).fill(2));
    c.forEach((cj, j) => {
      c.forEach((ck, k) => {
        expect(anticommutator(cj, ck).nnz).toBe(0);
        expect(maxDifference(anticommutator(cj, dag(ck)), one.scale(j === k ? 1 : 0))).toBe(0);
      });
      expect(maxDifference(fermionCreate(sites, j), dag(cj))).toBe(0);
      const string = Array.from({ length: sites }, (_, k) => (k < j ? sigmaz() : k === j ? sigmap() : qeye(2)));
      expect(maxDifference(cj, tensor(...string))).toBe(0);
      expect(maxDifference(dag(cj).mul(cj), expand(projection(2, 1, 1), one.dims, j))).toBe(0);
      expect(cj.apply(basis(one.dims)).norm()).toBe(0);
    });
  });

  it("c_0† c_1† |empty> = |11>, in this order", () => {
    const pair = fermionCreate(2, 0).apply(fermionCreate(2, 1).apply(basis([2, 2])));
    expect(pair.toArray()).toEqual(basis([2, 2], [1, 1]).toArray());
    expect(
      fermionDestroy(2, 1)
        .apply(basis([2, 2], [1, 1]))
        .toArray()[4],
    ).toBe(-1);
  });

  it("hopping conserves their number", () => {
    const [a, b] = [fermionDestroy(3, 0), fermionDestroy(3, 2)];
    const hop = dag(a).mul(b).add(dag(b).mul(a)).asHermitian();
    const count = [0, 1, 2].map((k) => fermionCreate(3, k).mul(fermionDestroy(3, k))).reduce((sum, n) => sum.add(n));
    expect(commutator(hop, count).nnz).toBe(0);
  });
});

describe("errors", () => {
  it.each([
    [() => jmat(0.3, "x"), /jmat: j: expected one of 0, 1\/2, 1, 3\/2, …, got 0.3/],
    [() => jmat(1, "w" as never), /jmat: component.*got "w"/],
    [() => spinState(1.5, 1), /spinState: m: expected one of -1.5, -0.5, …, 1.5, got 1/],
    [() => spinState(1, 2), /spinState: m/],
    [() => spinCoherent(1, Number.NaN, 0), /spinCoherent: theta: expected a finite number/],
    [() => spinCoherent(1, 0, "1" as never), /spinCoherent: phi/],
    [() => collectiveSpin(0, "x"), /collectiveSpin: count: expected a positive integer/],
    [() => collectiveSpin(2, undefined as never), /collectiveSpin: component/],
    [() => collectiveSpin(21, "x"), /at most 1048576/],
    [() => bellState("02" as never), /bellState: expected "00", "01", "10" or "11", got "02"/],
    [() => ghzState(1.5), /ghzState: count/],
    [() => wState(0), /wState: count/],
    [() => fermionDestroy(2, 2), /fermionDestroy: k: expected an integer from 0 to 1, got 2/],
    [() => fermionCreate(0, 0), /fermionCreate: sites/],
    [() => projection(2, 0, 2), /projection: column: expected an integer from 0 to 1/],
    [() => dag(3 as never), /dag: expected an Operator/],
    [() => commutator(sigmax(), 3 as never), /commutator: B/],
    [() => anticommutator(3 as never, sigmax()), /anticommutator: A/],
  ] as [() => unknown, RegExp][])("%s", (body, message) => {
    expect(body).toThrow(InvalidArgumentError);
    expect(body).toThrow(message);
  });
});
