/**
 * Superoperators: vec(AXB) = (Bᵀ ⊗ A) vec(X) on operators without any symmetry, the Lindblad form, conservation of the trace.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  basis,
  commutator,
  DimensionMismatchError,
  destroy,
  InvalidArgumentError,
  Ket,
  lindbladDissipator,
  liouvillian,
  mesolve,
  NotHermitianError,
  num,
  Operator,
  operatorToVector,
  overlap,
  qeye,
  sigmam,
  sigmax,
  sigmaz,
  spost,
  spre,
  sprepost,
  tensor,
  UnknownOptionError,
  vectorToOperator,
} from "../../bindings/index.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const RUNS = { numRuns: 40, seed: 13 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const manyDims = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 });
/** Sums of at most 9² products of numbers below 2, five deep. */
const ROUNDING = 1e-13;

/** L[X] by way of the matrix. */
function act(L: Operator, X: Operator): Operator {
  return vectorToOperator(L.apply(operatorToVector(X)));
}

/** D[a, b]X as it is written. */
function dissipate(a: Operator, b: Operator, X: Operator): Operator {
  const ba = b.dag().mul(a);
  return a
    .mul(X)
    .mul(b.dag())
    .sub(ba.mul(X).add(X.mul(ba)).scale(0.5));
}

/** The functional Tr as a ket: <1|vec(X)> = Tr X. */
function expectTracePreserving(L: Operator, dims: readonly number[]): void {
  expect(
    L.dag()
      .apply(operatorToVector(qeye(dims)))
      .norm(),
  ).toBeLessThan(ROUNDING);
}

describe("vectors", () => {
  it("columns are stacked; the first copy of the space is the column", () => {
    const A = Operator.fromArrays({
      dims: 2,
      re: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(operatorToVector(A).toArray()).toEqual(Float64Array.of(1, 0, 3, 0, 2, 0, 4, 0));
    const unit = Operator.fromTriplets([2, 3], [[1, 5, 1, 0]]);
    const vector = operatorToVector(unit);
    expect(vector.dims).toEqual([2, 3, 2, 3]);
    expect(vector.toArray()).toEqual(tensor(basis([2, 3], [1, 2]), basis([2, 3], [0, 1])).toArray());
  });

  test.prop([seeds, manyDims], RUNS)("go back to operators; their inner product is Tr A†B", (seed, dims) => {
    const random = generator(seed);
    const [A, B] = [randomOperator(random, dims), randomOperator(random, dims)];
    const back = vectorToOperator(operatorToVector(A));
    expect(maxDifference(back, A)).toBe(0);
    expect(back.dims).toEqual(A.dims);
    const [inner, trace] = [overlap(operatorToVector(A), operatorToVector(B)), A.dag().mul(B).tr()];
    expect(Math.hypot(inner.re - trace.re, inner.im - trace.im)).toBeLessThan(ROUNDING);
  });
});

describe("superoperators", () => {
  test.prop([seeds, manyDims], RUNS)("multiply from the left, from the right, from both sides", (seed, dims) => {
    const random = generator(seed);
    const [A, B, X] = [0, 1, 2].map(() => randomOperator(random, dims)) as [Operator, Operator, Operator];
    expect(maxDifference(act(spre(A), X), A.mul(X))).toBeLessThan(ROUNDING);
    expect(maxDifference(act(spost(B), X), X.mul(B))).toBeLessThan(ROUNDING);
    expect(maxDifference(act(sprepost(A, B), X), A.mul(X).mul(B))).toBeLessThan(ROUNDING);
    expect(maxDifference(sprepost(A, B), spre(A).mul(spost(B)))).toBeLessThan(ROUNDING);
    expect(commutator(spre(A), spost(B)).maxAbs()).toBeLessThan(ROUNDING);
    expect(spre(A).dims).toEqual([...dims, ...dims]);
  });

  test.prop([seeds, manyDims], RUNS)("L[X] = -i[H, X] + Σ D[c]X, of density matrices and of any X", (seed, dims) => {
    const random = generator(seed);
    const H = randomHermitian(random, dims);
    const c = [randomOperator(random, dims), randomOperator(random, dims, 0.5)] as const;
    for (const X of [randomState(random, dims), randomOperator(random, dims)]) {
      const unitary = commutator(H, X).scale({ re: 0, im: -1 });
      const whole = unitary.add(dissipate(c[0], c[0], X)).add(dissipate(c[1], c[1], X).scale(0.3));
      expect(maxDifference(act(liouvillian(H, [c[0], { op: c[1], rate: 0.3 }]), X), whole)).toBeLessThan(ROUNDING);
      expect(maxDifference(act(liouvillian(H), X), unitary)).toBeLessThan(ROUNDING);
      expect(maxDifference(act(lindbladDissipator(c[0]), X), dissipate(c[0], c[0], X))).toBeLessThan(ROUNDING);
      expect(maxDifference(act(lindbladDissipator(...c), X), dissipate(...c, X))).toBeLessThan(ROUNDING);
    }
    const L = liouvillian(H, [...c]);
    expect(maxDifference(L, liouvillian(H).add(liouvillian(undefined, [...c])))).toBeLessThan(ROUNDING);
    for (const map of [L, lindbladDissipator(...c), lindbladDissipator(c[0])]) expectTracePreserving(map, dims);
  });

  it("a Lindblad form with a Hermitian matrix of rates is the sum over pairs, and the sum over its eigenvectors", () => {
    const random = generator(21);
    const [a, b] = [randomOperator(random, [3]), randomOperator(random, [3])];
    // h = [[1, i/2], [-i/2, 1]]: eigenvalues 3/2 and 1/2 of a ∓ ib
    const pairs = lindbladDissipator(a)
      .add(lindbladDissipator(b))
      .add(lindbladDissipator(a, b).scale({ re: 0, im: 0.5 }))
      .add(lindbladDissipator(b, a).scale({ re: 0, im: -0.5 }));
    const combined = (sign: number) => a.add(b.scale({ re: 0, im: sign })).scale(Math.SQRT1_2);
    const diagonal = liouvillian(undefined, [
      { op: combined(-1), rate: 1.5 },
      { op: combined(1), rate: 0.5 },
    ]);
    expect(maxDifference(pairs, diagonal)).toBeLessThan(ROUNDING);
  });

  it("are what mesolve integrates", () => {
    const random = generator(4);
    const [H, c, rho] = [randomHermitian(random, [2, 2]), randomOperator(random, [2, 2]), randomState(random, [2, 2])];
    const time = 0.01;
    const { finalState } = mesolve(H, rho, [0, time], { cOps: [c], rtol: 1e-13, atol: 1e-15 });
    // The Taylor series of exp(L t): ‖L t‖ is below 1, the 20th term below rounding.
    const L = liouvillian(H, [c]).scale(time);
    let [term, sum] = [operatorToVector(rho), operatorToVector(rho)];
    for (let k = 1; k <= 20; k++) {
      term = L.apply(term).scale(1 / k);
      sum = sum.add(term);
    }
    expect(maxDifference(finalState, vectorToOperator(sum))).toBeLessThan(1e-12);
  });

  it("what is sparse stays sparse", () => {
    const a = destroy(200);
    const L = liouvillian(num(200), [{ op: a, rate: 0.1 }]);
    expect(L.storage).toBe("csr");
    // The diagonal (but for |0><0|) and one jump.
    expect(L.nnz).toBe(200 ** 2 - 1 + 199 ** 2);
    expect(spre(Operator.dense(2, sigmax().toDense())).storage).toBe("csr");
    expect(lindbladDissipator(sigmam()).storage).toBe("csr");
  });
});

describe("errors", () => {
  it.each([
    [() => liouvillian(sigmam()), NotHermitianError, /liouvillian: H is not Hermitian/],
    [() => liouvillian(undefined), InvalidArgumentError, /a Hamiltonian, or a jump operator/],
    [() => liouvillian(3 as never), InvalidArgumentError, /liouvillian: H: expected an Operator/],
    [() => liouvillian(sigmaz(), destroy(2) as never), InvalidArgumentError, /an array of jump operators/],
    [
      () => liouvillian(sigmaz(), [destroy(3)]),
      DimensionMismatchError,
      /cOps\[0\]: expected dims \[2\], got dims \[3\]/,
    ],
    [() => liouvillian(sigmaz(), [{ op: sigmam(), rate: -1 }]), InvalidArgumentError, /cOps\[0\].rate.*>= 0, got -1/],
    [
      () => liouvillian(sigmaz(), [{ op: sigmam(), gamma: 1 } as never]),
      UnknownOptionError,
      /"gamma"; valid.*op, rate/,
    ],
    [() => liouvillian(sigmaz(), [null as never]), InvalidArgumentError, /cOps\[0\]/],
    [() => lindbladDissipator(sigmam(), destroy(3)), DimensionMismatchError, /lindbladDissipator: b/],
    [() => sprepost(sigmam(), destroy(3)), DimensionMismatchError, /sprepost: B/],
    [() => spre(basis(2) as never), InvalidArgumentError, /spre: expected an Operator/],
    [() => spost(basis(2) as never), InvalidArgumentError, /spost: expected an Operator/],
    [() => operatorToVector(basis(2) as never), InvalidArgumentError, /operatorToVector: expected an Operator/],
    [() => operatorToVector(qeye(1025)), InvalidArgumentError, /operatorToVector: dims.*at most 1048576/],
    [
      () => vectorToOperator(basis([2, 3])),
      DimensionMismatchError,
      /dims that repeat, \[\.\.\.dims, \.\.\.dims\], got dims \[2,3\]/,
    ],
    [() => vectorToOperator(new Ket(4, new Float64Array(8))), DimensionMismatchError, /got dims \[4\]/],
    [() => vectorToOperator(qeye(2) as never), InvalidArgumentError, /a Ket/],
  ] as [() => unknown, new (...args: never[]) => Error, RegExp][])("%s", (body, type, message) => {
    expect(body).toThrow(type);
    expect(body).toThrow(message);
  });
});
