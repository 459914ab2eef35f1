/**
 * Driven Kerr oscillators with many photons on few of many levels, against the closed form of Drummond and Walls, J. Phys. A 13 (1980) 725. Its series
 * were summed with 120 digits (mpmath).
 */
import { describe, expect, it } from "vitest";
import { destroy, expect as mean, num, Operator, steadystate } from "../../bindings/index.ts";
import { onLevels } from "../../bindings/stationary/levels.ts";

describe("driven Kerr oscillators of 512 levels", () => {
  it.each([
    [-1, 0.05, 8, 42.63596410241001, 1801.6164279085747, -5.930607161627341, -2.6647477564006254],
    [-5, 0.1, 12, 64.41031246693623, 4120.016989669885, -7.495844719358949, -2.683763019455676],
    [-5, 0.2, 20, 40.771102259940676, 1645.2133249096667, -6.259357684111497, -1.019277556498517],
    [1, 1, 20, 6.859673372390169, 44.85461612995604, -2.5857144751173102, -0.17149183430975423],
    [-4, 0.08, 15, 71.57602736163743, 5092.311443264375, -8.072053734306687, -2.3858675787212476],
  ])("detuning %f, U = %f, drive %f: about %f photons", (detuning, U, F, photons, pairs, re, im) => {
    const levels = 512;
    const [a, n] = [destroy(levels), num(levels)];
    const twice = n.mul(n).sub(n);
    const H = n
      .scale(detuning)
      .add(twice.scale(U / 2))
      .add(a.add(a.dag()).scale(F));
    const found = steadystate(H, [a]);
    expect(found.method).toBe("direct");
    expect(found.relativeResidual).toBeLessThan(1e-14);
    expect(found.kernelDimension).toBe(1);
    // What is left of L rho, over the gap, in moments to which levels contribute more than their mean; and roundings of sums over levels.
    const tolerance = (10 * found.residual) / found.gap! + 1e-13;
    expect(Math.abs((mean(n, found.rho) as number) / photons - 1)).toBeLessThan(tolerance);
    expect(Math.abs((mean(twice, found.rho) as number) / pairs - 1)).toBeLessThan(tolerance);
    const mode = mean(a, found.rho) as { re: number; im: number };
    expect(Math.hypot(mode.re - re, mode.im - im) / Math.hypot(re, im)).toBeLessThan(tolerance);
    const [count] = /\d+/.exec(found.reasons[0]!)!;
    expect(found.reasons[0]).toMatch(/weight on \d+ of 512 levels/);
    expect(Number(count)).toBeLessThan(levels / 2);
  });
});

describe("wells of a random walk", () => {
  // Detailed balance with exp(-V): the way from one minimum to the other takes a time of exp(barrier).
  const walk = (barrier: number) => {
    const levels = 200;
    const V = (k: number) => barrier * (((k - 25) / 15) ** 2 - 1) ** 2;
    const jumps = Array.from({ length: levels - 1 }, (_, k) => {
      const step = Math.max(-1.5, Math.min(1.5, (V(k + 1) - V(k)) / 4));
      return [
        Operator.fromTriplets([levels], [[k + 1, k, Math.exp(-step), 0]]),
        Operator.fromTriplets([levels], [[k, k + 1, Math.exp(step), 0]]),
      ];
    }).flat();
    return { H: num(levels), jumps, V };
  };

  it("both hold their weight where that takes long, but not too long", () => {
    const { H, jumps, V } = walk(12);
    const { rho } = steadystate(H, jumps);
    expect(rho.get(40, 40).re / rho.get(10, 10).re).toBeCloseTo(1, 4);
    expect(rho.get(25, 25).re / rho.get(10, 10).re / Math.exp(V(10) - V(25))).toBeCloseTo(1, 4);
  });
});

it("two branches that rounding joins as fast as tunnelling are no answer", () => {
  // The oscillator hardly ever jumps from the dim branch to the bright one, which holds nearly all weight: 73.2 photons by the closed form.
  const [a, n] = [destroy(256), num(256)];
  const H = n.scale(-3.025).add(n.mul(n).scale(0.025)).add(a.add(a.dag()).scale(7)).hermitianPart();
  expect(() => steadystate(H, [a])).toThrow(/at least dimension 2; or its next eigenvalue is rounding/);
});

describe("windows", () => {
  const levels = 200;
  const a = destroy(levels);
  const H = num(levels).add(a.add(a.dag()).scale(2)).hermitianPart();

  it("grow until the residual on all levels is rounding, from where most weight was", () => {
    const sizes: number[] = [];
    const small = onLevels(H, [a], 0, ({ levels: inside, likely, judge, ...problem }) => {
      sizes.push(inside.length);
      expect(likely).toBeGreaterThanOrEqual(0);
      expect(likely).toBeLessThan(inside.length);
      const { rho, residual, relativeResidual } = steadystate(problem.H, problem.jumps, { method: "direct" });
      return judge(rho, residual / relativeResidual) ? { rho } : undefined;
    })!;
    expect(sizes.length).toBeGreaterThan(1);
    sizes.slice(1).forEach((size, k) => {
      expect(size).toBeGreaterThan(sizes[k]!);
    });
    expect(small.levels).toHaveLength(sizes.at(-1)!);
    expect(small.residual).toBeLessThan(1e-12);
  });

  it("are given up when nothing is found, and not tried where levels do not lie in a row", () => {
    let calls = 0;
    const count = () => {
      calls++;
      return undefined;
    };
    expect(onLevels(H, [a], 0, count)).toBeUndefined();
    expect(calls).toBe(1);
    const star = Operator.fromTriplets(
      [40],
      Array.from({ length: 39 }, (_, k) => [0, k + 1, 1, 0] as const),
    );
    expect(onLevels(star.add(star.dag()).hermitianPart(), [star], 0, count)).toBeUndefined();
    expect(calls).toBe(1);
  });
});
