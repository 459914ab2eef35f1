/**
 * Weak orders of the schemes of continuous measurement, as slopes, without sampling: means over the noise are those over the nodes of Gauss and Hermite's rule in every step.
 */
import { describe, expect, it } from "vitest";
import { SCHEME_EULER, SCHEME_MILSTEIN, SCHEME_ROUCHON, SCHEME_TAYLOR } from "../../assembly/constants.ts";
import { type Ket, mesolve, Operator, sigmax, sigmay, sigmaz } from "../../bindings/index.ts";
import { eigenHermitian } from "../../bindings/kernel/dense.ts";
import { type Case, cases, follower } from "../support/measured.ts";
import { slope } from "../support/order.ts";

/** Nodes and weights for the normal distribution: eigenvalues of Jacobi's matrix, and squares of the first elements of its eigenvectors (Golub and Welsch, Math. Comp. 23 (1969) 221). */
function hermite(count: number): [node: number, weight: number][] {
  const jacobi = Operator.fromTriplets(
    [count],
    Array.from({ length: count - 1 }, (_, k) => k).flatMap((k) => [
      [k, k + 1, Math.sqrt(k + 1), 0] as const,
      [k + 1, k, Math.sqrt(k + 1), 0] as const,
    ]),
  );
  const { values, vectors } = eigenHermitian(jacobi);
  return Array.from(values, (x, k) => [x, vectors[k]![0]! ** 2 + vectors[k]![1]! ** 2]);
}

const FIRST = hermite(6);
const SECOND = hermite(3);
const FUNCTIONALS = [sigmax(), sigmay(), sigmaz()];

/** Means at `end` of one step or more, over all paths through the nodes. */
function means(one: Case, scheme: number, end: number, count: number): number[] {
  const follow = follower(one, scheme, end, FUNCTIONALS);
  const h = end / count;
  // The second number is that of the integral, which one scheme alone uses.
  const nodes = FIRST.flatMap(([a, w]) =>
    (scheme === SCHEME_TAYLOR ? SECOND : [[0, 1] as const]).map(([b, v]) => [a, b, w * v] as const),
  );
  const sums = FUNCTIONALS.map(() => 0);
  const [increments, integrals] = [new Float64Array(count), new Float64Array(count)];
  const visit = (step: number, weight: number): void => {
    if (step === count) {
      follow({ noise: { increments: [increments], integrals: [integrals] } }).values.forEach((value, k) => {
        sums[k]! += weight * value;
      });
      return;
    }
    for (const [a, b, w] of nodes) {
      increments[step] = Math.sqrt(h) * a;
      integrals[step] = 0.5 * h ** 1.5 * (a + b / Math.sqrt(3));
      visit(step + 1, weight * w);
    }
  };
  visit(0, 1);
  return sums;
}

/** Distance of the means from those of the master equation. */
function error(one: Case, scheme: number, end: number, count: number): number {
  const { H, jumps, channels } = one.measured;
  const { expect: exact } = mesolve(H, one.state as Operator | Ket, [0, end], {
    cOps: [...jumps, ...channels.map(({ operator }) => operator)],
    eOps: { x: sigmax(), y: sigmay(), z: sigmaz() },
    method: "expm",
  });
  const found = means(one, scheme, end, count);
  return Math.hypot(...[exact.x, exact.y, exact.z].map((series, k) => found[k]! - series[1]!));
}

const orders: [string, number, number][] = [
  ["Euler and Maruyama", SCHEME_EULER, 1],
  ["Milstein", SCHEME_MILSTEIN, 1],
  ["Taylor", SCHEME_TAYLOR, 2],
  ["Rouchon", SCHEME_ROUCHON, 1],
];

describe.each(["qubit", "ket"])("%s", (name) => {
  const one = cases[name]!;
  const schemes = orders.filter(([, scheme]) => scheme !== SCHEME_ROUCHON || one.state instanceof Operator);

  it("the rule has the moments of the normal distribution", () => {
    for (const [power, moment] of [1, 0, 1, 0, 3, 0, 15].entries()) {
      expect(FIRST.reduce((sum, [x, w]) => sum + w * x ** power, 0)).toBeCloseTo(moment, 12);
    }
  });

  it.each(schemes)("%s: the error of one step", (_, scheme, order) => {
    const steps = [0.04, 0.02, 0.01, 0.005];
    const found = slope(
      steps,
      steps.map((h) => error(one, scheme, h, 1)),
    );
    expect(Math.abs(found - order - 1)).toBeLessThan(0.2);
  });

  it.each(schemes)("%s: the error at a time", (_, scheme, order) => {
    const [end, counts] = [0.05, [1, 2, 3]];
    const found = slope(
      counts.map((count) => end / count),
      counts.map((count) => error(one, scheme, end, count)),
    );
    expect(Math.abs(found - order)).toBeLessThan(0.2);
  });
});
