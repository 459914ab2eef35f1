/**
 * The kernel's dense factorisations: Schur form (similarity, unitarity, eigenvalues; defective matrices too), the triangular Sylvester
 * equation, LU.
 */
import { describe, expect, it } from "vitest";
import { destroy, num, Operator, qeye, sigmam } from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { noJumpOperator } from "../../bindings/plan/generator.ts";
import { generator, maxDifference, randomHermitian, randomOperator } from "../support/random.ts";

const dimensions = [...Array.from({ length: 24 }, (_, k) => k + 1), 33, 64];
const what = "test";

/** A = U T U†; what lies behind the blocks stays as it was. */
function schur(A: Operator): { T: Operator; U: Operator; T0: Float64Array } {
  return getKernel().frame((kernel) => {
    const d = A.size;
    const { bytes } = kernel.layout(d);
    const a = kernel.putMatrix(A, what);
    const u = kernel.allocate(bytes, what);
    const scratch = kernel.allocate(8 * kernel.functions.schurScratch(d), what);
    const canary = kernel.allocate(4096, what);
    kernel.doubles.fill(7, canary / 8, canary / 8 + 512);
    expect(kernel.functions.schur(d, a, u, scratch)).toBe(1);
    expect(kernel.doubles.slice(canary / 8, canary / 8 + 512).every((x) => x === 7)).toBe(true);
    for (const pointer of [a, u]) expectPadding(pointer, d);
    return {
      T: Operator.dense(A.dims, kernel.getMatrix(a, d, what)),
      U: Operator.dense(A.dims, kernel.getMatrix(u, d, what)),
      T0: kernel.getMatrix(a, d, what),
    };
  });
}

/** Padding is zero. */
function expectPadding(pointer: number, d: number): void {
  const kernel = getKernel();
  const { stride, plane } = kernel.layout(d);
  for (const part of [0, plane]) {
    for (let k = 0; k < plane; k++) {
      if (k % stride < d && Math.floor(k / stride) < d) continue;
      expect(kernel.doubles[pointer / 8 + part + k]).toBe(0);
    }
  }
}

function check(A: Operator): Operator {
  const d = A.size;
  const { T, U } = schur(A);
  // Rounding of some 3 d rotations of every element and of the products here.
  const rounding = 40 * d * Number.EPSILON;
  expect(maxDifference(U.mul(T).mul(U.dag()), A)).toBeLessThanOrEqual(rounding * Math.max(A.norm(), 1e-300));
  expect(maxDifference(U.dag().mul(U), qeye(A.dims))).toBeLessThan(rounding);
  T.forEachNonzero((row, column) => {
    expect(row).toBeLessThanOrEqual(column);
  });
  return T;
}

/** The diagonal of T, sorted by real, then imaginary part. */
function eigenvalues(T: Operator): [re: number, im: number][] {
  return Array.from({ length: T.size }, (_, k) => T.get(k, k))
    .map(({ re, im }): [number, number] => [re, im])
    .sort((x, y) => x[0] - y[0] || x[1] - y[1]);
}

const triplets = (d: number, element: (i: number, j: number) => [number, number] | undefined) =>
  Operator.fromTriplets(
    d,
    Array.from({ length: d * d }, (_, k) => [Math.floor(k / d), k % d] as const).flatMap(([i, j]) => {
      const x = element(i, j);
      return x ? [[i, j, ...x] as [number, number, number, number]] : [];
    }),
  );

describe("schur", () => {
  it.each(dimensions)("random matrices, d = %i", (d) => {
    check(randomOperator(generator(d), [d]));
    check(randomOperator(generator(100 + d), [d], 2 / d));
    check(randomHermitian(generator(200 + d), [d]));
    check(noJumpOperator(randomHermitian(generator(300 + d), [d]), [randomOperator(generator(400 + d), [d])]));
  });

  it.each(dimensions)("defective, nearly defective and permuting matrices, d = %i", (d) => {
    const jordan = (eps: number) =>
      triplets(d, (i, j) => (i === j ? [2 + eps * i, 1] : j === i + 1 ? [1, 0] : undefined));
    for (const eps of [0, 1e-14, 1e-8, 1e-3]) {
      check(jordan(eps));
      check(jordan(eps).dag());
      const { U } = schur(randomOperator(generator(d), [d]));
      check(U.mul(jordan(eps)).mul(U.dag()));
    }
    // Its eigenvalues all have modulus one: steps without exceptional shifts would go in circles.
    check(triplets(d, (i, j) => ((j + 1) % d === i ? [1, 0] : undefined)));
    check(Operator.fromTriplets(d, []));
    check(qeye(d));
  });

  it("matrices of any size", () => {
    for (const size of [1e-200, 1e-100, 1e100]) check(randomOperator(generator(3), [9]).scale(size));
  });

  it("has the eigenvalues of a known matrix", () => {
    for (const d of [2, 5, 16, 40]) {
      // A damped, detuned oscillator without drive, turned into a random basis.
      const { U } = schur(randomOperator(generator(d), [d]));
      const G = noJumpOperator(num(d), [destroy(d).scale(0.5)]);
      const values = eigenvalues(check(U.mul(G).mul(U.dag())));
      values.reverse().forEach(([re, im], n) => {
        expect(Math.abs(re + 0.125 * n)).toBeLessThan(40 * d * d * Number.EPSILON);
        expect(Math.abs(im + n)).toBeLessThan(40 * d * d * Number.EPSILON);
      });
    }
    expect(eigenvalues(check(sigmam().scale(3)))).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it("refuses what is not a number, after a bounded number of steps", () => {
    getKernel().frame((kernel) => {
      const a = kernel.putMatrix(randomOperator(generator(1), [6]), what);
      kernel.doubles[a / 8 + 1] = Number.NaN;
      const u = kernel.allocate(kernel.layout(6).bytes, what);
      const scratch = kernel.allocate(8 * kernel.functions.schurScratch(6), what);
      expect(kernel.functions.schur(6, a, u, scratch)).toBe(0);
    });
  });
});

describe("sylvester", () => {
  it.each(dimensions)("s X - T X - X T† = C, d = %i", (d) => {
    const random = generator(d);
    const { T } = schur(noJumpOperator(randomHermitian(random, [d]), [randomOperator(random, [d])]));
    const C = randomHermitian(random, [d]).hermitianPart();
    for (const s of [0.7, 30]) {
      const X = getKernel().frame((kernel) => {
        const t = kernel.putMatrix(T, what);
        const c = kernel.putMatrix(C, what);
        kernel.functions.sylvester(d, s, t, c);
        expectPadding(c, d);
        return Operator.dense(C.dims, kernel.getMatrix(c, d, what));
      });
      expect(X.hermiticityDefect().deviation).toBe(0);
      const residual = X.scale(s).sub(T.mul(X)).sub(X.mul(T.dag())).sub(C);
      // Backward stable, element by element: rounding of 2 d terms.
      expect(residual.maxAbs()).toBeLessThan(16 * d * Number.EPSILON * (s + 2 * T.norm()) * Math.max(1, X.norm()));
    }
  });
});

describe("lu", () => {
  it.each([8, 16, 24, 32, 64, 72, 136])("solves, n = %i", (n) => {
    const random = generator(n);
    getKernel().frame((kernel) => {
      const stride = (n & 31) === 0 ? n + 8 : n;
      const a = kernel.allocate(8 * n * stride, what);
      const pivots = kernel.allocate(4 * n, what);
      const x = kernel.allocate(8 * n, what);
      const A = Array.from({ length: n }, () => Float64Array.from({ length: n }, () => 2 * random() - 1));
      // Without pivoting this would divide by zero.
      A[0]![0] = 0;
      const exact = Float64Array.from({ length: n }, () => 2 * random() - 1);
      const rhs = A.map((row) => row.reduce((sum, v, j) => sum + v * exact[j]!, 0));
      A.forEach((row, i) => {
        kernel.doubles.set(row, a / 8 + i * stride);
      });
      kernel.doubles.set(rhs, x / 8);
      expect(kernel.functions.factorise(n, a, pivots)).toBe(1);
      kernel.functions.solveFactorised(n, a, pivots, x);
      const solution = kernel.doubles.slice(x / 8, x / 8 + n);
      const residual = A.map((row, i) => Math.abs(row.reduce((sum, v, j) => sum + v * solution[j]!, 0) - rhs[i]!));
      const size = Math.max(...solution.map(Math.abs));
      // n eps ‖A‖ ‖x‖, and the growth of the elements, below n^(2/3) for random matrices.
      expect(Math.max(...residual)).toBeLessThan(4 * n * n * Number.EPSILON * Math.max(1, size));
    });
  });

  it("says when a matrix is singular", () => {
    getKernel().frame((kernel) => {
      const a = kernel.allocate(8 * 8 * 8, what);
      const pivots = kernel.allocate(4 * 8, what);
      for (let k = 0; k < 7; k++) kernel.doubles[a / 8 + 9 * k] = 1;
      expect(kernel.functions.factorise(8, a, pivots)).toBe(0);
    });
  });
});
