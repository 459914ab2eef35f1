/**
 * Drives by tables: what happens at their knots, in narrow pieces and between their samples.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  type Coefficient,
  callable,
  InvalidArgumentError,
  mesolve,
  NotHermitianError,
  piecewise,
  pulse,
  samples,
  sesolve,
  sigmam,
  sigmax,
  sigmaz,
} from "../../bindings/index.ts";
import { generator } from "../support/random.ts";
import { spin } from "../support/spin.ts";

const { up } = spin;
const eOps = { z: sigmaz() };

/** The integral of a spline over its pieces: Simpson's rule is exact for cubics. */
function integral(c: Coefficient, knots: readonly number[]): number {
  return knots.slice(1).reduce((sum, b, k) => {
    const a = knots[k]!;
    // The left limit of a piece that ends where the next begins.
    return sum + ((b - a) / 6) * (c.at(a).re + 4 * c.at((a + b) / 2).re + c.at(b).re);
  }, 0);
}

const knotsOf = (order: 2 | 3, t: readonly number[]): readonly number[] =>
  order === 3 ? t : [t[0]!, ...t.slice(1, -2).map((x, k) => (x + t[k + 2]!) / 2), t.at(-1)!];

describe("rough splines", () => {
  // H commutes with itself: z = cos(2 integral of f).
  const random = generator(17);
  const t = Array.from({ length: 41 }, (_, k) => k / 4);
  const rough = [t.map((_, k) => Math.sin(k * k)), t.map(() => 2 * random() - 1)];

  it.each([2, 3] as const)("order %d: the error of a run of auto and sesolve is below its tolerance", (order) => {
    for (const values of rough) {
      const f = samples(t, values, { order });
      const z = Math.cos(2 * integral(f, knotsOf(order, t)));
      for (const rtol of [1e-4, 1e-6, 1e-8, 1e-10]) {
        const options = { eOps, rtol, atol: rtol / 100 };
        const H = [[sigmax(), f]] as const;
        // An error e of rho in norm moves z by sqrt(2) e at most; of a ket by 2 e.
        expect(Math.abs(mesolve(H, up, [0, 10], options).expect.z[1]! - z)).toBeLessThan(1.5 * rtol);
        expect(Math.abs(sesolve(H, basis(2, 0), [0, 10], options).expect.z[1]! - z)).toBeLessThan(2.1 * rtol);
      }
    }
  });

  it.each(["tsit5", "dop853", "kencarp4", "magnus"] as const)("%s keeps the error of a step below it", (method) => {
    for (const order of [2, 3] as const) {
      for (const values of rough) {
        const f = samples(t, values, { order });
        const z = Math.cos(2 * integral(f, knotsOf(order, t)));
        for (const rtol of [1e-6, 1e-8]) {
          const run = mesolve([[sigmax(), f]], up, [0, 10], { method, eOps, rtol, atol: rtol / 100 });
          expect(Math.abs(run.expect.z[1]! - z)).toBeLessThan(1.5 * rtol * run.stats.steps);
        }
      }
    }
  });

  it("takes no step more for samples of a smooth function than its smoothness asks for", () => {
    const fine = Array.from({ length: 4001 }, (_, k) => k / 400);
    const smooth = pulse.gaussian({ center: 5, sigma: 1.5 });
    const table = samples(
      fine,
      fine.map((time) => smooth.at(time).re),
    );
    const [steps, reference] = [table, smooth].map((f) => mesolve([[sigmax(), f]], up, [0, 10]).stats.steps);
    expect(steps!).toBeLessThan(4 * reference!);
  });
});

describe("graded tables", () => {
  it.each([1, 2, 3] as const)("order %d: a pulse beside a weak field with steep edges", (order) => {
    const [T, edges, width] = [1e4, [100.3, 9900.7], 1e-5] as const;
    const times = new Set<number>([...edges, T]);
    for (let x = 0; x <= T; x += 0.25) times.add(x);
    for (const edge of edges) {
      for (let distance = width / 10; distance < 1; distance *= 1.3) {
        times.add(edge - distance);
        times.add(edge + distance);
      }
    }
    const t = [...times].sort((a, b) => a - b).filter((x, k, all) => k === 0 || x - all[k - 1]! > width / 40);
    const edge = (x: number) => 0.5 * (1 + Math.tanh(x / width));
    const f = (x: number) =>
      1e-4 * (edge(x - edges[0]) - edge(x - edges[1])) + 0.1 * Math.exp(-0.5 * ((x - 5000) / 3) ** 2);
    const H = [[sigmax(), samples(t, t.map(f), { order })]] as const;
    const area = 1e-4 * (edges[1] - edges[0]) + 0.3 * Math.sqrt(2 * Math.PI);
    // The table itself is 1e-3 away for order 1: trapezoids of a quarter of sigma/12.
    expect(mesolve(H, up, [0, T], { eOps }).expect.z[1]).toBeCloseTo(Math.cos(2 * area), order === 1 ? 3 : 5);
  });
});

describe("what is wrong for a short time only is refused", () => {
  const count = 5000;
  const t = Array.from({ length: count + 1 }, (_, k) => k / 500);
  const rates = Array.from({ length: count }, (_, k) => 0.05 + 0.01 * (k % 7));
  const spoiled = (k: number, value: number) => rates.map((rate, j) => (j === k ? value : rate));
  const decay = (rate: Coefficient | ((time: number) => number)) => () =>
    mesolve(sigmaz(), up, [0, 10], { cOps: [{ op: sigmam(), rate }] });

  it.each([777, 1233, 2501])("one negative piece of five thousand: %d", (k) => {
    expect(decay(piecewise(t, spoiled(k, -20)))).toThrow(/rate at t = .*-20/);
    for (const order of [1, 2, 3] as const) {
      expect(decay(samples(t, [...spoiled(k, -20), 0.05], { order }))).toThrow(InvalidArgumentError);
    }
  });

  it("a smooth rate that dips below zero", () => {
    expect(decay(pulse.sine({ omega: 17.1 }).add(0.9999).mul(10))).toThrow(/a rate >= 0/);
    expect(decay(callable((time) => 0.1 - 0.3 * Math.exp(-0.5 * ((time - 3.7) / 0.05) ** 2)))).toThrow(/a rate >= 0/);
  });

  it("not one that touches it", () => {
    expect(decay(pulse.sine({ omega: 17.1 }).add(1).mul(10))).not.toThrow();
    expect(decay((time) => Math.sin(3 * time) ** 2)).not.toThrow();
  });

  it.each([1233, 4001])("one piece whose sum is not Hermitian: %d", (k) => {
    const im = rates.map((_, j) => (j === k ? 300 : 0));
    const f = piecewise(t, { re: rates, im });
    expect(() => mesolve([sigmaz(), [sigmax(), f]], up, [0, 10])).toThrow(NotHermitianError);
    // Beside its adjoint it would be right.
    const pair = [sigmaz(), [sigmam(), f], [sigmam().dag(), f.conj()]] as const;
    expect(() => mesolve(pair, up, [0, 0.1])).not.toThrow();
    const wrong = [sigmaz(), [sigmam(), f], [sigmam().dag(), f]] as const;
    expect(() => mesolve(wrong, up, [0, 10])).toThrow(NotHermitianError);
  });
});
