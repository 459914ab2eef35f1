/**
 * Explicit methods on a constant generator compute powers of it instead of their stages: the same steps and the same numbers, to rounding.
 */
import { describe, expect, it } from "vitest";
import { fock, type MesolveOptions, mesolve, num, Operator } from "../../bindings/index.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

describe.each(["tsit5", "dop853"] as const)("%s by powers", (method) => {
  it.each([2, 5, 13, 33])("is the same by stages, d = %i", (d) => {
    const random = generator(d);
    const full = randomHermitian(random, [d]);
    // Without a diagonal the interaction picture is Schrödinger's, and goes by stages.
    const diagonal = Array.from({ length: d }, (_, k) => [k, k, full.get(k, k).re, 0] as const);
    const H = full.sub(Operator.fromTriplets(d, diagonal));
    const rho0 = randomState(random, [d]);
    const eOps = { O: randomOperator(random, [d]) };
    const cOps = [randomOperator(random, [d]).scale(0.3)];
    const run = (options: MesolveOptions) =>
      mesolve(H, rho0, [0, 0.1, 0.25, 1.7, 2], { cOps, eOps, method, storeStates: true, rtol: 1e-9, ...options });
    const [powers, stages] = [run({}), run({ picture: "interaction" })];
    expect(Math.abs(powers.stats.steps - stages.stats.steps)).toBeLessThanOrEqual(1);
    powers.states!.forEach((state, k) => {
      expect(maxDifference(state, stages.states![k]!)).toBeLessThan(1e-9);
    });
    const [x, y] = [powers, stages].map((r) => r.expect.O as { re: Float64Array; im: Float64Array });
    x!.re.forEach((re, k) => {
      expect(Math.hypot(re - y!.re[k]!, x!.im[k]! - y!.im[k]!)).toBeLessThan(1e-9 * d * Math.SQRT2);
    });
  });

  it("goes back to stages where powers overflow", () => {
    // (1e60)^6 is no double.
    const psi = fock(4, 0).add(fock(4, 3)).unit();
    const run = (scale: number) =>
      mesolve(num(4).scale(scale), psi, [0, 2 / scale], { method, rtol: 1e-10, atol: 1e-12 });
    const [plain, large] = [run(1), run(1e60)];
    expect(maxDifference(plain.finalState, large.finalState)).toBeLessThan(1e-8);
    // The same steps, after the one that overflowed. (Unlike the others the first step of the plain run depends on its unit of time.)
    const { steps, rejected } = run(1e20).stats;
    expect([large.stats.steps, large.stats.rejected]).toEqual([steps, rejected + 1]);
    expect(large.finalState.get(0, 3).im).toBeCloseTo(Math.sin(6) / 2, 7);
  });
});
