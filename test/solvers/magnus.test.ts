/**
 * The commutator-free Magnus method.
 */
import { describe, expect, it } from "vitest";
import { destroy, fock, mesolve, num, piecewise, pulse, sigmam, sigmax, sigmay, sigmaz } from "../../bindings/index.ts";
import { slope } from "../support/order.ts";
import { maxDifference } from "../support/random.ts";
import { spin } from "../support/spin.ts";

const { tight, up, E, omega } = spin;

describe("magnus", () => {
  const H: Parameters<typeof mesolve>[0] = [
    sigmaz().add(sigmay().scale(0.3)),
    [sigmax(), pulse.cosine({ omega }).mul(E)],
  ];
  const rate = pulse.sine({ omega: 1 }).mul(0.1).add(0.2);
  const solution = (options: object) => mesolve(H, up, [0, 6], { cOps: [{ op: sigmam(), rate }], ...options });
  const end = (options: object) => solution(options).finalState;
  const exact = end({ method: "dop853", ...tight });

  it("has order 4", () => {
    // The spaces are exact to a share of the tolerance: it shrinks with the steps.
    const runs = [1e-6, 1e-8, 1e-10].map((rtol) => solution({ method: "magnus", rtol, atol: rtol / 100 }));
    const steps = runs.map(({ stats }) => 6 / stats.steps);
    const errors = runs.map(({ finalState }) => maxDifference(finalState, exact));
    expect(slope(steps, errors)).toBeGreaterThan(3.7);
    expect(slope(steps, errors)).toBeLessThan(4.5);
  });

  it.each([1e-4, 1e-6, 1e-8, 1e-10])("keeps to rtol = %d", (rtol) => {
    // Fewer than 300 steps, each off by rtol + atol at most.
    expect(maxDifference(end({ method: "magnus", rtol, atol: rtol / 100 }), exact)).toBeLessThan(100 * rtol);
  });

  it("takes steps as long as the drive allows, however large the generator is", () => {
    const slow = pulse.gaussian({ center: 5, sigma: 2 });
    const run = (scale: number) =>
      mesolve([sigmaz().scale(scale), [sigmax(), slow]], up, [0, 10], { method: "magnus", eOps: { z: sigmaz() } });
    expect(run(1000).stats.steps).toBeLessThan(4 * run(10).stats.steps);
    const tsit = mesolve([sigmaz().scale(100), [sigmax(), slow]], up, [0, 10], { ...tight, eOps: { z: sigmaz() } });
    expect(Math.abs(run(100).expect.z[1]! - tsit.expect.z[1]!)).toBeLessThan(1e-5);
  });

  it("writes outputs and states where they are, jumps and all", () => {
    const f = piecewise([0, 1, 2.5, 3], [1, -2, 0.5]);
    const times = [0, 0.3, 1, 2.2, 2.5, 3];
    const both = (["magnus", "dop853"] as const).map((method) =>
      mesolve([sigmaz(), [sigmax(), f]], up, times, {
        method,
        rtol: 1e-9,
        atol: 1e-11,
        storeStates: true,
        cOps: [sigmam()],
      }),
    );
    both[0]!.states!.forEach((state, k) => {
      expect(maxDifference(state, both[1]!.states![k]!)).toBeLessThan(1e-7);
    });
  });

  it("is Krylov's method where nothing changes", () => {
    const run = (method: "magnus" | "krylov") => mesolve(sigmax(), up, [0, 3], { method, cOps: [sigmam()] }).finalState;
    expect(maxDifference(run("magnus"), run("krylov"))).toBeLessThan(1e-6);
  });

  it("needs coordinates where jumps change, and says so", () => {
    const N = 1100;
    const run = () =>
      mesolve(num(N).add(destroy(N)).add(destroy(N).dag()), fock(N, 0), [0, 1], {
        method: "magnus",
        cOps: [{ op: destroy(N), rate }],
      });
    expect(run).toThrow(/magnus/);
  });
});
