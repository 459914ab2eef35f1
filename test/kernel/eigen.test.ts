/**
 * The kernel's Hermitian eigensolver: residual, orthonormality and order, also for degenerate, diagonal and rank-one matrices.
 */
import { describe, expect, it } from "vitest";
import { basis, Ket, ket2dm, maximallyMixedDm, num, Operator, sigmay, thermalDm } from "../../bindings/index.ts";
import { eigenHermitian, eigenvaluesHermitian } from "../../bindings/kernel/dense.ts";
import { generator, randomHermitian } from "../support/random.ts";

function check(A: Operator): void {
  const d = A.size;
  const { values, vectors } = eigenHermitian(A);
  // V with the eigenvectors as columns: A V = V diag(values), V†V = 1.
  const V = Operator.dense(
    A.dims,
    Float64Array.from({ length: 2 * d * d }, (_, k) => {
      const [i, j] = [Math.floor(k / 2 / d), Math.floor(k / 2) % d];
      return vectors[j]![2 * i + (k % 2)]!;
    }),
  );
  const D = Operator.fromTriplets(
    A.dims,
    Array.from(values, (x, k) => [k, k, x, 0] as const),
  );
  const rounding = 20 * d * Number.EPSILON;
  expect(A.mul(V).sub(V.mul(D)).maxAbs()).toBeLessThan(rounding * Math.max(1e-300, A.norm()));
  expect(
    V.dag()
      .mul(V)
      .sub(
        Operator.fromTriplets(
          A.dims,
          Array.from(values, (_, k) => [k, k, 1, 0] as const),
        ),
      )
      .maxAbs(),
  ).toBeLessThan(rounding);
  values.forEach((x, k) => {
    if (k > 0) expect(x).toBeGreaterThanOrEqual(values[k - 1]!);
  });
  eigenvaluesHermitian(A).forEach((x, k) => {
    expect(Math.abs(x - values[k]!)).toBeLessThan(rounding * Math.max(1, A.norm()));
  });
}

describe("eigenHermitian", () => {
  it.each([1, 2, 3, 4, 5, 8, 13, 32, 60])("random, d = %i", (d) => {
    check(randomHermitian(generator(d), [d]));
    check(randomHermitian(generator(100 + d), [d], 0.2));
  });

  it("special matrices", () => {
    check(num(7));
    check(maximallyMixedDm(5));
    check(Operator.fromTriplets(4, []));
    check(sigmay());
    check(sigmay().kron(sigmay()).kron(sigmay()));
    const psi = basis(6, 1)
      .add(basis(6, 4).scale({ re: 0, im: 2 }))
      .unit();
    check(ket2dm(psi));
    for (const size of [1e-300, 1e-170, 1e-150, 1e150, 1e300]) {
      // Checked at their own size: products of the matrices themselves would over- or underflow.
      const A = randomHermitian(generator(7), [6]);
      eigenvaluesHermitian(A.scale(size)).forEach((x, k) => {
        expect(x / size).toBeCloseTo(eigenvaluesHermitian(A)[k]!, 13);
      });
    }
  });

  /** |alpha><alpha| on n levels: whole stretches of it lie below rounding. */
  function coherent(n: number, alpha: number): Operator {
    const amplitudes = new Float64Array(2 * n);
    let amplitude = Math.exp((-alpha * alpha) / 2);
    for (let k = 0; k < n; k++) {
      amplitudes[2 * k] = amplitude;
      amplitude *= alpha / Math.sqrt(k + 1);
    }
    return ket2dm(new Ket(n, amplitudes).unit());
  }

  it.each([10, 20, 30, 50, 80, 100])("nearly pure states of an oscillator, %i levels", (n) => {
    for (const alpha of [0.01, 0.1, 0.5, 1, 2, 3]) {
      const state = coherent(n, alpha);
      check(state);
      const nearly = state.scale(1 - 1e-13).add(thermalDm(n, 0.3).scale(1e-13));
      check(nearly);
      expect(eigenvaluesHermitian(state).at(-1)).toBeCloseTo(1, 13);
    }
  });

  it("has the spectrum of a known matrix", () => {
    const chain = Operator.fromTriplets(
      9,
      Array.from({ length: 8 }, (_, k) => [k, k + 1, 0, 1] as const).flatMap(([i, j, re, im]) => [
        [i, j, re, im] as const,
        [j, i, re, -im] as const,
      ]),
    );
    eigenvaluesHermitian(chain).forEach((x, k) => {
      expect(x).toBeCloseTo(-2 * Math.cos(((k + 1) * Math.PI) / 10), 13);
    });
  });
});
