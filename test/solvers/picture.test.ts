/**
 * The interaction picture: results are those of Schrödinger's, whatever forms the operators have; the order of the methods stays; where
 * H is diagonal it is exact; where its diagonal rules, steps are fewer.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  destroy,
  fock,
  InvalidArgumentError,
  type MesolveOptions,
  mesolve,
  num,
  Operator,
  qeye,
  sigmam,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import { noJumpOperator } from "../../bindings/plan/generator.ts";
import { pictureRates } from "../../bindings/plan/picture.ts";
import { uniformTimes } from "../support/law.ts";
import { slope } from "../support/order.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

function kerr(N: number) {
  const a = destroy(N);
  const H = num(N).scale(0.5).add(a.dag().mul(a.dag()).mul(a).mul(a).scale(0.15)).add(a.add(a.dag()));
  return { H, cOps: [a], rho0: fock(N, 0), n: num(N) };
}

/** Diagonals that differ, so that every phase counts. */
const levels = (random: () => number, d: number) =>
  Operator.fromTriplets(
    d,
    Array.from({ length: d }, (_, k) => [k, k, 10 * random() - 5, 0] as const),
  );

/** A jump on the diagonal `shift`. */
const shifted = (random: () => number, d: number, shift: number, phase: boolean) =>
  Operator.fromTriplets(
    d,
    Array.from({ length: d - Math.abs(shift) }, (_, k) => {
      const i = k + Math.max(0, -shift);
      return [i, i + shift, random(), phase ? random() : 0] as const;
    }),
  );

/** One problem for every way an operator can be stored. */
const forms: Record<string, (random: () => number, d: number) => { H: Operator; cOps: Operator[] }> = {
  "dense G, dense jumps": (random, d) => ({
    H: randomHermitian(random, [d]).add(levels(random, d)),
    cOps: [randomOperator(random, [d]).scale(0.3), randomOperator(random, [d]).scale(0.2)],
  }),
  "sparse G, sparse jumps": (random, d) => ({
    H: randomHermitian(random, [d], 1 / d).add(levels(random, d)),
    cOps: [randomOperator(random, [d], 1 / d).scale(0.3)],
  }),
  "jumps on one diagonal": (random, d) => ({
    H: levels(random, d)
      .add(shifted(random, d, 1, true))
      .add(shifted(random, d, -1, true)),
    cOps: [shifted(random, d, 1, false), shifted(random, d, -2, true), shifted(random, d, 1, true)],
  }),
  "dephasing, merged": (random, d) => ({
    H: levels(random, d),
    cOps: [
      shifted(random, d, 0, true),
      shifted(random, d, 0, false),
      shifted(random, d, 2, true),
      shifted(random, d, 2, false),
    ],
  }),
};

describe("the interaction picture", () => {
  it.each(Object.keys(forms).flatMap((form) => [3, 4, 5, 7, 10, 18, 33].map((d) => [form, d] as const)))(
    "agrees with Schrödinger's: %s, d = %i",
    (form, d) => {
      const random = generator(d);
      const problem = forms[form]!(random, d);
      const H = problem.H.add(problem.H.dag()).scale(0.5);
      const rho0 = randomState(random, [d]);
      const eOps = { O: randomOperator(random, [d]) };
      const times = [0, 0.05, 0.11, 0.3];
      const run = (options: MesolveOptions) =>
        mesolve(H, rho0, times, { cOps: problem.cOps, eOps, storeStates: true, ...options });
      const exact = run({ method: "faber", rtol: 1e-13, atol: 1e-15 });
      for (const options of [
        { method: "tsit5", rtol: 1e-10, atol: 1e-12 },
        { method: "dop853", rtol: 1e-10, atol: 1e-12 },
        { method: "rk4", dt: 1e-3 },
      ] as const) {
        const result = run({ ...options, picture: "interaction" });
        // A few hundred steps with local errors of 1e-10 each; rk4: (h‖L‖)^5 a step.
        const tolerance = options.method === "rk4" ? 1e-6 : 1e-8;
        result.states!.forEach((state, k) => {
          expect(maxDifference(state, exact.states![k]!), `${options.method}, t = ${times[k]}`).toBeLessThan(tolerance);
        });
        const [x, y] = [result, exact].map((r) => r.expect.O as { re: Float64Array; im: Float64Array });
        times.forEach((_, k) => {
          expect(Math.hypot(x!.re[k]! - y!.re[k]!, x!.im[k]! - y!.im[k]!)).toBeLessThan(tolerance * d * Math.SQRT2);
        });
        expect(result.stats.form).toMatch(/interaction picture$/);
        expect(result.stats.hermiticityError).toBe(0);
      }
    },
  );

  it("evolves what is not Hermitian", () => {
    const { H, cOps, n } = kerr(12);
    const X = randomOperator(generator(1), [12]);
    const run = (options: MesolveOptions) =>
      mesolve(H, X, [0, 0.3, 1], { cOps, eOps: { n }, checkState: false, rtol: 1e-11, atol: 1e-13, ...options });
    const exact = run({ method: "faber" });
    const turned = run({ method: "dop853", picture: "interaction" });
    expect(turned.finalState.sub(exact.finalState).norm()).toBeLessThan(1e-8);
  });

  it("is exact where H is diagonal: a handful of steps, phases to rounding", () => {
    const psi = basis(5, 1).add(basis(5, 4)).unit();
    const H = num(5).mul(num(5)).scale(100);
    const { finalState, stats } = mesolve(H, psi, [0, 1], { method: "dop853", picture: "interaction" });
    // Coherence of levels 4 and 1: exp(-i 1500 t)/2, its argument known to 1500 eps a step.
    const c = finalState.get(4, 1);
    expect(Math.hypot(c.re - Math.cos(1500) / 2, c.im + Math.sin(1500) / 2)).toBeLessThan(1500 * 8 * Number.EPSILON);
    // From 1e-6 the step grows tenfold each time.
    expect(stats.steps).toBeLessThan(10);
  });

  it.each([
    ["rk4", 4, [1 / 16, 1 / 32, 1 / 64]],
    ["tsit5", 5, [1 / 16, 1 / 32, 1 / 64]],
    ["dop853", 8, [1 / 6, 1 / 8, 1 / 12]],
  ] as const)("%s keeps its order %i, the interpolant at least one less", (method, order, steps) => {
    const { H, cOps, rho0, n } = kerr(6);
    const measure = (times: number[]) => {
      const run = (options: MesolveOptions) =>
        mesolve(H, rho0, times, { cOps, eOps: { n, a: destroy(6) }, ...options });
      const exact = run({ method: "expm" });
      const errors = steps.map((step) => {
        const bounds = method === "rk4" ? { dt: step } : { maxStep: step, rtol: 0.99, atol: 1e6 };
        const result = run({ method, picture: "interaction", ...bounds });
        return Math.max(
          ...times.map((_, k) => {
            const [x, y] = [result, exact].map((r) => r.expect.a as { re: Float64Array; im: Float64Array });
            return Math.hypot(x!.re[k]! - y!.re[k]!, x!.im[k]! - y!.im[k]!);
          }),
        );
      });
      return slope(steps, errors);
    };
    expect(measure([0, 4])).toBeGreaterThan(order - 0.2);
    if (method !== "rk4") expect(measure(uniformTimes(1.993, 31))).toBeGreaterThan(order - 1.1);
  });

  it("needs a fraction of the steps where the diagonal of H rules, and the estimate of both says so", () => {
    const { H, cOps, rho0 } = kerr(32);
    const spent = (picture: "schrodinger" | "interaction") =>
      mesolve(H, rho0, uniformTimes(10, 101), { cOps, method: "dop853", picture }).stats.rhsEvaluations;
    expect(spent("interaction")).toBeLessThan(spent("schrodinger") / 3);
    const rates = pictureRates(noJumpOperator(H, cOps), cOps);
    expect(rates.schrodinger).toBeGreaterThan(3 * rates.interaction);
    // Two spins whose coupling joins all levels: nothing to be gained.
    const xx = tensor(sigmam(), sigmam()).add(tensor(sigmam().dag(), sigmam().dag()));
    const pair = tensor(sigmaz(), qeye(2))
      .add(tensor(qeye(2), sigmaz()))
      .add(xx.scale(3));
    const even = pictureRates(noJumpOperator(pair, []), []);
    expect(even.interaction).toBe(even.schrodinger);
  });

  it("gives bit-identical results again, and is refused where it means nothing", () => {
    const { H, cOps, rho0, n } = kerr(16);
    const run = () =>
      mesolve(H, rho0, uniformTimes(3, 17), { cOps, eOps: { n }, storeStates: true, picture: "interaction" });
    const [first, second] = [run(), run()];
    expect(first.stats.method).toBe("dop853");
    expect(second.expect.n).toEqual(first.expect.n);
    expect(second.states!.map((s) => s.toDense())).toEqual(first.states!.map((s) => s.toDense()));
    for (const method of ["faber", "expm"] as const) {
      expect(() => mesolve(H, rho0, [0, 1], { method, picture: "interaction" })).toThrow(InvalidArgumentError);
    }
    expect(() => mesolve(H, rho0, [0, 1], { picture: "heisenberg" as "interaction" })).toThrow(InvalidArgumentError);
  });
});
