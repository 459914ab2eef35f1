/**
 * The largest and the smallest Tr[V chi] over pi + chi >= 0 where they are known in closed form: correlations beside maximally mixed parts.
 */
import { describe, expect, it } from "vitest";
import { capacityOf } from "../../bindings/bipartite/capacity.ts";
import {
  basis,
  type HermitianOperator,
  ket2dm,
  Operator,
  permute,
  ptrace,
  qeye,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import { eigenvaluesHermitian } from "../../bindings/kernel/dense.ts";
import { traceOfProduct } from "../../bindings/operators/expectation.ts";
import { generator, randomHermitian } from "../support/random.ts";
import { localUnitary } from "./storage-systems.ts";

/** Orthonormal Hermitian operators of trace 0 on d levels. */
function traceless(d: number): Operator[] {
  const unit = (i: number, j: number, re: number, im: number) =>
    Operator.fromTriplets(
      [d],
      i === j
        ? [[i, i, re, 0]]
        : [
            [i, j, re, im],
            [j, i, re, -im],
          ],
    );
  const found: Operator[] = [];
  for (let i = 0; i < d; i++) {
    for (let j = i + 1; j < d; j++) found.push(unit(i, j, Math.SQRT1_2, 0), unit(i, j, 0, Math.SQRT1_2));
    if (i === 0) continue;
    const diagonal = Array.from({ length: i + 1 }, (_, k) => unit(k, k, k < i ? 1 : -i, 0));
    found.push(diagonal.reduce((sum, one) => sum.add(one)).scale(1 / Math.sqrt(i * (i + 1))));
  }
  return found;
}

/** Populations of levels, without coherences. */
const diagonal = (...weights: number[]) =>
  Operator.fromTriplets(
    [weights.length],
    weights.flatMap((weight, k) => (weight === 0 ? [] : [[k, k, weight, 0] as const])),
  );

const turn = (U: Operator, X: Operator) => U.mul(X).mul(U.dag()).hermitianPart();

const products = (dA: number, dB: number) =>
  traceless(dA).flatMap((a) => traceless(dB).map((b) => tensor(a, b).hermitianPart()));

/** Of all correlations beside maximally mixed parts. */
function mixed(V: Operator, dA: number, dB: number, span: readonly HermitianOperator[] = products(dA, dB)) {
  const [A, B] = [qeye(dA).scale(1 / dA), qeye(dB).scale(1 / dB)];
  return capacityOf(A.kron(B).hermitianPart(), { A, B }, V.hermitianPart(), span);
}

/** What is found: below the true ends by no more than the gap, above them by rounding; by states. */
function expectEnds(found: ReturnType<typeof mixed>, V: Operator, pi: Operator, min: number, max: number): void {
  const { capacity } = found;
  const size = V.norm();
  expect(capacity.gap).toBeLessThan(1e-9 * size);
  for (const below of [max - capacity.max, capacity.min - min]) {
    expect(below).toBeGreaterThan(-1e-13 * size);
    expect(below).toBeLessThan(capacity.gap + 1e-13 * size);
  }
  for (const [chi, value] of [
    [found.max, capacity.max],
    [found.min, capacity.min],
  ] as const) {
    expect(Math.abs(traceOfProduct(V, chi).re - value)).toBeLessThan(1e-13 * size);
    expect(eigenvaluesHermitian(pi.add(chi).hermitianPart())[0]!).toBeGreaterThan(-1e-14);
    expect(ptrace(chi, 0).maxAbs()).toBeLessThan(1e-14);
    expect(ptrace(chi, 1).maxAbs()).toBeLessThan(1e-14);
  }
}

describe("two qubits, each maximally mixed", () => {
  const sigma = [sigmax(), sigmay(), sigmaz()];
  /** sum T_ij sigma_i ⊗ sigma_j: what correlation holds lies between the Bell states, by the singular values of T, and the sign of its determinant. */
  const interaction = (T: readonly (readonly number[])[]) =>
    sigma.reduce(
      (sum, a, i) => sigma.reduce((all, b, j) => all.add(tensor(a, b).scale(T[i]![j]!)), sum),
      Operator.fromTriplets([2, 2], []),
    );

  it.each([[[1, 0.5, 0.2]], [[1, 0.5, -0.2]], [[0.3, 0.3, 0.3]], [[-0.3, -0.3, -0.3]], [[1, 0, 0]], [[0, 1e-3, 1]]])(
    "hold what a Bell state does: sigma_k ⊗ sigma_k times %j, in any local basis and unit",
    (t) => {
      // Correlations <sigma_k sigma_k> of the Bell states.
      const energies = [
        [1, -1, 1],
        [-1, 1, 1],
        [1, 1, -1],
        [-1, -1, -1],
      ].map((signs) => signs.reduce((sum, sign, k) => sum + sign * t[k]!, 0));
      const V = interaction(t.map((x, i) => t.map((_, j) => (i === j ? x : 0))));
      for (const [seed, unit] of [
        [0, 1],
        [1, 1],
        [2, 1e-9],
        [3, 1e9],
      ] as const) {
        const [UA, UB] = localUnitary(seed, 2, 2);
        const W = seed === 0 ? qeye([2, 2]) : UA.kron(UB);
        const turned = W.mul(V).mul(W.dag()).scale(unit);
        const pi = qeye([2, 2]).scale(0.25);
        expectEnds(mixed(turned, 2, 2), turned, pi, unit * Math.min(...energies), unit * Math.max(...energies));
      }
    },
  );

  it("hold the same beside a pure entangled state, which is at the edge itself", () => {
    const bell = ket2dm(
      basis([2, 2], [0, 0])
        .add(basis([2, 2], [1, 1]))
        .unit(),
    );
    const half = qeye(2).scale(0.5);
    const t = [0.7, 0.4, -0.2];
    const V = interaction(t.map((x, i) => t.map((_, j) => (i === j ? x : 0))));
    const [UA, UB] = localUnitary(9, 2, 2);
    for (const W of [qeye([2, 2]), UA.kron(UB)]) {
      const turn = (X: Operator) => W.mul(X).mul(W.dag()).hermitianPart();
      const [pi, turned] = [turn(bell), turn(V)];
      const found = capacityOf(pi, { A: half, B: half }, turned, products(2, 2));
      // Of the Bell states by the signs above, this one first.
      const energies = [0.7 - 0.4 - 0.2, -0.7 + 0.4 - 0.2, 0.7 + 0.4 + 0.2, -0.7 - 0.4 + 0.2];
      const own = traceOfProduct(V, bell).re;
      expect(own).toBeCloseTo(energies[0]!, 14);
      expectEnds(found, turned, pi, Math.min(...energies) - own, Math.max(...energies) - own);
    }
  });

  it("are no matter of populations alone beside coherences, though V is one", () => {
    const bell = ket2dm(
      basis([2, 2], [0, 0])
        .add(basis([2, 2], [1, 1]))
        .unit(),
    ).hermitianPart();
    const half = qeye(2).scale(0.5);
    const V = tensor(sigmaz(), sigmaz());
    // Two Bell states have 1, as this one has, two have -1. Its populations by themselves could not change.
    const { capacity } = capacityOf(bell, { A: half, B: half }, V.hermitianPart(), products(2, 2));
    expect(capacity.min).toBeCloseTo(-2, 9);
    expect(Math.abs(capacity.max)).toBeLessThan(1e-9);
  });

  it("give nothing away, and no less than nothing, where no state holds more", () => {
    const bell = ket2dm(
      basis([2, 2], [0, 0])
        .add(basis([2, 2], [1, 1]))
        .unit(),
    ).hermitianPart();
    const half = qeye(2).scale(0.5);
    // The Bell states have the energies 1.3 (this one), 0.1, -0.5 and -0.9.
    const V = interaction([
      [0.7, 0, 0],
      [0, -0.4, 0],
      [0, 0, 0.2],
    ]);
    const most = capacityOf(bell, { A: half, B: half }, V.hermitianPart(), products(2, 2));
    expect(most.capacity.max).toBe(0);
    expect(most.max.nnz).toBe(0);
    expect(most.capacity.min).toBeCloseTo(-1.3 - 0.9, 9);
    const least = capacityOf(bell, { A: half, B: half }, V.scale(-1).hermitianPart(), products(2, 2));
    expect(least.capacity.min).toBe(0);
    expect(least.min.nnz).toBe(0);
    expect(least.capacity.max).toBeCloseTo(1.3 + 0.9, 9);
  });

  it("hold nothing of what acts on one of them, nor of nothing", () => {
    for (const V of [tensor(sigmax(), qeye(2)), tensor(qeye(2), sigmaz()), Operator.fromTriplets([2, 2], [])]) {
      const { capacity, max, min } = mixed(V, 2, 2);
      expect(capacity).toEqual({ max: 0, min: 0, gap: 0 });
      expect(max.nnz + min.nnz).toBe(0);
    }
    expect(mixed(tensor(sigmax(), sigmax()), 2, 2, []).capacity).toEqual({ max: 0, min: 0, gap: 0 });
  });

  it("along one direction go to where an eigenvalue is 0", () => {
    const V = interaction([
      [0.4, 0.1, 0],
      [0, 0.3, 0.2],
      [-0.5, 0, 0.1],
    ]);
    const pi = qeye([2, 2]).scale(0.25);
    for (const seed of [1, 2, 3]) {
      const random = generator(seed);
      const mixture = products(2, 2).reduce<Operator>(
        (sum, X) => sum.add(X.scale(2 * random() - 1)),
        Operator.fromTriplets([2, 2], []),
      );
      const X = mixture.scale(1 / mixture.norm()).hermitianPart();
      const levels = eigenvaluesHermitian(X);
      const slope = traceOfProduct(V, X).re;
      const ends = [-0.25 / levels.at(-1)!, -0.25 / levels[0]!].map((x) => x * slope).sort((a, b) => a - b);
      expectEnds(mixed(V, 2, 2, [X]), V, pi, ends[0]!, ends[1]!);
    }
  });
});

describe("two parts of d levels, each maximally mixed", () => {
  it.each([2, 3])("d = %i: an entangled state has all of its weight, or none", (d) => {
    const sum = Array.from({ length: d }, (_, k) => tensor(basis(d, k), basis(d, k))).reduce((a, b) => a.add(b));
    const [UA, UB] = localUnitary(5, d, d);
    const W = UA.kron(UB);
    const V = W.mul(ket2dm(sum.unit())).mul(W.dag());
    // Tr[V pi] = 1/d²
    expectEnds(mixed(V, d, d), V, qeye([d, d]).scale(1 / d ** 2), -1 / d ** 2, 1 - 1 / d ** 2);
  });

  it("of two and three: never beyond the levels of V, and as far on the other side for -V", () => {
    const V = randomHermitian(generator(17), [2, 3]).hermitianPart();
    const { capacity } = mixed(V, 2, 3);
    const mean = V.tr().re / 6;
    const levels = eigenvaluesHermitian(V);
    expect(capacity.max).toBeLessThan(levels[5]! - mean);
    expect(capacity.min).toBeGreaterThan(levels[0]! - mean);
    const other = mixed(V.scale(-1), 2, 3).capacity;
    expect(Math.abs(other.max + capacity.min)).toBeLessThan(capacity.gap + other.gap + 1e-13);
    expect(Math.abs(other.min + capacity.max)).toBeLessThan(capacity.gap + other.gap + 1e-13);
  });
});

describe("a part in a pure state", () => {
  it("leaves no correlation, one of rank two of three what two levels have", () => {
    const pure = ket2dm(basis(3, 1));
    const B = qeye(2).scale(0.5);
    const V = randomHermitian(generator(19), [3, 2]).hermitianPart();
    const none = capacityOf(pure.kron(B).hermitianPart(), { A: pure, B }, V, products(3, 2));
    expect(none.capacity).toEqual({ max: 0, min: 0, gap: 0 });
    // sigma_x ⊗ sigma_x + sigma_y ⊗ sigma_y/2 on levels 0 and 2 of A, and anything elsewhere, in a turned basis.
    const [UA, UB] = localUnitary(6, 3, 2);
    const W = UA.kron(UB);
    const x = Operator.fromTriplets(
      [3],
      [
        [0, 2, 1, 0],
        [2, 0, 1, 0],
      ],
    );
    const y = Operator.fromTriplets(
      [3],
      [
        [0, 2, 0, -1],
        [2, 0, 0, 1],
      ],
    );
    const elsewhere = Operator.fromTriplets(
      [3],
      [
        [0, 1, 1, 0.5],
        [1, 0, 1, -0.5],
        [1, 1, 3, 0],
      ],
    );
    const inner = tensor(x, sigmax()).add(tensor(y, sigmay()).scale(0.5)).add(tensor(elsewhere, sigmaz()));
    const [A, turnedB] = [turn(UA, diagonal(0.5, 0, 0.5)), turn(UB, B)];
    const turned = turn(W, inner);
    const found = capacityOf(A.kron(turnedB).hermitianPart(), { A, B: turnedB }, turned, products(3, 2));
    expect(found.capacity.max).toBeCloseTo(1.5, 9);
    expect(found.capacity.min).toBeCloseTo(-1.5, 9);
  });

  it("of lower rank is a part of fewer levels, in any local basis, A or B", () => {
    // Two of three levels each, at different weights, beside a part that has all of its own.
    const levels = [0, 2];
    const [weights, embedded, B] = [diagonal(0.6, 0.4), diagonal(0.6, 0, 0.4), diagonal(0.7, 0.3)];
    const whole = randomHermitian(generator(23), [3, 2]);
    const inner = Operator.fromTriplets(
      [2, 2],
      levels.flatMap((m, i) =>
        levels.flatMap((n, j) =>
          [0, 1].flatMap((k) =>
            [0, 1].map((l) => {
              const { re, im } = whole.get(2 * m + k, 2 * n + l);
              return [2 * i + k, 2 * j + l, re, im] as const;
            }),
          ),
        ),
      ),
    ).hermitianPart();
    const { capacity: few } = capacityOf(weights.kron(B).hermitianPart(), { A: weights, B }, inner, products(2, 2));
    // Rows of eigenvectors: those of two levels, the other way round, are complex.
    const [UA, UB] = localUnitary(10, 3, 2).map((U) => U.dag()) as [Operator, Operator];
    const [A, turnedB, V] = [turn(UA, embedded), turn(UB, B), turn(UA.kron(UB), whole)];
    const found = [
      capacityOf(A.kron(turnedB).hermitianPart(), { A, B: turnedB }, V, products(3, 2)),
      capacityOf(
        turnedB.kron(A).hermitianPart(),
        { A: turnedB, B: A },
        permute(V, [1, 0]).hermitianPart(),
        products(2, 3),
      ),
    ];
    for (const { capacity } of found) {
      // Directions that reach out of the support by less than 1e-9 are taken for ones inside.
      expect(Math.abs(capacity.max - few.max)).toBeLessThan(1e-8);
      expect(Math.abs(capacity.min - few.min)).toBeLessThan(1e-8);
      expect(capacity.max).toBeGreaterThan(0.01);
    }
  });
});
