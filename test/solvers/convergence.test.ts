/**
 * Order of convergence, measured as the slope of the error over the step, on a driven dephased qubit with a closed form.
 */
import { describe, expect, it } from "vitest";
import { basis, type MesolveOptions, mesolve, sigmax, sigmay, sigmaz } from "../../bindings/index.ts";

/** H = (D/2) sigma_x, L = sqrt(k) sigma_z, from |0>: z = exp(-kt)(cos Ot + (k/O) sin Ot), y = -(D/O) exp(-kt) sin Ot. */
const [D, k] = [3, 0.4];
const O = Math.sqrt(D * D - k * k);
const exact = (t: number) => ({
  z: Math.exp(-k * t) * (Math.cos(O * t) + (k / O) * Math.sin(O * t)),
  y: -(D / O) * Math.exp(-k * t) * Math.sin(O * t),
});

/** Largest error at `times`. */
function error(times: number[], options: MesolveOptions): number {
  const result = mesolve(sigmax().scale(D / 2), basis(2, 0), times, {
    ...options,
    cOps: [sigmaz().scale(Math.sqrt(k))],
    eOps: { z: sigmaz(), y: sigmay() },
  });
  const { z, y } = result.expect as Record<"y" | "z", Float64Array>;
  return Math.max(...times.map((t, i) => Math.max(Math.abs(z[i]! - exact(t).z), Math.abs(y[i]! - exact(t).y))));
}

/** Slope of log(error) over log(step) by least squares. */
function slope(steps: number[], errors: number[]): number {
  const x = steps.map(Math.log);
  const y = errors.map(Math.log);
  const mean = (v: number[]) => v.reduce((a, b) => a + b) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  return x.reduce((sum, xi, i) => sum + (xi - mx) * (y[i]! - my), 0) / x.reduce((sum, xi) => sum + (xi - mx) ** 2, 0);
}

describe("order of convergence", () => {
  const steps = [1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64];
  /** With these tolerances nothing is ever rejected: after the first steps every step is `maxStep`. */
  const loose = { rtol: 0.99, atol: 1e6 };

  it("rk4: 4", () => {
    const order = slope(
      steps,
      steps.map((dt) => error([0, 2], { method: "rk4", dt })),
    );
    expect(order).toBeGreaterThan(3.8);
    expect(order).toBeLessThan(4.2);
  });

  it("tsit5: 5", () => {
    // Its error constants are so small that terms of higher order rule at larger steps.
    const small = [1 / 24, 1 / 48, 1 / 96, 1 / 192];
    const order = slope(
      small,
      small.map((maxStep) => error([0, 0.5, 1, 1.5, 2], { ...loose, method: "tsit5", maxStep })),
    );
    expect(order).toBeGreaterThan(4.8);
    expect(order).toBeLessThan(5.2);
  });

  it("tsit5's interpolant: at least 4", () => {
    const times = Array.from({ length: 41 }, (_, i) => (i * 1.999) / 40);
    const order = slope(
      steps,
      steps.map((maxStep) => error(times, { ...loose, method: "tsit5", maxStep })),
    );
    expect(order).toBeGreaterThan(3.9);
  });

  it.each([1e-4, 1e-6, 1e-8, 1e-10, 1e-12])("tsit5 keeps to rtol = %d", (rtol) => {
    const times = Array.from({ length: 41 }, (_, i) => i / 20);
    // Fewer than 200 steps, each off by at most rtol + atol in Frobenius norm; sigma has norm sqrt(2).
    expect(error(times, { method: "tsit5", rtol, atol: rtol / 100 })).toBeLessThan(
      200 * 1.01 * rtol * Math.SQRT2 + 1e-14,
    );
  });
});
