/**
 * Compares a run with an exact law at its output times.
 */
import { expect } from "vitest";
import { type Ket, type MesolveOptions, mesolve, type Operator, type Series } from "../../bindings/index.ts";

/** Local errors of 1e-12 over a few hundred steps. */
export const LAW_TOLERANCE = 1e-9;
/** As exact as evolutions get: what is left is rounding. */
export const TIGHT = { rtol: 1e-13, atol: 1e-15 } as const;

type Value = number | { re: number; im: number };

/** Runs `mesolve` tightly and checks every series against `law(t)`. */
export function expectLaw(
  problem: { H: Operator; rho0: Operator | Ket; times: readonly number[]; options: MesolveOptions },
  law: (t: number) => Record<string, Value>,
  tolerance = LAW_TOLERANCE,
): void {
  const { H, rho0, times, options } = problem;
  const result = mesolve(H, rho0, times, { rtol: 1e-12, atol: 1e-14, ...options });
  const computed = result.expect as Record<string, Series>;
  times.forEach((t, k) => {
    for (const [name, exact] of Object.entries(law(t))) {
      const series = computed[name]!;
      const [re, im] = series instanceof Float64Array ? [series[k]!, 0] : [series.re[k]!, series.im[k]!];
      const [x, y] = typeof exact === "number" ? [exact, 0] : [exact.re, exact.im];
      expect(Math.hypot(re - x, im - y), `${name} at t = ${t}`).toBeLessThan(tolerance);
    }
  });
}

/** `count` times from 0 to `end`. */
export function uniformTimes(end: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => (end * k) / (count - 1));
}
