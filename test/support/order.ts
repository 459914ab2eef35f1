/**
 * Order of convergence, measured on a driven dephased qubit with a closed form.
 */
import { basis, type MesolveOptions, mesolve, sigmax, sigmay, sigmaz } from "../../bindings/index.ts";

/** H = (D/2) sigma_x, L = sqrt(k) sigma_z, from |0>: z = exp(-kt)(cos Ot + (k/O) sin Ot), y = -(D/O) exp(-kt) sin Ot. */
const [D, k] = [3, 0.4];
const O = Math.sqrt(D * D - k * k);
const exact = (t: number) => ({
  z: Math.exp(-k * t) * (Math.cos(O * t) + (k / O) * Math.sin(O * t)),
  y: -(D / O) * Math.exp(-k * t) * Math.sin(O * t),
});

/** With these tolerances nothing is ever rejected: after the first steps every step is `maxStep`. */
export const LOOSE = { rtol: 0.99, atol: 1e6 };

/** Largest error of the qubit at `times`. */
export function qubitError(times: readonly number[], options: MesolveOptions): number {
  const result = mesolve(sigmax().scale(D / 2), basis(2, 0), times, {
    ...options,
    cOps: [sigmaz().scale(Math.sqrt(k))],
    eOps: { z: sigmaz(), y: sigmay() },
  });
  const { z, y } = result.expect as Record<"y" | "z", Float64Array>;
  return Math.max(...times.map((t, i) => Math.max(Math.abs(z[i]! - exact(t).z), Math.abs(y[i]! - exact(t).y))));
}

/** Slope of log(error) over log(step) by least squares. */
export function slope(steps: readonly number[], errors: readonly number[]): number {
  const x = steps.map(Math.log);
  const y = errors.map(Math.log);
  const mean = (v: number[]) => v.reduce((a, b) => a + b) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  return x.reduce((sum, xi, i) => sum + (xi - mx) * (y[i]! - my), 0) / x.reduce((sum, xi) => sum + (xi - mx) ** 2, 0);
}
