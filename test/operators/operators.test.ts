/**
 * The algebra of operators: identities as properties over random operators in both storages, and the conventions.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  basis,
  create,
  DimensionMismatchError,
  destroy,
  expect as expectation,
  fock,
  type HermitianOperator,
  InvalidArgumentError,
  Ket,
  ket2dm,
  maximallyMixedDm,
  num,
  Operator,
  ptrace,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
  thermalDm,
} from "../../bindings/index.ts";
import { generator, maxDifference, randomOperator, randomState } from "../support/random.ts";

/** The same operator in the other storage. */
function other(a: Operator): Operator {
  if (a.storage === "csr") return Operator.dense(a.dims, a.toDense());
  const triplets: [number, number, number, number][] = [];
  a.forEachNonzero((row, column, re, im) => triplets.push([row, column, re, im]));
  return Operator.fromTriplets(a.dims, triplets);
}

const RUNS = { numRuns: 60, seed: 7 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const dims = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });

describe("algebra", () => {
  test.prop([seeds, dims], RUNS)("says where it deviates from Hermitian, in both storages", (seed, d) => {
    const a = randomOperator(generator(seed), d, 0.6);
    const found = a.hermiticityDefect();
    expect(other(a).hermiticityDefect()).toEqual(found);
    const difference = a.add(a.dag().scale(-1));
    const at = (row: number, column: number) => {
      const { re, im } = difference.get(row, column);
      return Math.hypot(re, im);
    };
    expect(at(found.row, found.column)).toBe(found.deviation);
    // No other place deviates more, and none before it as much.
    for (let row = 0; row < a.size; row++) {
      for (let column = 0; column < a.size; column++) {
        if (row < found.row || (row === found.row && column < found.column))
          expect(at(row, column)).toBeLessThan(found.deviation);
        else expect(at(row, column)).toBeLessThanOrEqual(found.deviation);
      }
    }
  });

  test.prop([seeds, dims], RUNS)("is the same in both storages, and obeys its laws", (seed, d) => {
    const random = generator(seed);
    const [a, b, c] = [0, 1, 2].map(() => randomOperator(random, d, 0.6)) as [Operator, Operator, Operator];
    const z = { re: random() - 0.5, im: random() - 0.5 };
    const close = (x: Operator, y: Operator) => expect(maxDifference(x, y)).toBeLessThan(1e-13);
    for (const [p, q] of [
      [a, b],
      [other(a), b],
      [a, other(b)],
      [other(a), other(b)],
    ] as const) {
      close(p.mul(q), a.mul(b));
      close(p.add(q), a.add(b));
      close(p.sub(q), a.sub(b));
      close(p.kron(q), a.kron(b));
      close(p.mul(q).dag(), q.dag().mul(p.dag()));
      close(p.mul(q).trans(), q.trans().mul(p.trans()));
      close(p.conj(), a.trans().dag());
      close(p.mul(q.add(c)), p.mul(q).add(p.mul(c)));
      close(p.scale(z).dag(), p.dag().scale({ re: z.re, im: -z.im }));
      close(p.kron(q).mul(q.kron(p)), p.mul(q).kron(q.mul(p)));
      const [left, right] = [p.mul(q).tr(), q.mul(p).tr()];
      expect(Math.hypot(left.re - right.re, left.im - right.im)).toBeLessThan(1e-12);
    }
    expect(other(a).toDense()).toEqual(a.toDense());
    expect(Operator.fromArrays(a.toArrays()).toDense()).toEqual(a.toDense());
    expect(a.norm() ** 2).toBeCloseTo(a.dag().mul(a).tr().re, 11);
  });

  test.prop([seeds], RUNS)("partial traces undo tensor products", (seed) => {
    const random = generator(seed);
    const [a, b, c] = [2, 3, 2].map((d) => randomState(random, [d])) as [Operator, Operator, Operator];
    const abc = tensor(a, b, c);
    expect(maxDifference(ptrace(abc, 0), a)).toBeLessThan(1e-14);
    expect(maxDifference(ptrace(abc, 1), b)).toBeLessThan(1e-14);
    expect(maxDifference(ptrace(abc, [2, 0]), tensor(a, c))).toBeLessThan(1e-14);
    expect(maxDifference(ptrace(abc, [0, 1, 2]), abc)).toBe(0);
    const O = randomOperator(random, [3]);
    const whole = expectation(tensor(qeye(2), O, qeye(2)), abc) as { re: number; im: number };
    const part = expectation(O, b) as { re: number; im: number };
    expect(Math.hypot(whole.re - part.re, whole.im - part.im)).toBeLessThan(1e-13);
  });
});

describe("conventions", () => {
  it("|0> is the excited state of sigma_z; sigma_minus lowers it; destroy goes the other way", () => {
    expect(expectation(sigmaz(), basis(2, 0))).toBe(1);
    expect(
      maxDifference(
        sigmam(),
        ket2dm(basis(2, 0))
          .scale(0)
          .add(
            Operator.fromArrays({
              dims: 2,
              re: [
                [0, 0],
                [1, 0],
              ],
            }),
          ),
      ),
    ).toBe(0);
    expect(maxDifference(destroy(2), sigmap())).toBe(0);
    expect(maxDifference(sigmax(), sigmap().add(sigmam()))).toBe(0);
    expect(maxDifference(sigmax().mul(sigmay()), sigmaz().scale({ re: 0, im: 1 }))).toBe(0);
  });

  it("a|n> = sqrt(n)|n-1>, a†a = n, [a, a†] = 1 below the cut", () => {
    const a = destroy(6);
    expect(maxDifference(create(6).mul(a), num(6))).toBeLessThan(1e-14);
    expect(a.get(2, 3).re).toBe(Math.sqrt(3));
    const commutator = a.mul(a.dag()).sub(a.dag().mul(a));
    expect(commutator.get(4, 4).re).toBeCloseTo(1, 14);
    expect(commutator.get(5, 5).re).toBeCloseTo(-5, 14);
  });

  it("the first factor of a tensor product is the slow index", () => {
    const op = tensor(num(2), num(3).add(qeye(3)));
    expect(op.dims).toEqual([2, 3]);
    expect(op.get(5, 5).re).toBe(3);
    expect(op.get(2, 2).re).toBe(0);
    expect(tensor(basis(2, 1), basis(3, 2)).toArray().indexOf(1)).toBe(2 * 5);
  });

  it("states", () => {
    expect(thermalDm(40, 0.5).tr().re).toBeCloseTo(1, 14);
    expect(expectation(num(40), thermalDm(40, 0.5))).toBeCloseTo(0.5, 12);
    expect(thermalDm(3, 0).get(0, 0).re).toBe(1);
    expect(maximallyMixedDm([2, 3]).get(4, 4).re).toBe(1 / 6);
    expect(fock(4, 2).toArray()).toEqual(basis(4, 2).toArray());
    const psi = basis(2, 0)
      .add(basis(2, 1).scale({ re: 0, im: 1 }))
      .unit();
    expect(expectation(sigmay(), psi)).toBeCloseTo(1, 14);
    expect(expectation(sigmay(), ket2dm(psi))).toBeCloseTo(1, 14);
    expect(ptrace(tensor(psi, basis(3, 1)), 0).get(0, 1).im).toBeCloseTo(-0.5, 14);
  });

  it("an expectation value is a number when it must be real", () => {
    expect(expectation(num(3), fock(3, 2))).toBe(2);
    expect(expectation(destroy(3), fock(3, 2))).toEqual({ re: 0, im: 0 });
  });
});

describe("immutability", () => {
  it("what goes in and what comes out are copies", () => {
    const data = Float64Array.of(1, 0, 0, 0, 0, 0, 2, 0);
    const a = Operator.dense(2, data);
    data[0] = 9;
    a.toDense()[0] = 9;
    expect(a.get(0, 0).re).toBe(1);
    expect(() => (a.dims as number[]).push(2)).toThrow();
    const psi = new Ket(2, [1, 0, 0, 0]);
    psi.toArray()[0] = 5;
    expect(psi.norm()).toBe(1);
  });
});

describe("Hermitian operators", () => {
  it("are told by how they are made, and checked otherwise", () => {
    const known: HermitianOperator = tensor(num(3), sigmay())
      .scale(2)
      .add(qeye([3, 2]))
      .sub(tensor(qeye(3), sigmaz()));
    expect(known.isHermitian(0)).toBe(true);
    const a = destroy(4);
    const n: HermitianOperator = a.dag().mul(a).asHermitian();
    expect(maxDifference(n, num(4))).toBeLessThan(1e-14);
    expect(() => a.asHermitian("a")).toThrow(/a is not Hermitian: \|A\[2\]\[3\] - conj\(A\[3\]\[2\]\)\| = 1\.732e\+0/);
    expect(maxDifference(a.hermitianPart(), a.add(a.dag()).scale(0.5))).toBe(0);
    expect(known.hermitianPart()).toBe(known);
    // Rounding that passes as Hermitian must not become a whole operator by cancellation.
    const almost = Operator.fromArrays({
      dims: 2,
      re: [
        [1, 1],
        [1 + 5e-13, 1],
      ],
    }).asHermitian();
    const ones = Operator.fromArrays({
      dims: 2,
      re: [
        [1, 1],
        [1, 1],
      ],
    }).asHermitian();
    expect(almost.sub(ones).isHermitian(0)).toBe(true);
  });
});

describe("sizes", () => {
  it("norms and unit vectors do not over- or underflow", () => {
    expect(new Ket(1, [1e200, 0]).unit().toArray()).toEqual(Float64Array.of(1, 0));
    expect(new Ket(2, [3e-200, 0, 0, 4e-200]).unit().toArray()).toEqual(Float64Array.of(0.6, 0, 0, 0.8));
    expect(sigmax().scale(1e200).norm() / 1e200).toBeCloseTo(Math.SQRT2, 14);
  });

  it("what is sparse stays sparse", () => {
    const large = qeye([2 ** 14, 2]);
    expect(expectation(large, large)).toBe(2 ** 15);
    expect(ptrace(large, 0).nnz).toBe(2 ** 14);
    expect(ptrace(large, 0).storage).toBe("csr");
  });
});

describe("errors", () => {
  it.each([
    [
      () => Operator.dense([2, 2], new Float64Array(8)),
      DimensionMismatchError,
      /2·4² = 32 numbers for dims \[2,2\], got 8/,
    ],
    [() => Operator.dense([2, -1], []), InvalidArgumentError, /positive integers/],
    [() => Operator.fromArrays({ dims: 2, re: [[1, 2]] }), DimensionMismatchError, /re: expected 2 rows, got 1 rows/],
    [() => Operator.fromArrays({ dims: 2, re: [[1, 2], [3]] }), DimensionMismatchError, /re\[1\]: expected 2 numbers/],
    [
      () => Operator.csr(2, { rowPointers: [0, 1, 1], columns: [2], values: [1, 0] }),
      InvalidArgumentError,
      /columns\[0\].*from 0 to 1, got 2/,
    ],
    [() => Operator.csr(2, { rowPointers: [0, 1], columns: [0], values: [1, 0] }), DimensionMismatchError, /3 entries/],
    [() => Operator.dense(1, [null, 0] as never), InvalidArgumentError, /data\[0\]: expected a number, got null/],
    [() => Operator.fromArrays({ dims: 1, re: [["5"]] as never }), InvalidArgumentError, /re\[0\]\[0\].*got "5"/],
    [() => Operator.fromArrays({ dims: 40_000, re: [] }), DimensionMismatchError, /40000 rows, got 0 rows/],
    [() => Operator.fromTriplets(2, [[0, 0, "5", 0]] as never), InvalidArgumentError, /element 0\[2\].*got "5"/],
    [
      () => Operator.fromTriplets(2, [null] as never),
      InvalidArgumentError,
      /element 0: expected \[row, column, re, im\]/,
    ],
    [() => new Ket(1, ["1", 0] as never), InvalidArgumentError, /Ket: data\[0\]/],
    [() => qeye(2 ** 21), InvalidArgumentError, /at most 1048576/],
    [() => sigmaz().add(num(3)), DimensionMismatchError, /dims \[2\], got dims \[3\]/],
    [() => sigmaz().mul(3 as unknown as Operator), InvalidArgumentError, /expected an Operator, got 3/],
    [() => sigmaz().get(2, 0), InvalidArgumentError, /row: expected an integer from 0 to 1, got 2/],
    [() => sigmaz().scale("2" as unknown as number), InvalidArgumentError, /a number or \{ re, im \}/],
    [() => destroy(0), InvalidArgumentError, /destroy: levels: expected a positive integer, got 0/],
    [() => basis(2, 2), InvalidArgumentError, /from 0 to 1, got 2/],
    [() => thermalDm(3, -1), InvalidArgumentError, /nbar/],
    [() => ptrace(qeye([2, 2]), 2), InvalidArgumentError, /part indices from 0 to 1/],
    [() => tensor(), InvalidArgumentError, /operators or kets/],
    [() => new Ket(2, [0, 0, 0, 0]).unit(), InvalidArgumentError, /not zero/],
  ] as [() => unknown, new (...args: never[]) => Error, RegExp][])("%s", (body, type, message) => {
    expect(body).toThrow(type);
    expect(body).toThrow(message);
  });
});
