/**
 * Random problems, each in every way of ours and by QuTiP (`npm run test:soak` has thousands); and those that were once wrong.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getKernel } from "../../bindings/kernel/load.ts";
import { PYTHON_TIMEOUT, pythonPath } from "../support/python.ts";
import { FAMILIES, isOf, problemOf, SHARES } from "./generate.ts";
import { faultsOf, judge, judgeWay, referenceOf } from "./judge.ts";
import { minimise } from "./minimise.ts";
import { build, type Problem, sizeOf } from "./problem.ts";
import { type Qutip, startQutip } from "./qutip.ts";
import { waysOf } from "./ways.ts";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** What the other builds do differently is the kernel's arithmetic: a share of the problems shows it. */
const COUNT = getKernel().build === "release" ? 200 : Object.keys(FAMILIES).length;

let qutip: Qutip;
beforeAll(async () => {
  qutip = startQutip(await pythonPath(), here("qutip_oracle.py"));
}, PYTHON_TIMEOUT);
afterAll(() => qutip.close());

describe("random problems", () => {
  it.each(Array.from({ length: COUNT }, (_, seed) => [seed, problemOf(seed, false).family] as const))(
    "%i: %s",
    async (seed) => {
      expect(faultsOf(await judge(problemOf(seed, false), qutip, { limits: seed % 5 === 0 }))).toEqual([]);
    },
  );

  it("each family is among them, and a number is always the same problem", () => {
    const problems = Array.from({ length: COUNT }, (_, seed) => problemOf(seed, false));
    expect(new Set(problems.map(({ family }) => family))).toEqual(new Set(Object.keys(FAMILIES)));
    expect(problemOf(17, true)).toEqual(problemOf(17, true));
    expect(JSON.parse(JSON.stringify(problems))).toEqual(problems);
  });
});

it("every share of the long run has problems of all families and tolerances", () => {
  // What a problem is asked for may not depend on its family.
  const shares = Object.keys(SHARES) as (keyof typeof SHARES)[];
  const seeds = Array.from({ length: 2000 }, (_, seed) => seed);
  const all = Object.keys(FAMILIES).length;
  for (const share of shares) {
    const own = seeds.filter((seed) => isOf(share, seed));
    expect(own.length * SHARES[share], share).toBeGreaterThan(1600);
    expect(new Set(own.map((seed) => seed % all)).size, share).toBe(all);
    const large = own.filter((seed) => isOf("large", seed));
    expect(new Set(large.map((seed) => seed % all)).size, share).toBeGreaterThan(0.7 * all);
    expect(new Set(own.map((seed) => seed % (4 * all))).size, share).toBeGreaterThan(2.6 * all);
  }
});

const kept = readdirSync(here("found")).filter((name) => name.endsWith(".json"));

describe("problems that were wrong once", () => {
  it.each(kept)("%s", async (name) => {
    const problem = JSON.parse(readFileSync(here(`found/${name}`), "utf8")) as Problem;
    const judgement = await judge(problem, qutip, { tolerances: [1e-4, 1e-6, 1e-8, 1e-10], limits: true });
    expect(faultsOf(judgement)).toEqual([]);
  });
});

describe("what judges", () => {
  const problem = Array.from({ length: 50 }, (_, seed) => problemOf(seed, false)).find(
    ({ family, initial }) => family === "dense" && initial.kind === "state",
  )!;
  const built = build(problem);
  const reference = referenceOf(built);
  const expm = waysOf(built, reference.turns).find(({ name }) => name === "expm")!;

  it.each([
    ["a state", (x: number) => x + 2e-6, 1],
    ["a state, by less than the tolerance", (x: number) => x + 1e-9, 0],
    ["a state that is not finite", () => Number.NaN, 1],
  ] as const)("%s that is off", (_, off, count) => {
    const wrong: typeof expm = {
      ...expm,
      solve(...args) {
        const { states, ...rest } = expm.solve(...args);
        return { ...rest, states: states.map((state) => state!.map((x, k) => (k === 3 ? off(x) : x))) };
      },
    };
    const verdict = judgeWay(built, wrong, reference, 1e-6);
    expect(verdict.failed).toBeUndefined();
    expect(faultsOf({ problem, verdicts: [verdict], reference, qutip: undefined })).toHaveLength(count);
  });

  it("an expectation value that is off, and QuTiP elsewhere", () => {
    const wrong: typeof expm = {
      ...expm,
      solve(...args) {
        const trajectory = expm.solve(...args);
        return {
          ...trajectory,
          expect: trajectory.expect!.map((series) => ("re" in series ? series : series.map((x) => x + 1e-4))),
        };
      },
    };
    const verdict = judgeWay(built, wrong, reference, 1e-6);
    const elsewhere = { distance: 1e-6, allowed: 1e-8 };
    expect(faultsOf({ problem, verdicts: [verdict], reference, qutip: elsewhere })).toHaveLength(2);
  });

  it("leaves of a problem what is needed for it to be wrong", async () => {
    const large = problemOf(4, false);
    const wrong = (one: Problem) =>
      Promise.resolve(one.jumps.some(({ operator }) => operator.some(([i, j]) => i !== j)));
    expect(await wrong(large)).toBe(true);
    const small = await minimise(large, wrong);
    expect([sizeOf(small.dims), small.H.length, small.observables.length, small.times.length]).toEqual([2, 0, 0, 2]);
    expect(small.jumps.map(({ operator }) => operator.length)).toEqual([1]);
  });
});
