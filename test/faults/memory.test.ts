/** Five hundred solves of mixed size and kind leave no memory behind: `node scripts/memory.mjs` does ten thousand. */
import { expect, it } from "vitest";
import * as library from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";

const { growthOf, solveMany } = await import(new URL("../../scripts/memory.mjs", import.meta.url).href);

it("is flat once the largest has been seen", async () => {
  const { seen, counts } = await solveMany({ ...library, getKernel }, { solves: 500, seed: 2 });
  expect(Object.keys(counts).length).toBeGreaterThan(20);
  expect(growthOf(seen)).toBe(undefined);
});

it("would be told of if it grew", () => {
  const flat = { kernel: 2 ** 22, free: 2 ** 31, heap: 2 ** 23, process: 2 ** 27 };
  const grown = (part: object) => [flat, flat, flat, flat, { ...flat, ...part }];
  expect(growthOf(grown({}))).toBe(undefined);
  expect(growthOf(grown({ free: 2 ** 31 - 64 }))).toMatch(/in use in the kernel/);
  expect(growthOf(grown({ kernel: 2 ** 23 }))).toMatch(/kernel's memory/);
  expect(growthOf(grown({ heap: 2 ** 25 }))).toMatch(/heap/);
  expect(growthOf(grown({ process: 2 ** 28 }))).toMatch(/process/);
});
