import { describe, expect, it, vi } from "vitest";
import type { Coefficient, Operator } from "../../bindings/index.ts";

const bench = (file: string) => import(new URL(`../../bench/${file}`, import.meta.url).href);
// the problems are of the built library, whose classes are its own
const { ket2dm, mcsolve } = await import("lindblad");
const { checkSame } = await bench("support/check.mjs");
const { ownMethods, solve } = await bench("support/own.mjs");
const { maxDifference } = await bench("support/measure.mjs");
const { ratiosOf } = await bench("support/compare.mjs");
const { errorOfValues, operatorsOf, refusal, residualOf, TASKS } = await bench("support/tasks.mjs");
const { ALL, ALL_TRAJECTORIES, constantOnes, keysOf, problem } = await bench("problems/index.mjs");
const { deviation, MOST_DEVIATION } = await bench("support/trajectories.mjs");

type Elements = [row: number, column: number, re: number, im: number][];

type Drive = { operator: Operator; coefficient: Coefficient; f: (t: number) => number | { re: number; im: number } };

/** What a peer says of a problem that is the same as ours; `at`: when coefficients are asked for. */
function describeProblem({ points, times, rtol, atol }: ReturnType<typeof problem>, point: number, at: number[] = []) {
  const { H, drives = [], jumps, rho0, observables } = points[point];
  const elements = (operator: Operator): Elements => {
    const list: Elements = [];
    operator.forEachNonzero((...element) => list.push(element));
    return list;
  };
  const named = Object.entries(observables as Record<string, Operator>).map(([k, o]) => [k, elements(o)] as const);
  return {
    h: elements(H),
    drives: (drives as Drive[]).map(({ operator, coefficient }) => ({
      operator: elements(operator),
      values: at.map((t) => {
        const { re, im } = coefficient.at(t);
        return [re, im] as [number, number];
      }),
    })),
    jumps: jumps.map(elements),
    rho0: elements(rho0),
    observables: Object.fromEntries(named),
    times: Array.from(times as Float64Array),
    points: points.length,
    rtol,
    atol,
  };
}

const SMALL = [
  "P1",
  "P1sweep:3",
  "P2:5",
  "P3:3",
  "P4:4",
  "P7:3",
  "P7:8",
  "P9:8",
  "P9:50",
  "P5:2",
  "P5:6",
  "P5cos:2",
  "TJC:3",
];

describe("the benchmark problems", () => {
  it("are there in every size that is asked for", () => {
    expect(keysOf("P2,P9:8")).toEqual(["P2:16", "P2:32", "P2:64", "P9:8"]);
    expect(keysOf(ALL, { large: true }).length).toBeGreaterThan(keysOf(ALL).length);
    for (const key of ["P6", "P2:0", "P2:x"]) expect(() => keysOf(key)).toThrow();
  });

  it.each(SMALL)("%s is a problem that mesolve takes", (key) => {
    const one = problem(key);
    const results = solve({ ...one, times: one.times.slice(0, 2) });
    expect(results).toHaveLength(one.points.length);
    for (const { finalState } of results) expect(finalState.size).toBe(one.d);
  });

  it.each(["P5:6", "P5cos:2", "TJC:3"])(
    "%s gives the same with functions as with coefficients of this library",
    (key) => {
      const one = problem(key);
      const [point] = one.points;
      const values = (solved: typeof one, options = {}) =>
        Object.values(solve(solved, options)[0].expect as Record<string, Float64Array>);
      const own = values(one);
      // each is off by ten times rtol at most, or would not count as solved
      expect(maxDifference(own, values(one, { asFunctions: true }))).toBeLessThan(20 * one.rtol);
      const undriven = values({ ...one, points: [{ ...point, drives: undefined }] });
      expect(maxDifference(own, undriven)).toBeGreaterThan(0.01);
    },
  );

  it("are told apart by whether they are driven in time", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const keys = constantOnes(["P1", "P5:2", "TJC:3"].map(problem)).map(({ key }: { key: string }) => key);
    expect(keys).toEqual(["P1:2"]);
    expect(log.mock.calls).toEqual([["P5:2, TJC:3: left out, driven in time"]]);
    log.mockRestore();
  });

  it("are solved by every method that mesolve names, of which some have fixed steps", () => {
    const methods = ownMethods(problem("P1"));
    expect(methods).toContainEqual({ name: "tsit5", fixedStep: false });
    expect(methods).toContainEqual({ name: "rk4", fixedStep: true });
    const names = (list: { name: string }[]) => list.map(({ name }) => name);
    expect(names(methods)).toEqual(expect.arrayContaining(["expm", "faber"]));
    expect(names(methods)).not.toContain("auto");
    const driven = ownMethods(problem("P5:2"));
    expect(driven).toContainEqual({ name: "rk4", fixedStep: true });
    expect(names(driven)).not.toContain("faber");
  });
});

describe("the problems of steady states", () => {
  const task = (name: string) => TASKS[name];

  it("have sizes of their own, and those of the suites of mesolve are not among them", () => {
    expect(keysOf("P6-P3,P6-P2:8")).toEqual(["P6-P3:3", "P6-P3:4", "P6-P3:5", "P6-P3:6", "P6-P3:7", "P6-P2:8"]);
    expect(keysOf("P6-P2", { large: true })).toContain("P6-P2:512");
    expect(keysOf(ALL).filter((key: string) => key.startsWith("P6"))).toEqual([]);
  });

  it.each(["P6-P2:12", "P6-P3:3", "P6-P4:4", "P6-atom:2"])("%s has the steady state that mesolve ends in", (key) => {
    const one = problem(key);
    const operators = operatorsOf(one);
    const result = task("steadystate").run(operators);
    expect(residualOf(operators, result.rho)).toBeLessThan(1e-13);
    const values = task("steadystate").values(result, operators);
    const [end] = solve({ ...one, times: [0, 400], rtol: 1e-9 });
    const late = Object.values(end.expect as Record<string, Float64Array | { re: Float64Array; im: Float64Array }>).map(
      (series) => ("re" in series ? [series.re[1], series.im[1]] : [series[1], 0]),
    );
    expect(errorOfValues("steadystate", late, values)).toBeLessThan(1e-6);
  });

  it("have a residual that is the norm of L[rho] of any operator", () => {
    // H = 1.5 sx: -i[H, |1><1|] = ±1.5i off the diagonal, as for |0><0|, which besides decays into |1><1| at rate 1
    const operators = operatorsOf(problem("P6-atom"));
    const { pe: upper } = operators.observables;
    expect(residualOf(operators, operators.rho0)).toBeCloseTo(Math.sqrt(2) * 1.5, 12);
    expect(residualOf(operators, upper)).toBeCloseTo(Math.sqrt(2 * 1.5 ** 2 + 2), 12);
  });

  it.each(["spectrum", "correlation2op1t", "liouvillianSpectrum"])(
    "%s gives as many values as it is asked for",
    (name) => {
      const operators = operatorsOf(problem("P6-atom"));
      const values = task(name).values(task(name).run(operators), operators);
      expect(values).toHaveLength(task(name).at?.length ?? 4);
      expect(errorOfValues(name, values, values)).toBe(0);
    },
  );

  it("have errors that a missing eigenvalue, a wrong one and one that is no number add to", () => {
    const exact = [
      [0, 0],
      [-1, 2],
      [-1, -2],
      [-3, 0],
    ];
    const error = (values: (number[] | null)[]) => errorOfValues("liouvillianSpectrum", values, exact);
    expect(error(exact.slice(0, 3))).toBe(0);
    expect(
      error([
        [0, 0],
        [-3, 0],
      ]),
    ).toBeCloseTo(3 - Math.sqrt(5), 12);
    expect(
      error([
        [0, 0],
        [-1, 2.5],
      ]),
    ).toBe(0.5);
    expect(error([[0, 0], null])).toBe(1e300);
    expect(
      errorOfValues(
        "spectrum",
        [
          [1, 0],
          [4.1, 0],
        ],
        [
          [1, 0],
          [4, 0],
        ],
      ),
    ).toBeCloseTo(0.025, 12);
  });

  it("are compared with the fastest method that solves them, and with the default even if it does not", () => {
    const row = (method: string, median: number, error: number) => ({ method, median, error });
    const rows = [row("ours", 1, 1e-15), row("direct", 5, 1e-3), row("quick", 2, 1e-2), row("eigen", 9, 1e-7)];
    expect(ratiosOf(rows, "direct", 1e-6)).toEqual({
      default: { method: "direct", ratio: 5 },
      best: { method: "eigen", ratio: 9 },
    });
  });

  it("are not handed to methods that hold a dense generator of more than 2 GiB", () => {
    const refused = TASKS.steadystate.methods.filter((method: string) => refusal(method, { d: 128 }) !== undefined);
    expect(refused).toEqual(["direct+dense", "power+dense", "eigen+dense", "svd", "propagator", "direct-lstsq+dense"]);
    expect(refusal("svd", { d: 64 })).toBeUndefined();
  });
});

describe("the problems of trajectories", () => {
  it("have a suite of their own", () => {
    expect(keysOf(ALL_TRAJECTORIES)).toEqual(["P8:16", "P8:32", "P8:64", "P9MC:50", "P8-P3:16"]);
    expect(keysOf(ALL).filter((key: string) => key.startsWith("P8") || key.startsWith("P9MC"))).toEqual([]);
  });

  it.each(["P8:12", "P9MC:30", "P8-P3:4"])("%s has trajectories whose means are those of mesolve", (key) => {
    const one = problem(key);
    const { H, jumps, observables, rho0 } = one.points[0];
    expect(rho0.sub(ket2dm(one.ket)).maxAbs()).toBe(0);
    const exact = Object.values(
      solve({ ...one, rtol: 1e-9, atol: 1e-11 })[0].expect as Record<string, Float64Array>,
    ).map((series) => Array.from(series));
    const means = mcsolve(H, one.ket, one.times, { cOps: jumps, eOps: observables, ntraj: 200, seed: 3 });
    expect(deviation(one, means, exact)).toBeLessThan(MOST_DEVIATION);
    // means of another rate of decay are found out
    const faster = jumps.map((jump: Operator) => jump.scale(1.3));
    const other = mcsolve(H, one.ket, one.times, { cOps: faster, eOps: observables, ntraj: 200, seed: 3 });
    expect(deviation(one, other, exact)).toBeGreaterThan(MOST_DEVIATION);
  });

  it("deviations are in standard errors, which count from ten times the tolerance on", () => {
    const off = (stdError: number[][], rtol = 0) => deviation({ rtol }, { expect: [[1.2, 1.2]], stdError }, [[1, 1]]);
    expect(off([[0.1, 0.1]])).toBeCloseTo(2, 12);
    expect(off([[0, Math.SQRT2 * 0.1]])).toBeCloseTo(2, 12);
    expect(off([[0, 0]], 1e-3)).toBeCloseTo(20, 12);
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

  describe("that are driven in time", () => {
    const driven = problem("TJC:3");
    const checkDriven = (change: (answer: ReturnType<typeof describeProblem>) => void) =>
      checkSame(driven, {
        ask: async ({ at }: { at: number[] }) => {
          const answer = structuredClone(describeProblem(driven, 0, at));
          change(answer);
          return answer;
        },
      });

    it("accepts equal ones, whose coefficients are compared at twenty times", async () => {
      let asked = 0;
      await checkDriven(({ drives }) => {
        asked = drives[0]!.values.length;
      });
      expect(asked).toBe(20);
    });

    it.each<[string, (drives: ReturnType<typeof describeProblem>["drives"]) => void]>([
      ["a drive that is missing", (drives) => drives.pop()],
      [
        "an element of what drives it that differs",
        (drives) => {
          drives[1]!.operator[0]![2] += 1e-12;
        },
      ],
      [
        "a coefficient that differs once",
        (drives) => {
          drives[0]!.values[17]![1] += 1e-12;
        },
      ],
    ])("finds %s", async (_, change) => {
      await expect(checkDriven(({ drives }) => change(drives))).rejects.toThrow("TJC:3, point 0: drive");
    });

    it("finds a function of ours that is not the coefficient", async () => {
      const [point] = driven.points;
      const [first, second] = point.drives;
      const other = { ...driven, points: [{ ...point, drives: [first, { ...second, f: first.f }] }] };
      const peer = { ask: async ({ at }: { at: number[] }) => describeProblem(driven, 0, at) };
      await expect(checkSame(other, peer)).rejects.toThrow("drive 1, its function");
    });
  });
});
