import { describe, expect, it } from "vitest";

const { compareWith, targets, timeAtError, usableError, verdict } = await import(
  new URL("../../bench/support/ratios.mjs", import.meta.url).href
);

const point = (method: string, rtol: number, error: number, median: number) => ({ method, rtol, error, median });

describe("the time at which a method reaches an error", () => {
  // time = error^(-1/5), as of a method of fifth order
  const line = [1e-4, 1e-6, 1e-8].map((error) => point("tsit5", error, error, error ** -0.2));

  it("is exact between points of a power law", () => {
    for (const error of [1e-5, 3e-7, 1e-8]) expect(timeAtError(line, error) / error ** -0.2).toBeCloseTo(1, 12);
  });

  it("is that of the loosest tolerance where that is better already", () => {
    expect(timeAtError(line, 1e-3)).toBe(1e-4 ** -0.2);
  });

  it("is none where no tolerance reaches it", () => {
    expect(timeAtError(line, 1e-9)).toBeUndefined();
  });

  it("is finite for a method without any error", () => {
    const exact = timeAtError([point("diag", 1e-6, 1e-5, 1), point("diag", 1e-7, 0, 4)], 1e-6);
    expect(exact).toBeGreaterThan(1);
    expect(exact).toBeLessThan(4);
  });
});

describe("the comparison with a peer", () => {
  const own = { error: 1e-8, median: 1 };
  const setting = { rtol: 1e-6, usable: 1e-5 };

  it("takes the fastest that solves the problem", () => {
    const points = [point("wrong", 1e-6, 1e-2, 2), point("slow", 1e-6, 1e-9, 9), point("fast", 1e-6, 1e-9, 5)];
    const { sameTolerance, equalError } = compareWith(own, points, setting);
    expect(sameTolerance).toMatchObject({ method: "fast", ratio: 5 });
    expect(equalError).toMatchObject({ method: "fast", ratio: 5 });
    expect(equalError.atLeast).toBeUndefined();
  });

  it("compares at equal error with what a tighter tolerance costs", () => {
    const points = [point("tsit5", 1e-6, 1e-7, 2), point("tsit5", 1e-8, 1e-9, 8)];
    const { sameTolerance, equalError } = compareWith(own, points, setting);
    expect(sameTolerance.ratio).toBe(2);
    expect(equalError.ratio).toBeCloseTo(4, 12);
  });

  it("gives a bound, not a slower method's time, where the fast one was not run tightly enough", () => {
    const points = [point("fast", 1e-6, 1e-7, 2), point("slow", 1e-6, 1e-14, 50)];
    expect(compareWith(own, points, setting).equalError).toMatchObject({ method: "fast", ratio: 2, atLeast: true });
  });

  it("has none where nothing solves the problem", () => {
    const { sameTolerance, equalError } = compareWith(own, [point("wrong", 1e-6, 1, 2)], setting);
    expect([sameTolerance, equalError]).toEqual([undefined, undefined]);
  });

  it("takes ten times rtol of the largest observable for solved, or our error where that is larger", () => {
    expect(usableError({ error: 1e-9 }, { rtol: 1e-6 }, [[[0, 0.5]]])).toBeCloseTo(1e-5, 16);
    expect(usableError({ error: 1e-9 }, { rtol: 1e-6 }, [[[0, -30]]])).toBeCloseTo(3e-4, 15);
    expect(usableError({ error: 1e-3 }, { rtol: 1e-6 }, [[[0, 1]]])).toBe(1e-3);
  });

  it("aims lower where the generator depends on time", () => {
    const best = (d: number, driven?: boolean) => targets({ key: "P", d, driven }).best;
    expect([best(2), best(16), best(64)]).toEqual([15, 8, 8]);
    expect([best(2, true), best(16, true), best(64, true)]).toEqual([10, 10, 4]);
  });

  it("marks a verdict when methods were left out", () => {
    const ratios = { equalError: { ratio: 9 } };
    expect(verdict(ratios, 8)).toBe("8: met");
    expect(verdict(ratios, 10, [{ solver: "QuTiP", method: "bdf" }], "QuTiP")).toBe("10: missed*");
    expect(verdict(ratios, 8, [{ solver: "QuTiP", method: "bdf" }], "dynamiqs")).toBe("8: met");
  });
});

it("a method that was found slower at our error is no bound for the others", () => {
  const own = { median: 1, error: 1e-12 };
  const timed = [
    { method: "fast", rtol: 1e-6, error: 1e-9, median: 6 },
    { method: "exact", rtol: 1e-8, error: 1e-13, median: 10 },
  ];
  const bound = compareWith(own, timed, { rtol: 1e-6, usable: 1e-5 });
  expect(bound.equalError).toMatchObject({ method: "fast", ratio: 6, atLeast: true });
  const searched = [...timed, { method: "fast", rtol: 1e-12, error: 1e-12, median: 19 }];
  const { equalError } = compareWith(own, timed, { rtol: 1e-6, usable: 1e-5, searched });
  expect(equalError).toMatchObject({ method: "exact", ratio: 10 });
  expect(equalError.atLeast).toBeUndefined();
});
