/**
 * Operators on some parts, parts in another order, partial traces: against sums over the digits of the indices, written out.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  basis,
  DimensionMismatchError,
  destroy,
  expand,
  expect as expectation,
  type HermitianOperator,
  InvalidArgumentError,
  Ket,
  ket2dm,
  matrixElement,
  num,
  Operator,
  overlap,
  permute,
  ptrace,
  qeye,
  sigmax,
  sigmaz,
  tensor,
  variance,
} from "../../bindings/index.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const RUNS = { numRuns: 60, seed: 11 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const manyDims = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 });

/** The digits of an index, the first part slow. */
function digits(index: number, dims: readonly number[]): number[] {
  const list: number[] = [];
  let rest = index;
  for (const dim of [...dims].reverse()) {
    list.unshift(rest % dim);
    rest = Math.floor(rest / dim);
  }
  return list;
}

function position(list: readonly number[], dims: readonly number[]): number {
  return list.reduce((sum, digit, k) => sum * dims[k]! + digit, 0);
}

function shuffled<T>(random: () => number, list: readonly T[]): T[] {
  const copy = [...list];
  for (let k = copy.length - 1; k > 0; k--) {
    const l = Math.floor(random() * (k + 1));
    [copy[k], copy[l]] = [copy[l]!, copy[k]!];
  }
  return copy;
}

/** Some of the parts, at least one, in a random order. */
function someParts(random: () => number, count: number): number[] {
  const all = shuffled(random, [...Array(count).keys()]);
  return all.slice(0, 1 + Math.floor(random() * count));
}

function fromFunction(
  dims: readonly number[],
  element: (row: number[], column: number[]) => { re: number; im: number },
) {
  const size = dims.reduce((a, b) => a * b, 1);
  const data: number[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const { re, im } = element(digits(row, dims), digits(column, dims));
      data.push(re, im);
    }
  }
  return Operator.dense(dims, data);
}

function sparse(a: Operator): Operator {
  const elements: [number, number, number, number][] = [];
  a.forEachNonzero((row, column, re, im) => elements.push([row, column, re, im]));
  return Operator.fromTriplets(a.dims, elements);
}

function randomKet(random: () => number, dims: readonly number[], density = 1): Ket {
  const size = dims.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: size }, () =>
    random() < density ? [2 * random() - 1, 2 * random() - 1] : [0, 0],
  ).flat();
  return new Ket(dims, data);
}

describe("expand", () => {
  test.prop([seeds, manyDims], RUNS)(
    "is op on the digits of its sites and the identity on the others",
    (seed, dims) => {
      const random = generator(seed);
      const sites = someParts(random, dims.length);
      const op = randomOperator(
        random,
        sites.map((site) => dims[site]!),
        0.7,
      );
      const exact = fromFunction(dims, (row, column) => {
        const same = row.every((digit, part) => sites.includes(part) || digit === column[part]);
        const at = (list: number[]) =>
          position(
            sites.map((site) => list[site]!),
            op.dims,
          );
        return same ? op.get(at(row), at(column)) : { re: 0, im: 0 };
      });
      expect(maxDifference(expand(op, dims, sites), exact)).toBe(0);
      const fromSparse = expand(sparse(op), dims, sites);
      expect(maxDifference(fromSparse, exact)).toBe(0);
      expect(fromSparse.storage).toBe("csr");
    },
  );

  it("one site may be given as a number; what was Hermitian is known to be", () => {
    const known: HermitianOperator = expand(sigmaz(), [2, 2, 3], 1);
    expect(maxDifference(known, tensor(qeye(2), sigmaz(), qeye(3)))).toBe(0);
    expect(expand(sigmax(), new Array(16).fill(2), 9).nnz).toBe(2 ** 16);
  });
});

describe("permute", () => {
  test.prop([seeds, manyDims], RUNS)(
    "moves digits, keeps the storage, and is undone by the inverse order",
    (seed, dims) => {
      const random = generator(seed);
      const order = shuffled(random, [...dims.keys()]);
      const a = randomOperator(random, dims, 0.7);
      const moved = permute(a, order);
      expect(moved.dims).toEqual(order.map((part) => dims[part]));
      const back = (list: number[]) =>
        position(
          dims.map((_, part) => list[order.indexOf(part)]!),
          dims,
        );
      const exact = fromFunction(moved.dims, (row, column) => a.get(back(row), back(column)));
      expect(maxDifference(moved, exact)).toBe(0);
      expect(moved.storage).toBe("dense");
      const movedSparse = permute(sparse(a), order);
      expect(movedSparse.storage).toBe("csr");
      expect(maxDifference(movedSparse, exact)).toBe(0);
      const inverse = dims.map((_, part) => order.indexOf(part));
      expect(maxDifference(permute(moved, inverse), a)).toBe(0);
      const psi = randomKet(random, dims);
      expect(maxDifference(ket2dm(permute(psi, order)), permute(ket2dm(psi), order))).toBe(0);
    },
  );

  it("reorders the factors of a product", () => {
    const random = generator(3);
    const [a, b, c] = [2, 3, 4].map((d) => randomOperator(random, [d])) as [Operator, Operator, Operator];
    expect(maxDifference(permute(tensor(a, b, c), [2, 0, 1]), tensor(c, a, b))).toBeLessThan(1e-15);
    expect(permute(tensor(basis(2, 1), basis(3, 2)), [1, 0]).toArray()).toEqual(basis([3, 2], [2, 1]).toArray());
  });
});

describe("ptrace", () => {
  test.prop([seeds, manyDims], RUNS)(
    "sums the elements whose traced digits agree, whatever the order of keep",
    (seed, dims) => {
      const random = generator(seed);
      const a = randomOperator(random, dims, 0.8);
      const keep = someParts(random, dims.length);
      const kept = [...keep].sort((x, y) => x - y);
      const keptDims = kept.map((part) => dims[part]!);
      const size = dims.reduce((x, y) => x * y, 1);
      const exact = fromFunction(keptDims, (row, column) => {
        let [re, im] = [0, 0];
        for (let k = 0; k < size; k++) {
          const left = digits(k, dims);
          const right = [...left];
          kept.forEach((part, n) => {
            right[part] = column[n]!;
          });
          if (kept.some((part, n) => left[part] !== row[n])) continue;
          const element = a.get(k, position(right, dims));
          re += element.re;
          im += element.im;
        }
        return { re, im };
      });
      // At most 256/2 terms of size 1 in another order.
      expect(maxDifference(ptrace(a, keep), exact)).toBeLessThan(128 * 128 * 2 ** -53);
      expect(maxDifference(ptrace(sparse(a), keep), exact)).toBeLessThan(128 * 128 * 2 ** -53);
      expect(ptrace(a, keep).storage).toBe("dense");
      const psi = randomKet(random, dims, 0.6);
      expect(maxDifference(ptrace(psi, keep), ptrace(ket2dm(psi), keep))).toBeLessThan(2 * 128 * 128 * 2 ** -53);
      expect(ptrace(psi, keep).isHermitian(0)).toBe(true);
    },
  );

  it("of a product are its factors, whatever their number", () => {
    const random = generator(5);
    const factors = [2, 3, 1, 2, 2].map((d) => randomState(random, [d]));
    const whole = tensor(...factors);
    for (const keep of [[0], [4, 1], [3, 0, 2], [1, 2, 3, 4]]) {
      const product = tensor(...[...keep].sort((a, b) => a - b).map((k) => factors[k]!));
      expect(maxDifference(ptrace(whole, keep), product)).toBeLessThan(1e-15);
    }
  });

  it("of a ket of many qubits does not form the projector", () => {
    const plus = new Ket(2, [Math.SQRT1_2, 0, Math.SQRT1_2, 0]);
    const psi = tensor(...new Array<Ket>(16).fill(plus));
    const half = ptrace(psi, 7);
    expect(half.get(0, 1).re).toBeCloseTo(0.5, 13);
    expect(ptrace(basis(new Array(18).fill(2)), [0, 17]).nnz).toBe(1);
  });
});

describe("numbers", () => {
  test.prop([seeds], RUNS)("matrix elements, overlaps and variances are what they are by definition", (seed) => {
    const random = generator(seed);
    const dims = [2, 3];
    const A = randomOperator(random, dims);
    const H = randomHermitian(random, dims);
    const [x, y] = [randomKet(random, dims).unit(), randomKet(random, dims).unit()];
    const close = (a: { re: number; im: number }, b: { re: number; im: number }) =>
      expect(Math.hypot(a.re - b.re, a.im - b.im)).toBeLessThan(1e-13);
    close(matrixElement(A, x, y), overlap(x, A.apply(y)));
    close(matrixElement(A, x, y), overlap(A.dag().apply(x), y));
    expect(overlap(x, x).re).toBeCloseTo(1, 14);
    close(overlap(x, y), { re: overlap(y, x).re, im: -overlap(y, x).im });
    const rho = randomState(random, dims);
    const mean = expectation(H, rho) as number;
    expect(variance(H, rho)).toBeCloseTo((expectation(H.mul(H).asHermitian(), rho) as number) - mean ** 2, 13);
    expect(variance(H, x)).toBeCloseTo(H.apply(x).norm() ** 2 - (expectation(H, x) as number) ** 2, 13);
    const m = expectation(A, rho) as { re: number; im: number };
    const square = expectation(A.mul(A), rho) as { re: number; im: number };
    close(variance(A, rho) as { re: number; im: number }, {
      re: square.re - (m.re ** 2 - m.im ** 2),
      im: square.im - 2 * m.re * m.im,
    });
  });

  it("a variance keeps its digits beside a large mean", () => {
    const psi = new Ket(2, [0.6, 0, 0.8, 0]);
    const shifted = sigmaz().add(qeye(2).scale(2 ** 26));
    // Its elements are rounded by 2^-27; <O²> - <O>² would be a difference of numbers near 2^52, rounded by 1/2.
    expect(variance(shifted, psi)).toBeCloseTo(variance(sigmaz(), psi) as number, 6);
    expect(variance(num(4), basis(4, 2))).toBe(0);
  });

  it("kets are mapped by operators in both storages", () => {
    expect(destroy(4).apply(basis(4, 3)).toArray()).toEqual(basis(4, 2).scale(Math.sqrt(3)).toArray());
    const A = Operator.dense(2, [1, 2, 3, 4, 5, 6, 7, 8]);
    const psi = new Ket(2, [1, 0, 0, 1]);
    expect(A.apply(psi).toArray()).toEqual(Float64Array.of(-3, 5, -3, 13));
    expect(sparse(A).apply(psi).toArray()).toEqual(A.apply(psi).toArray());
  });

  it("several parts have basis vectors too", () => {
    expect(basis([2, 3], [1, 2]).toArray()).toEqual(tensor(basis(2, 1), basis(3, 2)).toArray());
    expect(basis([2, 3]).toArray().indexOf(1)).toBe(0);
  });
});

describe("errors", () => {
  it.each([
    [() => expand(sigmaz(), [2, 3], 1), DimensionMismatchError, /dims \[3\], those of sites \[1\].*got dims \[2\]/],
    [() => expand(sigmaz(), [2, 2], [0, 1]), DimensionMismatchError, /dims \[2,2\]/],
    [() => expand(sigmaz(), [2, 2], 2), InvalidArgumentError, /sites: expected different part indices from 0 to 1/],
    [() => expand(qeye([2, 2]), [2, 2], [1, 1]), InvalidArgumentError, /different part indices.*got "\[1,1\]"/],
    [() => expand(3 as never, [2], 0), InvalidArgumentError, /expand: op: expected an Operator, got 3/],
    [() => permute(qeye([2, 3]), [1]), InvalidArgumentError, /each part index from 0 to 1 once/],
    [() => permute(qeye([2, 3]), [0, 2]), InvalidArgumentError, /permute: order: expected different part indices/],
    [() => permute(7 as never, [0]), InvalidArgumentError, /an Operator or a Ket/],
    [() => ptrace(qeye([2, 2]), []), InvalidArgumentError, /at least one/],
    [() => ptrace(basis(2), "0" as never), InvalidArgumentError, /ptrace: keep.*got "0"/],
    [() => basis([2, 3], [1]), DimensionMismatchError, /2 numbers for dims \[2,3\], got \[1\]/],
    [() => basis([2, 3], [1, 3]), InvalidArgumentError, /index\[1\]: expected an integer from 0 to 2, got 3/],
    [() => destroy(3).apply(basis(2)), DimensionMismatchError, /Operator.apply/],
    [() => destroy(3).apply(num(3) as never), InvalidArgumentError, /a Ket, got a Operator/],
    [() => overlap(basis(2), basis(3)), DimensionMismatchError, /overlap: ket/],
    [() => matrixElement(num(2), basis(3), basis(2)), DimensionMismatchError, /matrixElement: bra/],
    [() => variance(num(2), basis(3)), DimensionMismatchError, /variance: state/],
  ] as [() => unknown, new (...args: never[]) => Error, RegExp][])("%s", (body, type, message) => {
    expect(body).toThrow(type);
    expect(body).toThrow(message);
  });
});
