/**
 * Functions that jump although they say how fast they change, and coefficients that overflow: solved, or an error that names the coefficient.
 */
import { describe, expect, it } from "vitest";
import {
  callable,
  type Hamiltonian,
  mesolve,
  NonFiniteError,
  pulse,
  sesolve,
  sigmam,
  sigmax,
  sigmaz,
} from "../../bindings/index.ts";
import { spin } from "../support/spin.ts";

const { tight, up } = spin;
/** Both begin with a ket. */
const solvers = [mesolve, sesolve as unknown as typeof mesolve];
const eOps = { z: sigmaz() };

describe("a function that declares its scale, and jumps", () => {
  /** The triangle wave ∫ sign(sin wt) dt. */
  const area = (w: number, t: number) => Math.acos(Math.cos(w * t)) / w;
  const methods = ["auto", "tsit5", "dop853", "kencarp4", "magnus"] as const;

  it.each(methods)("%s: hundreds of jumps, of which none was declared", (method) => {
    const H = [[sigmax(), callable((t) => Math.sign(Math.sin(3 * t)), { scale: 0.5 })]] as const;
    for (const solve of solvers) {
      const { expect: values, warnings } = solve(H, up, [0, 40, 100], { method, eOps, ...tight });
      expect(values.z[1]).toBeCloseTo(Math.cos(2 * area(3, 40)), 8);
      expect(values.z[2]).toBeCloseTo(Math.cos(2 * area(3, 100)), 8);
      expect(warnings).toEqual([]);
    }
  });

  it.each(methods)("%s: a pulse that begins with a small jump, and rises by more before the next look", (method) => {
    // About 4000 looks: between two of them the sine rises by more than the jump, 0.0044, that is 0.4 of what both of them change.
    const [from, to, omega, phase] = [0.6909737392165282, 0.6959432321383833, 28.83363757109098, -1.06932431755664];
    const pulse = (t: number) => (t >= from && t < to ? Math.sin(omega * t + phase) : 0);
    const turned = (Math.cos(omega * from + phase) - Math.cos(omega * to + phase)) / omega;
    const times = [-0.012078709926113929, 0.8737085337693353];
    // Larger, so that what is missed shows: a step across the jump is off by 2e-4 of angle.
    const size = 1000;
    for (const solve of solvers) {
      const { expect: values } = solve([[sigmax().scale(size), pulse]], up, times, { method, eOps, ...tight });
      expect(values.z[1]).toBeCloseTo(Math.cos(2 * size * turned), 8);
    }
  });

  it("one high edge in a long run costs a handful of steps more than none", () => {
    for (const solve of solvers) {
      const run = (edge: number) =>
        solve([sigmaz(), [sigmax(), callable((t) => (t < edge ? 0 : 100), { scale: 0.5 })]], up, [0, 10], { eOps });
      const { stats } = run(5.123);
      expect(stats.steps).toBeLessThan(run(0).stats.steps);
      expect(stats.rejected).toBeLessThan(20);
    }
  });

  it("jumps closer together than the scale: an error that names the coefficient and what to declare", () => {
    // Between two of the times at which it is looked at: eight in a scale.
    const f = (t: number) => (t >= 5.123 && t < 5.1231 ? 1e5 : Math.sin(t));
    // Where a step ends although nothing jumps there.
    const H: Hamiltonian = [sigmaz(), [sigmax(), callable(f, { scale: 1, breakpoints: [5.12305] })]];
    const declared: Hamiltonian = [sigmaz(), [sigmax(), callable(f, { scale: 1, breakpoints: [5.123, 5.1231] })]];
    for (const solve of solvers) {
      const run = () => solve(H, up, [0, 10], { maxSteps: 20_000 });
      expect(run).toThrow(expect.objectContaining({ code: expect.stringMatching(/STEP_LIMIT|STEP_SIZE/) }));
      expect(run).toThrow(/[Tt]he coefficient of H\[1\] jumps at t = 5\.123.*breakpoints: \[5\.123/);
      expect(solve(declared, up, [0, 10]).times).toHaveLength(2);
    }
  });

  it("is looked at where it is not zero alone", () => {
    const asked: number[] = [];
    const f = (t: number) => {
      asked.push(t);
      return 1;
    };
    mesolve([[sigmax(), callable(f, { scale: 0.1, support: [4, 5] })]], up, [0, 10]);
    expect(asked.length).toBeGreaterThan(80);
    expect(asked.every((t) => t >= 4 && t < 5)).toBe(true);
  });
});

describe("a coefficient that is not finite at some time of the run is named", () => {
  const rate = pulse.exponential({ rate: 10 });
  /** The largest number is exp(709.78…). */
  const overflow = Math.log(Number.MAX_VALUE) / 10;
  const bad = (t: number) => (t > 3 ? Number.NaN : 1);

  it.each([
    ["H[1]", () => mesolve([sigmaz(), [sigmax(), rate]], up, [0, 100])],
    ["H[0]", () => sesolve([[sigmax(), rate]], up, [0, 100])],
    ["cOps[0]", () => mesolve(sigmaz(), up, [0, 100], { cOps: [[sigmam(), rate]] })],
    ["cOps[1][1]", () => mesolve(sigmaz(), up, [0, 100], { cOps: [sigmam(), [sigmaz(), [sigmax(), rate]]] })],
    ["cOps[0].rate", () => mesolve(sigmaz(), up, [0, 100], { cOps: [{ op: sigmam(), rate }] })],
  ] as const)("%s overflows", (name, run) => {
    const error = caught(run);
    expect(error.message).toMatch(`solve: ${name}: the coefficient is not finite at t = `);
    expect(error.message).toMatch(/Infinity|NaN/);
    expect(error.time).toBeCloseTo(overflow, 10);
  });

  it.each([
    ["H[1]", () => mesolve([sigmaz(), [sigmax(), bad]], up, [0, 10])],
    ["H[2]", () => sesolve([sigmaz(), [sigmaz(), () => 1], [sigmax(), callable(bad, { scale: 1 })]], up, [0, 10])],
    ["cOps[0]", () => mesolve(sigmaz(), up, [0, 10], { cOps: [[sigmam(), bad]] })],
    ["cOps[0].rate", () => mesolve(sigmaz(), up, [0, 10], { cOps: [{ op: sigmam(), rate: bad }] })],
  ] as const)("%s is a function", (name, run) => {
    const error = caught(run);
    expect(error.message).toMatch(`solve: ${name}: the coefficient is not finite at t = ${error.time}: NaN`);
    expect(error.time).toBeGreaterThan(3);
    expect(error.time).toBeLessThan(3.2);
  });

  it("at the one time that nobody looked at before", () => {
    // Kept from those who look by being fine until the run has begun.
    let begun = false;
    const late = (t: number) => (begun && t > 1 ? Number.POSITIVE_INFINITY : 1);
    const onProgress = () => {
      begun = true;
    };
    for (const solve of solvers) {
      begun = false;
      const H: Hamiltonian = [sigmaz(), [sigmax(), callable(late, { scale: 0.01 })]];
      const error = caught(() => solve(H, up, [0, 10], { onProgress }));
      expect(error.message).toMatch("H[1]: the coefficient is not finite at t = ");
      expect(error.time).toBeGreaterThan(1);
    }
  });
});

function caught(run: () => unknown): NonFiniteError & { time: number } {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(NonFiniteError);
    return error as NonFiniteError & { time: number };
  }
  throw new Error("nothing was thrown");
}
