/**
 * Random numbers by counting, against the known answers that come with Random123 (Salmon et al. 2011) and against what is known of their distributions.
 */
import { describe, expect, it } from "vitest";
import { getKernel } from "../../bindings/kernel/load.ts";

function words(key: readonly number[], counter: readonly number[]): number[] {
  return getKernel().frame((kernel) => {
    const out = kernel.allocate(16, "test");
    const [k0, k1] = key.map((x) => x | 0);
    const [c0, c1, c2, c3] = counter.map((x) => x | 0);
    kernel.functions.randomWords(k0!, k1!, c0!, c1!, c2!, c3!, out);
    return Array.from(kernel.integers.slice(out / 4, out / 4 + 4), (x) => x >>> 0);
  });
}

function numbers(kind: "uniform" | "normal", count: number, { seed = 1, index = 0, use = 0 } = {}): Float64Array {
  return getKernel().frame((kernel) => {
    const out = kernel.allocate(8 * count, "test");
    kernel.functions.randomNumbers(
      seed | 0,
      Math.floor(seed / 2 ** 32) | 0,
      index,
      use,
      kind === "normal" ? 1 : 0,
      count,
      out,
    );
    return kernel.doubles.slice(out / 8, out / 8 + count);
  });
}

/** Kolmogorov and Smirnov's distance from a distribution function. */
function distance(sample: Float64Array, distribution: (x: number) => number): number {
  const n = sample.length;
  return sample
    .toSorted()
    .reduce((most, x, k) => Math.max(most, distribution(x) - k / n, (k + 1) / n - distribution(x)), 0);
}

/** Massart's bound: the distance of n numbers exceeds this with a probability of 1e-9. */
const bound = (n: number) => Math.sqrt(Math.log(2e9) / (2 * n));

describe("Philox4x32-10", () => {
  it.each([
    [
      [0, 0],
      [0, 0, 0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0xa4093822, 0x299f31d0],
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])("known answers %#", (key, counter, answer) => {
    expect(words(key, counter)).toEqual(answer);
  });
});

describe("streams", () => {
  it("are made of the words of their counters", () => {
    const [seed, index, use] = [2 ** 40 + 7, 2 ** 33 + 5, 3];
    const found = numbers("uniform", 4, { seed, index, use });
    const expected = [0, 1].flatMap((block) => {
      const [a, b, c, d] = words([seed % 2 ** 32, Math.floor(seed / 2 ** 32)], [block, use, index % 2 ** 32, 2]);
      return [
        [a!, b!],
        [c!, d!],
      ].map(([high, low]) => (2 * (high! * 2 ** 20 + (low! >>> 12)) + 1) / 2 ** 53);
    });
    expect(Array.from(found)).toEqual(expected);
  });

  it("differ with seed, trajectory and use, and are the same again", () => {
    const all = [{}, { seed: 2 }, { index: 1 }, { use: 1 }].map((of) => numbers("uniform", 8, of));
    expect(new Set(all.map((x) => x.join())).size).toBe(4);
    expect(numbers("uniform", 8)).toEqual(all[0]);
  });

  it("uniform numbers lie between 0 and 1, evenly", () => {
    const sample = numbers("uniform", 100_000);
    expect(sample.every((x) => x > 0 && x < 1)).toBe(true);
    expect(distance(sample, (x) => x)).toBeLessThan(bound(sample.length));
  });

  it("normal numbers have the moments of their distribution", () => {
    const n = 200_000;
    const sample = numbers("normal", n);
    const moment = (k: number) => sample.reduce((sum, x) => sum + x ** k, 0) / n;
    // Variances of x, x², x³, x⁴: 1, 2, 15, 96; six standard errors.
    [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ].forEach(([k, mean, variance]) => {
      expect(Math.abs(moment(k!) - mean!)).toBeLessThan(6 * Math.sqrt(variance! / n));
    });
    const correlation = sample.reduce((sum, x, k) => sum + (k > 0 ? x * sample[k - 1]! : 0), 0) / n;
    expect(Math.abs(correlation)).toBeLessThan(6 / Math.sqrt(n));
  });
});
