// the bytes that lindblad/slim, which the page imports, has none of
import "lindblad";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { ENDINGS as LIBRARYS, loadModel, type Model, modelAt, runModel, runPoints } from "lindblad/model";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  axesOf,
  type Choice,
  ENDINGS,
  type MapParameter,
  rangeOf,
  scalarOf,
  wordsOf,
} from "../../web/src/map/choice.ts";
import { answer } from "../../web/src/map/compute.ts";
import { edgesOf, Grid, indexAt, merged, orderOf, shareOf, valuesBetween } from "../../web/src/map/grid.ts";
import type { MapAnswer, MapRequest } from "../../web/src/map/protocol.ts";
import { type MapOf, type MapView, Sweep, type Thread } from "../../web/src/map/sweep.ts";

const example = readFileSync(new URL("../../examples/two-qubits.json", import.meta.url), "utf8");
const model = loadModel(example);

const mapOf = (changes: Partial<MapOf> = {}): MapOf => ({
  model,
  x: { name: "g", values: valuesBetween(-1, 1, 9) },
  y: { name: "c", values: valuesBetween(-0.04, 0.11, 7) },
  scalar: "delta_U_chi_end",
  title: "ΔU_χ at the end",
  ...changes,
});

/** Threads that answer in this one, `delay` milliseconds after they are asked. */
class Threads {
  readonly asked: MapRequest[] = [];
  started = 0;
  ended = 0;
  delay = 0;
  /** In place of an answer. */
  crash = false;

  readonly make = (): Thread => {
    this.started++;
    let isOver = false;
    const thread: Thread = {
      onmessage: null,
      onerror: null,
      postMessage: (request: MapRequest) => {
        this.asked.push(request);
        setTimeout(() => {
          if (isOver) return;
          if (this.crash) thread.onerror!.call(thread as Worker, new ErrorEventLike("out of memory") as ErrorEvent);
          else
            thread.onmessage!.call(
              thread as Worker,
              { data: answer(structuredClone(request)) } as MessageEvent<MapAnswer>,
            );
        }, this.delay);
      },
      terminate: () => {
        isOver = true;
        this.ended++;
      },
    };
    return thread;
  };
}

class ErrorEventLike extends Event {
  constructor(readonly message: string) {
    super("error");
  }
}

/** All views of a map, to the last. */
function viewsOf(sweep: Sweep, of: MapOf): Promise<MapView[]> {
  return new Promise((resolve, reject) => {
    const views: MapView[] = [];
    const onView = (view: MapView) => {
      views.push(view);
      if (view.done === view.values.length) resolve(views);
    };
    sweep.run(of, onView, (message) => reject(new Error(message)));
  });
}

describe("a map", () => {
  it("has the values of runs, each of its point", async () => {
    const sweep = new Sweep(new Threads().make, 3);
    const of = mapOf();
    const { values, failed, reasons, extremes } = (await viewsOf(sweep, of)).at(-1)!;
    const { x, y } = of;
    const points = {
      count: 63,
      parameters: {
        g: Float64Array.from(values, (_, k) => x.values[k % 9]!),
        c: Float64Array.from(values, (_, k) => y.values[Math.floor(k / 9)]!),
      },
    };
    const lambda = runModel(model).parameters.lambda!;
    for (let k = 0; k < 63; k++) {
      const [g, c] = [points.parameters.g[k]!, points.parameters.c[k]!];
      // the closed form of the example, at the last time
      expect(Math.abs(values[k]! - 4 * g * c * (Math.exp(-3 * lambda) - 1))).toBeLessThan(1e-10);
      if (k % 10 === 0) {
        const alone = runModel(modelAt(model, points, k)).scalars.delta_U_chi_end!;
        expect(Math.abs(values[k]! - alone)).toBeLessThan(1e-10);
      }
    }
    expect([failed, reasons]).toEqual([0, []]);
    expect(values[extremes!.least]).toBe(Math.min(...values));
    expect(values[extremes!.most]).toBe(Math.max(...values));
    sweep.close();
  });

  it("is there at once, roughly, then point by point", async () => {
    const sweep = new Sweep(new Threads().make, 2);
    const views = await viewsOf(sweep, mapOf());
    const last = views.at(-1)!;
    // every fourth of 9 x 7
    expect(views[0]!.done).toBeGreaterThanOrEqual(6);
    expect(views[0]!.done).toBeLessThan(63);
    expect(views[0]!.values.every(Number.isFinite)).toBe(true);
    for (const k of [0, 4, 8, 36, 40, 44]) expect(views[0]!.values[k]).toBe(last.values[k]);
    expect(views[0]!.values[1]).toBe(last.values[0]);
    sweep.close();
  });

  it("has gaps where there is no state, and says why", async () => {
    const sweep = new Sweep(new Threads().make, 2);
    const { values, failed, reasons, extremes } = (
      await viewsOf(sweep, mapOf({ y: { name: "c", values: valuesBetween(-1, 1, 11) } }))
    ).at(-1)!;
    expect(failed).toBe(values.filter(Number.isNaN).length);
    expect(failed).toBeGreaterThan(50);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatchObject({ count: failed, message: expect.stringContaining("not a density matrix") });
    expect(values[extremes!.most]).not.toBeNaN();
    sweep.close();
  });

  it("of what the model does not have fails with words", async () => {
    const sweep = new Sweep(new Threads().make, 2);
    await expect(viewsOf(sweep, mapOf({ scalar: "nothing_end" }))).rejects.toThrow("unknown name");
    await expect(viewsOf(sweep, mapOf({ x: { name: "h", values: Float64Array.of(1, 2) } }))).rejects.toThrow("h");
    // and the next one is made all the same
    expect((await viewsOf(sweep, mapOf())).at(-1)!.done).toBe(63);
    sweep.close();
  });

  it.each([
    "delta_U_chi_start",
    "U_A_end",
    "U_chi_maxAbs",
    "mutual_information_max",
    "delta_U_chi_maxDifference",
    "ledger_defect",
  ])("leaves out what %s does not need, and nothing else", (scalar) => {
    const parameters = { g: Float64Array.of(0.2, 0.7), c: Float64Array.of(0.01, 0.02) };
    // of four levels, computed many at once, and of nine, which has no exact values
    for (const name of scalar.endsWith("Difference") ? ["two-qubits"] : ["two-qubits", "qutrit-pair"]) {
      const own = loadModel(readFileSync(new URL(`../../examples/${name}.json`, import.meta.url), "utf8"));
      const whole = runPoints(own, { count: 2, parameters }, { scalars: [scalar] }).scalars[scalar]!;
      const found = answer({ type: "points", job: 1, model: own, count: 2, parameters, scalar });
      if (found.type !== "points") throw new Error(JSON.stringify(found));
      // other output times are other steps: the tolerance of the solver, and rounding of the defects
      for (const k of [0, 1]) expect(Math.abs(found.values[k]! - whole[k]!), name).toBeLessThan(1e-10);
      expect(found.reasons).toEqual([]);
    }
  });

  it("tells what can be mapped", async () => {
    const sweep = new Sweep(new Threads().make, 1);
    const { series, scalars } = await sweep.names(model);
    expect(series).toEqual(expect.arrayContaining(["U_A", "delta_U_chi"]));
    expect(scalars).toEqual(["ledger_defect", "first_law_defect", "delta_U_chi_maxDifference"]);
    const wrong = { ...model, V: "sigmq" } as Model;
    await expect(sweep.names(wrong)).rejects.toThrow("sigmq");
    const [first, second] = [sweep.names(wrong), sweep.names(model)];
    await expect(first).rejects.toThrow("asked for again");
    expect((await second).series).toEqual(series);
    sweep.close();
  });
});

describe("of several maps the latest counts", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("but a rough picture of one is finished, so that there is something to see while a slider moves", async () => {
    const sweep = new Sweep(new Threads().make, 2);
    const seen: number[] = [];
    const at = (beta: number) =>
      mapOf({ model: { ...model, parameters: { ...model.parameters, betaA: beta } } as Model });
    for (let k = 0; k < 5; k++)
      sweep.run(
        at(k),
        (view) => seen.push(view.of.model.parameters.betaA as number),
        () => {},
      );
    await viewsOf(sweep, at(9));
    expect(new Set(seen)).toEqual(new Set([0]));
    sweep.close();
  });

  it("and learns how long points take, for the next rough picture of the same model", async () => {
    vi.useFakeTimers();
    const threads = new Threads();
    threads.delay = 1;
    const sweep = new Sweep(threads.make, 2);
    /** Points of the first tasks of a map of 41 x 41, of which 11 x 11 are the rough picture. */
    const firstTasks = async (of: Model) => {
      threads.asked.length = 0;
      const x = { name: "g", values: valuesBetween(-1, 1, 41) };
      const y = { name: "c", values: valuesBetween(0, 0.1, 41) };
      const views = viewsOf(sweep, mapOf({ model: of, x, y }));
      await vi.advanceTimersByTimeAsync(1000);
      expect((await views).at(-1)!.done).toBe(1681);
      return threads.asked.slice(0, 2).map((request) => (request.type === "points" ? request.count : 0));
    };
    expect(await firstTasks(model)).toEqual([8, 8]);
    // half of it each
    expect(await firstTasks({ ...model, parameters: { ...model.parameters, betaA: 0.6 } } as Model)).toEqual([61, 61]);
    expect(await firstTasks({ ...model, V: "g * tensor(sigmax, sigmax)" } as Model)).toEqual([8, 8]);
    sweep.close();
  });

  it("ends workers that go on with an old one, starts others, and tells nothing of it", async () => {
    vi.useFakeTimers();
    const threads = new Threads();
    const sweep = new Sweep(threads.make, 2);
    threads.delay = 100_000;
    const old = vi.fn();
    sweep.run(mapOf(), old, old);
    await vi.advanceTimersByTimeAsync(100);
    threads.delay = 1;
    const views: MapView[] = [];
    sweep.run(
      mapOf(),
      (view) => views.push(view),
      () => {},
    );
    await vi.advanceTimersByTimeAsync(1000);
    expect(threads.ended).toBe(2);
    expect(threads.started).toBe(4);
    expect(views.at(-1)!.done).toBe(63);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(old).not.toHaveBeenCalled();
    sweep.close();
    expect(threads.ended).toBe(4);
  });

  it("and none when it is cancelled", async () => {
    vi.useFakeTimers();
    const threads = new Threads();
    const sweep = new Sweep(threads.make, 2);
    threads.delay = 20;
    const seen = vi.fn();
    sweep.run(mapOf(), seen, seen);
    sweep.cancel();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen).not.toHaveBeenCalled();
    expect(threads.asked).toHaveLength(2);
    sweep.close();
  });
});

describe("workers that die", () => {
  it("fail the map, and others take their places when the next is asked for", async () => {
    const threads = new Threads();
    const sweep = new Sweep(threads.make, 2);
    threads.crash = true;
    await expect(viewsOf(sweep, mapOf())).rejects.toThrow("out of memory");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([threads.started, threads.ended]).toEqual([2, 2]);
    threads.crash = false;
    expect((await viewsOf(sweep, mapOf())).at(-1)!.done).toBe(63);
    expect(threads.started).toBe(4);
    sweep.close();
  });
});

describe("a grid", () => {
  it.each([
    [0, 1, 3, false, [0, 0.5, 1]],
    [1, 0, 2, false, [0, 1]],
    [2, 2, 5, false, [2]],
    [5, 8, 41, true, [5, 6, 7, 8]],
    [0, 10, 3, true, [0, 5, 10]],
  ])("from %s to %s in %s (whole: %s)", (from, to, count, isInteger, expected) => {
    expect([...valuesBetween(from, to, count, isInteger)]).toEqual(expected);
  });

  it("is computed point by point, each once, and full of values from the first pass on", () => {
    const size = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(size, size, (columns, rows) => {
        const { order, coarse } = orderOf(columns, rows);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: columns * rows }, (_, k) => k));
        const grid = new Grid(columns, rows);
        const place = (k: number) => [k % columns, Math.floor(k / columns)] as const;
        grid.put(order.subarray(0, coarse), order.subarray(0, coarse));
        // along each axis that of the first pass which is nearest
        const distance = (at: number, length: number) =>
          Math.min(...Array.from({ length: Math.ceil(length / 4) }, (_, j) => Math.abs(4 * j - at)));
        grid.values.forEach((value, k) => {
          const [[x, y], [fromX, fromY]] = [place(k), place(value)];
          expect(Math.abs(fromX - x)).toBe(distance(x, columns));
          expect(Math.abs(fromY - y)).toBe(distance(y, rows));
        });
        grid.put(order.subarray(coarse), order.subarray(coarse));
        expect([...grid.values]).toEqual(Array.from({ length: columns * rows }, (_, k) => k));
        expect(grid.done).toBe(columns * rows);
      }),
      { seed: 6, numRuns: 40 },
    );
  });

  it("has no extremes before there is a value", () => {
    const grid = new Grid(5, 5);
    expect(grid.extremes()).toBeUndefined();
    grid.put([0, 1], [Number.NaN, 2]);
    expect(grid.extremes()).toEqual({ least: 1, most: 1 });
    expect(grid.failed).toBe(1);
  });
});

describe("reasons", () => {
  it("that differ in their numbers alone are one, the most frequent first", () => {
    const of = (message: string) => ({ message, count: 1 });
    expect(
      merged([of("a is -1.5e-3, expected >= 0"), of("no b"), of("a is 2, expected >= 0"), of("a is 7, expected >= 0")]),
    ).toEqual([
      { message: "a is -1.5e-3, expected >= 0", count: 3 },
      { message: "no b", count: 1 },
    ]);
  });
});

describe("what a map is of", () => {
  const parameter = (name: string, more: Partial<MapParameter> = {}) => ({
    name,
    label: name,
    value: 1,
    min: 0,
    max: 2,
    ...more,
  });
  const all = ["omegaA", "c", "g"].map((name) => parameter(name));
  const named = (choice: Partial<Choice>, parameters: readonly MapParameter[] = all) => {
    const axes = axesOf({ ranges: {}, ...choice }, parameters);
    return axes && [axes.x.name, axes.y.name];
  };

  it("is interaction and correlation at first, else the first two parameters", () => {
    expect(named({})).toEqual(["g", "c"]);
    expect(named({}, [parameter("F"), parameter("Delta"), parameter("U")])).toEqual(["F", "Delta"]);
    expect(named({}, [parameter("F")])).toBeUndefined();
    expect(named({}, [])).toBeUndefined();
  });

  it("is what was chosen, as far as the model has it, and never one parameter twice", () => {
    expect(named({ x: "c" })).toEqual(["c", "g"]);
    expect(named({ x: "omegaA", y: "g" })).toEqual(["omegaA", "g"]);
    expect(named({ y: "g" })).toEqual(["c", "g"]);
    expect(named({ x: "c", y: "c" })).toEqual(["c", "g"]);
    expect(named({ x: "gone", y: "gone too" })).toEqual(["g", "c"]);
  });

  it("has the range of the parameter, or that which was chosen", () => {
    expect(rangeOf({ ranges: {} }, parameter("g"))).toEqual({ from: 0, to: 2, count: 41 });
    expect(rangeOf({ ranges: { g: { to: 5 } } }, parameter("g"))).toEqual({ from: 0, to: 5, count: 41 });
  });

  it("is the energy of the correlation at the end at first", () => {
    const names = { series: ["U_A", "delta_U_chi"], scalars: ["ledger_defect"] };
    const of = (choice: Partial<Choice>, all = names) => scalarOf({ ranges: {}, ...choice }, all);
    expect(of({})).toEqual({ quantity: "delta_U_chi", ending: "end", scalar: "delta_U_chi_end" });
    expect(of({ quantity: "U_A", ending: "maxAbs" })!.scalar).toBe("U_A_maxAbs");
    expect(of({ quantity: "ledger_defect", ending: "min" })).toMatchObject({
      ending: undefined,
      scalar: "ledger_defect",
    });
    expect(of({ quantity: "gone" })!.scalar).toBe("delta_U_chi_end");
    expect(of({}, { series: ["n"], scalars: [] })!.scalar).toBe("n_end");
    expect(of({}, { series: [], scalars: [] })).toBeUndefined();
    expect(wordsOf(of({})!)).toBe("ΔU_χ at the end");
    expect(Object.keys(ENDINGS).sort()).toEqual(Object.keys(LIBRARYS).sort());
  });
});

describe("places on a picture", () => {
  it("are those of cells: half-way to the neighbours", () => {
    const even = valuesBetween(0, 4, 5);
    expect([...edgesOf(even)]).toEqual([-0.5, 0.5, 1.5, 2.5, 3.5, 4.5]);
    expect(shareOf(even, 2)).toBe(0.5);
    expect(shareOf(even, -0.5)).toBe(0);
    const uneven = Float64Array.of(5, 6, 8);
    for (const values of [even, uneven]) {
      expect(Array.from(values, (value) => indexAt(values, shareOf(values, value)))).toEqual([...values.keys()]);
      expect([indexAt(values, 0), indexAt(values, 1)]).toEqual([0, values.length - 1]);
    }
  });
});
