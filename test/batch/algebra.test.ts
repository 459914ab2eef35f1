import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import * as algebra from "../../bindings/batch/algebra.ts";
import {
  ketAt,
  ketsOf,
  numberAt,
  numbersOf,
  type OperatorBatch,
  operatorAt,
  operatorsAt,
  operatorsOf,
  sameOperators,
} from "../../bindings/batch/operators.ts";
import { dag, Ket, ket2dm, type Operator, sigmax, sigmaz, tensor } from "../../bindings/index.ts";
import { generator, maxDifference, randomKet, randomOperator } from "../support/random.ts";

const COUNT = 5;
/** Rounding of a sum of at most eight products of numbers of size 2, or so. */
const ROUNDING = 64 * Number.EPSILON;

const batch = (seed: number, dims: readonly number[]) => {
  const random = generator(seed);
  return Array.from({ length: COUNT }, () => randomOperator(random, dims, 0.4));
};

function expectEach(found: OperatorBatch, exact: (k: number) => Operator, allowed = 0): void {
  for (let k = 0; k < COUNT; k++) expect(maxDifference(operatorAt(found, k), exact(k))).toBeLessThanOrEqual(allowed);
}

describe("operators of many systems", () => {
  const seeds = fc.integer({ min: 0, max: 2 ** 31 });
  const dims = fc.constantFrom([2], [3], [2, 2], [2, 3], [8]);

  it.prop([seeds, dims], { seed: 11, numRuns: 40 })("have the algebra of operators, system by system", (seed, of) => {
    const [a, b] = [batch(seed, of), batch(seed + 1, of)];
    const [A, B] = [operatorsOf(a), operatorsOf(b)];
    expectEach(A, (k) => a[k]!);
    expectEach(algebra.add(A, B), (k) => a[k]!.add(b[k]!));
    expectEach(algebra.sub(A, B), (k) => a[k]!.sub(b[k]!));
    expectEach(algebra.mul(A, B), (k) => a[k]!.mul(b[k]!), ROUNDING);
    expectEach(algebra.commutator(A, B), (k) => a[k]!.mul(b[k]!).sub(b[k]!.mul(a[k]!)), 2 * ROUNDING);
    expectEach(algebra.dag(A), (k) => dag(a[k]!));
    expectEach(algebra.hermitianPart(A), (k) => a[k]!.add(dag(a[k]!)).scale(0.5));
    expectEach(algebra.scale(A, { re: 0.3, im: -2 }), (k) => a[k]!.scale({ re: 0.3, im: -2 }));
    const factors = Array.from({ length: COUNT }, (_, k) => (k % 2 === 0 ? k - 1 : { re: k, im: 0.5 }));
    expectEach(algebra.scale(A, numbersOf(factors)), (k) => a[k]!.scale(factors[k]!));
    for (let k = 0; k < COUNT; k++) {
      const { re, im } = algebra.trace(A);
      expect({ re: re[k], im: im[k] }).toEqual(a[k]!.tr());
      expect(algebra.maxAbs(A)[k]).toBe(a[k]!.maxAbs());
      expect(algebra.squaredNorm(A)[k]).toBeCloseTo(a[k]!.norm() ** 2, 12);
      expect(algebra.hermiticityDefect(A)[k]).toBe(a[k]!.hermiticityDefect().deviation);
      expect(numberAt(numbersOf(factors), k)).toEqual(factors[k]);
    }
    expectEach(operatorsAt(operatorsOf([...b, ...a]), [5, 6, 7, 8, 9]), (k) => a[k]!);
  });

  it.prop([seeds], { seed: 12, numRuns: 20 })("have products with others and with kets", (seed) => {
    const [a, b] = [batch(seed, [2]), batch(seed + 1, [3])];
    expectEach(algebra.kron(operatorsOf(a), operatorsOf(b)), (k) => tensor(a[k]!, b[k]!));
    const random = generator(seed);
    const kets = Array.from({ length: COUNT }, () => randomKet(random, [2]));
    const others = Array.from({ length: COUNT }, () => randomKet(random, [3]));
    expectEach(algebra.outer(ketsOf(kets), ketsOf(kets)), (k) => ket2dm(kets[k]!));
    const apart = (x: Ket, y: Ket) => x.add(y.scale(-1)).norm();
    for (let k = 0; k < COUNT; k++) {
      const moved = ketAt(algebra.mul(operatorsOf(a), ketsOf(kets)), k);
      expect(apart(moved, a[k]!.apply(kets[k]!))).toBeLessThanOrEqual(ROUNDING);
      const both = ketAt(algebra.kron(ketsOf(kets), ketsOf(others)), k);
      expect(apart(both, kets[k]!.kron(others[k]!))).toBe(0);
      expect(apart(ketAt(algebra.sub(ketsOf(kets), ketsOf(kets)), k), new Ket(2, new Float64Array(4)))).toBe(0);
    }
  });

  it("keep no element that is zero for all systems", () => {
    const z = sameOperators(sigmaz(), 3);
    const x = operatorsOf([sigmax(), sigmax().scale(0), sigmax().scale(2)]);
    expect(algebra.sub(algebra.add(z, x), x).rows).toEqual(Int32Array.of(0, 1));
    expect(algebra.commutator(z, z).rows).toHaveLength(0);
    expect(algebra.scale(z, 0).rows).toHaveLength(0);
    expect(algebra.mul(x, x).rows).toEqual(Int32Array.of(0, 1));
  });
});
