/**
 * The guess of how fast flows turn, and which levels are coherent at some time: closed forms.
 */
import { describe, expect, it } from "vitest";
import type { Component } from "../../bindings/bipartite/energetics.ts";
import { coherentGroups, turningRate } from "../../bindings/bipartite/turning.ts";
import { constant } from "../../bindings/coefficients/real.ts";
import { Operator, sigmam, sigmap, sigmax, sigmay, sigmaz } from "../../bindings/index.ts";

const at = (d: number, ...places: readonly (readonly [row: number, column: number, re?: number, im?: number])[]) =>
  Operator.fromTriplets(
    [d],
    places.map(([row, column, re = 1, im = 0]) => [row, column, re, im] as const),
  );
const diagonal = (...values: readonly number[]) =>
  at(values.length, ...values.map((value, k) => [k, k, value] as const));

const still: Component[] = [{ coefficient: constant(1) }];
const span = { from: 0, to: 2, times: Float64Array.of(0, 1, 2) };
const rateOf = (H: Operator, jumps: readonly Operator[], rho: Operator, components = still) =>
  turningRate(H, jumps, components, rho, span);

describe("groups of coherent levels", () => {
  const groups = (operators: readonly Operator[], jumps: readonly Operator[] = []) => [
    ...coherentGroups(operators, jumps),
  ];
  const one = diagonal(1, 1, 1, 1, 1, 1);

  it("are the levels one by one where nothing couples them", () => {
    expect(groups([one, one])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(groups([one], [one, at(6, [1, 0]), at(6, [2, 0])])).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("are coupled by H, or by the state, over several elements", () => {
    expect(groups([at(6, [0, 2], [2, 0])])).toEqual([0, 1, 0, 3, 4, 5]);
    expect(groups([at(6, [5, 4], [4, 5]), at(6, [4, 1], [1, 4])])).toEqual([0, 1, 2, 3, 1, 1]);
    expect(groups([at(6, [2, 3]), at(6, [4, 5]), at(6, [3, 5])])).toEqual([0, 1, 2, 2, 2, 2]);
    expect(groups([at(6, [0, 1], [1, 2], [2, 3], [3, 4], [4, 5])])).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("are where one jump takes coherent levels to, or one level to two", () => {
    const [lower, upper] = [at(6, [2, 0], [3, 1]), at(6, [4, 2], [5, 3])];
    const pair = at(6, [0, 1], [1, 0]).add(one);
    expect(groups([pair], [lower])).toEqual([0, 0, 2, 2, 4, 5]);
    // Also where the jump that comes first has to wait for another.
    for (const jumps of [
      [lower, upper],
      [upper, lower],
    ])
      expect(groups([pair], jumps)).toEqual([0, 0, 2, 2, 4, 4]);
    // Not where levels are not coherent, or jumps are two.
    expect(groups([one], [lower, upper])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(groups([pair], [at(6, [2, 0]), at(6, [3, 1])])).toEqual([0, 0, 2, 3, 4, 5]);
    expect(groups([one], [at(6, [2, 4], [3, 4])])).toEqual([0, 1, 2, 2, 4, 5]);
    expect(groups([pair], [at(6, [0, 0], [2, 1])])).toEqual([0, 0, 0, 3, 4, 5]);
  });
});

describe("the rate", () => {
  const coherent = at(2, [0, 0, 0.5], [0, 1, 0.5], [1, 0, 0.5], [1, 1, 0.5]);
  const mixed = diagonal(0.5, 0.5);

  it("is the difference of levels that are coherent, and nothing where they are not", () => {
    const H = sigmaz().scale(0.7);
    expect(rateOf(H, [], coherent)).toBeCloseTo(1.4, 14);
    expect(rateOf(H, [], mixed)).toBe(0);
    // What all levels have in common turns nothing.
    expect(rateOf(diagonal(100.7, 99.3), [], coherent)).toBeCloseTo(1.4, 12);
    // Two pairs, each around a mean of its own: 2·|difference|/2 of the pair that is further apart.
    const pairs = at(4, [0, 1], [1, 0], [2, 3], [3, 2]);
    expect(rateOf(diagonal(100, 101, 7, 4), [], pairs)).toBeCloseTo(3, 12);
    expect(rateOf(diagonal(-7, -4, 100, 101), [], pairs)).toBeCloseTo(3, 12);
  });

  it("has the rows of H: twice the sum of absolute values, off the diagonal and from the mean", () => {
    expect(rateOf(sigmay(), [], mixed)).toBe(2);
    const H = at(3, [0, 0, 1], [0, 1, 3, 4], [1, 0, 3, -4], [1, 2, 0, 2], [2, 1, 0, -2], [2, 2, 5]);
    // Mean 2; rows 5 + 1, 7 + 2, 2 + 3.
    expect(rateOf(H, [], diagonal(1, 0, 0))).toBeCloseTo(18, 12);
  });

  it("has the fastest decay of a level by all jumps together", () => {
    const jumps = [sigmam().scale(0.6), sigmam().scale({ re: 0, im: 0.8 }), sigmap().scale(0.5)];
    // 0.36 + 0.64 out of one level, 0.25 out of the other.
    expect(rateOf(sigmaz().scale(0), jumps, mixed)).toBeCloseTo(1, 14);
    expect(rateOf(sigmaz().scale(0.7), jumps, coherent)).toBeCloseTo(2.4, 14);
    expect(rateOf(sigmaz().scale(0), [diagonal(2, 3), sigmap()], mixed)).toBeCloseTo(10, 14);
  });

  it("has what drives it at its highest at an output time, each of it", () => {
    const drive = (of: Partial<Component>, f: (t: number) => number): Component => ({
      ...of,
      coefficient: { ...constant(1), at: f },
    });
    const fall = drive({ HA: sigmax().scale(3) }, (t) => -0.5 * t);
    const rise = drive({ V: sigmaz().scale(0.3) }, (t) => 1 / (1 + t));
    const H = sigmaz().scale(0.7);
    // Levels that are not coherent now may be later: 0.7, then 1·3 and 1·0.3.
    expect(rateOf(H, [], mixed, [...still, fall])).toBeCloseTo(2 * (0.7 + 3), 13);
    expect(rateOf(H, [sigmam()], mixed, [...still, fall, rise])).toBeCloseTo(2 * (0.7 + 3 + 0.3) + 1, 13);
    const onB = drive({ HB: sigmax().scale(2) }, () => 1);
    expect(rateOf(H, [], mixed, [...still, onB])).toBeCloseTo(2 * (0.7 + 2), 13);
  });
});
