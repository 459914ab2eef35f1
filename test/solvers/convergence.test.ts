/**
 * Order of convergence, measured as the slope of the error over the step, on a driven dephased qubit with a closed form.
 */
import { describe, expect, it } from "vitest";
import { LOOSE, qubitError, slope } from "../support/order.ts";

describe("order of convergence", () => {
  const steps = [1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64];

  it("rk4: 4", () => {
    const order = slope(
      steps,
      steps.map((dt) => qubitError([0, 2], { method: "rk4", dt })),
    );
    expect(order).toBeGreaterThan(3.8);
    expect(order).toBeLessThan(4.2);
  });

  it("tsit5: 5", () => {
    // Its error constants are so small that terms of higher order rule at larger steps.
    const small = [1 / 24, 1 / 48, 1 / 96, 1 / 192];
    const order = slope(
      small,
      small.map((maxStep) => qubitError([0, 0.5, 1, 1.5, 2], { ...LOOSE, method: "tsit5", maxStep })),
    );
    expect(order).toBeGreaterThan(4.8);
    expect(order).toBeLessThan(5.2);
  });

  it("tsit5's interpolant: at least 4", () => {
    const times = Array.from({ length: 41 }, (_, i) => (i * 1.999) / 40);
    const order = slope(
      steps,
      steps.map((maxStep) => qubitError(times, { ...LOOSE, method: "tsit5", maxStep })),
    );
    expect(order).toBeGreaterThan(3.9);
  });

  it.each([1e-4, 1e-6, 1e-8, 1e-10, 1e-12])("tsit5 keeps to rtol = %d", (rtol) => {
    const times = Array.from({ length: 41 }, (_, i) => i / 20);
    // Fewer than 200 steps, each off by at most rtol + atol in Frobenius norm; sigma has norm sqrt(2).
    expect(qubitError(times, { method: "tsit5", rtol, atol: rtol / 100 })).toBeLessThan(
      200 * 1.01 * rtol * Math.SQRT2 + 1e-14,
    );
  });
});
