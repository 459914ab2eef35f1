/**
 * Rates of thermal jumps: what is taken for detailed balance, at the edges of what numbers can hold, and what is refused.
 */
import { describe, expect, it } from "vitest";
import { balanceDefect, namedRate, ratesBetween } from "../../bindings/bipartite/rates.ts";
import { DetailedBalanceError, InvalidArgumentError, thermalBath } from "../../bindings/index.ts";

const COLD = Number.POSITIVE_INFINITY;
const down = (_m: number, _n: number, energy: number) => (energy < 0 ? 1 : 0);
const between = (levels: readonly number[], beta: number, rates: Parameters<typeof ratesBetween>[1]["rates"]) =>
  ratesBetween(Float64Array.from(levels), { beta, rates, Gamma: 1 }, "here");

describe("what a thermal bath is asked", () => {
  it("are rates with a name or a function, and a strength that is no less than nothing", () => {
    const make = (change: object) => () => thermalBath("A", { beta: 1, ...change });
    for (const rates of ["linear", 3, null, {}]) {
      expect(make({ rates })).toThrow(InvalidArgumentError);
      expect(make({ rates })).toThrow(/rates: expected "symmetric", "ohmic" or a function of two levels/);
    }
    for (const Gamma of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(make({ Gamma })).toThrow(InvalidArgumentError);
      expect(make({ Gamma })).toThrow(/Gamma: expected a finite number >= 0/);
    }
    expect(make({ Gamma: 0 })).not.toThrow();
  });
});

describe("named rates", () => {
  it("of levels that are the same are the limit of those that are nearly so", () => {
    for (const [beta, limit] of [
      [0.3, 1 / 0.3],
      [4, 1 / 4],
    ] as const) {
      const ohmic = namedRate("ohmic", beta, 1);
      expect(ohmic(0)).toBeCloseTo(limit, 14);
      for (const energy of [1e-9, -1e-9]) expect(ohmic(energy)).toBeCloseTo(limit, 8);
    }
  });

  it("are in balance by what they are, also where those up are too small to be computed", () => {
    // exp(740) is no number any more, exp(-740) still is one.
    expect(between([0, 1], 740, "ohmic")).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });
});

describe("detailed balance", () => {
  it("is measured by logarithms, which are 0 where the smaller rate is too small for a number", () => {
    expect(balanceDefect(Math.exp(-3), 1, 2, 1.5)).toBeLessThan(1e-15);
    expect(balanceDefect(2 * Math.exp(-3), 1, 2, 1.5)).toBeCloseTo(Math.LN2, 14);
    expect(balanceDefect(Math.exp(-3), 2, 2, 1.5)).toBeCloseTo(Math.LN2, 14);
    expect(balanceDefect(0, 1, 1000, 1)).toBe(0);
    expect(balanceDefect(0, 0, 1, 1)).toBe(0);
    // A number could hold exp(-1).
    expect(balanceDefect(0, 1, 1, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(balanceDefect(1, 0, 1, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  it("needs jumps up at a temperature that is not zero", () => {
    expect(() => between([0, 1], 1, down)).toThrow(DetailedBalanceError);
    expect(between([0, 1], COLD, down)).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });

  it("is asked of levels a little apart at the temperature that there is", () => {
    // 5e-10 of the largest energy: degenerate, and yet 0.05/beta apart.
    const levels = [1, 1 + 5e-10];
    const balanced = (_m: number, _n: number, energy: number) => Math.min(1, Math.exp(-1e8 * energy));
    expect(between(levels, 1e8, balanced)[1]![0]).toBeCloseTo(Math.exp(-0.05), 6);
    expect(() => between(levels, 1e8, () => 1)).toThrow(DetailedBalanceError);
  });

  it("at zero temperature is equality between degenerate levels, whatever rounding has made of them", () => {
    // The ground levels of 5 are two, but for rounding; the third is above.
    const levels = [5, 5 + 1e-12, 6];
    const equal = (m: number, n: number, energy: number) => (m < 2 && n < 2 ? 0.3 : energy < 0 ? 1 : 0);
    expect(between(levels, COLD, equal)[1]![0]).toBe(0.3);
    const biased = (m: number, n: number, energy: number) => (m === 1 && n === 0 ? 0.2 : equal(m, n, energy));
    expect(() => between(levels, COLD, biased)).toThrow(DetailedBalanceError);
    // What is apart is not degenerate, however large the energies are beside that.
    const up = (m: number, n: number, energy: number) => (m === 2 ? 0.1 : equal(m, n, energy));
    expect(() => between(levels, COLD, up)).toThrow(/worst pair of levels \(2, 0\)/);
  });

  it("says what the ratio is, and what it would be", () => {
    const beta = 0.7;
    const rates = (m: number, n: number, energy: number) =>
      Math.exp((-beta * energy) / 2) * (m === 2 && n === 1 ? 3 : 1);
    let error: unknown;
    try {
      between([0, 1, 3], beta, rates);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(DetailedBalanceError);
    const { pair, ratio, expectedRatio } = error as DetailedBalanceError;
    expect(pair).toEqual([2, 1]);
    expect(ratio).toBeCloseTo(3 * Math.exp(-1.4), 14);
    expect(expectedRatio).toBeCloseTo(Math.exp(-1.4), 14);
  });
});
