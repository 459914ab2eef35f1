import { describe, expect, it } from "vitest";
import type { Operator } from "../../bindings/index.ts";

const bench = (file: string) => import(new URL(`../../bench/${file}`, import.meta.url).href);
const { checkSame } = await bench("support/check.mjs");
const { ownMethods, solve } = await bench("support/own.mjs");
const { ALL, keysOf, problem } = await bench("problems/index.mjs");

type Elements = [row: number, column: number, re: number, im: number][];

/** What a peer says of a problem that is the same as ours. */
function describeProblem({ points, times, rtol, atol }: ReturnType<typeof problem>, point: number) {
  const { H, jumps, rho0, observables } = points[point];
  const elements = (operator: Operator): Elements => {
    const list: Elements = [];
    operator.forEachNonzero((...element) => list.push(element));
    return list;
  };
  const named = Object.entries(observables as Record<string, Operator>).map(([k, o]) => [k, elements(o)] as const);
  return {
    h: elements(H),
    jumps: jumps.map(elements),
    rho0: elements(rho0),
    observables: Object.fromEntries(named),
    times: Array.from(times as Float64Array),
    points: points.length,
    rtol,
    atol,
  };
}

const SMALL = ["P1", "P1sweep:3", "P2:5", "P3:3", "P4:4", "P7:3", "P7:8", "P9:8", "P9:50"];

describe("the benchmark problems", () => {
  it("are there in every size that is asked for", () => {
    expect(keysOf("P2,P9:8")).toEqual(["P2:16", "P2:32", "P2:64", "P9:8"]);
    expect(keysOf(ALL, { large: true }).length).toBeGreaterThan(keysOf(ALL).length);
    for (const key of ["P5", "P2:0", "P2:x"]) expect(() => keysOf(key)).toThrow();
  });

  it.each(SMALL)("%s is a problem that mesolve takes", (key) => {
    const one = problem(key);
    const results = solve({ ...one, times: one.times.slice(0, 2) });
    expect(results).toHaveLength(one.points.length);
    for (const { finalState } of results) expect(finalState.size).toBe(one.d);
  });

  it("are solved by every method that mesolve names, of which some have fixed steps", () => {
    const methods = ownMethods(problem("P1"));
    expect(methods).toContainEqual({ name: "tsit5", fixedStep: false });
    expect(methods).toContainEqual({ name: "rk4", fixedStep: true });
    expect(methods.map(({ name }: { name: string }) => name)).not.toContain("auto");
  });
});

describe("the check that both sides solve the same problem", () => {
  const one = problem("P3:3");
  const same = () => structuredClone(describeProblem(one, 0));
  const check = (answer: unknown) => checkSame(one, { ask: async () => answer });

  it("accepts equal ones", async () => {
    await check(same());
  });

  it.each<[string, (answer: ReturnType<typeof same>) => void]>([
    [
      "an element of H that differs",
      (answer) => {
        answer.h[0]![2] += 1e-12;
      },
    ],
    [
      "an element that is missing",
      (answer) => {
        answer.jumps[1]!.pop();
      },
    ],
    [
      "one too many",
      (answer) => {
        answer.rho0.push([0, 1, 1e-12, 0]);
      },
    ],
    [
      "a jump that is missing",
      (answer) => {
        answer.jumps.pop();
      },
    ],
    [
      "another observable",
      (answer) => {
        answer.observables.sz1 = answer.observables.sz0!;
      },
    ],
    [
      "other times",
      (answer) => {
        answer.times[3]! += 1e-9;
      },
    ],
    [
      "another tolerance",
      (answer) => {
        answer.rtol = 1e-7;
      },
    ],
  ])("finds %s", async (_, change) => {
    const answer = same();
    change(answer);
    await expect(check(answer)).rejects.toThrow("P3:3, point 0");
  });
});
