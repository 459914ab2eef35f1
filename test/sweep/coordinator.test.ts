/**
 * Every point once, whatever happens on the way: stops, crashes, points that fail, chunks that come twice.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { InvalidArgumentError } from "lindblad";
import { afterAll, describe, expect, it } from "vitest";
import {
  type Chunk,
  ChunkCrashError,
  type Engine,
  estimateSweep,
  inlineEngine,
  type OpenEngine,
  SweepError,
  type SweepOptions,
  type SweepProgress,
  sweep,
} from "../../sweep/src/index.ts";
import { sweepFile } from "./models.ts";
import { allRows } from "./rows.ts";

const root = mkdtempSync(join(tmpdir(), "lindblad-sweep-"));
afterAll(() => rmSync(root, { recursive: true }));
let stores = 0;
const newStore = () => join(root, `${stores++}.duckdb`);

const file = sweepFile();
const run = (options: Partial<SweepOptions> = {}) =>
  sweep(file.model, file.spec, { outputs: file.outputs, engine: inlineEngine, ...options });

/** An engine in this thread that does something before each chunk, and has room for many. */
const engineThat =
  (before: (chunk: Chunk) => void | Promise<void>, capacity = 3): OpenEngine =>
  async (problem) => {
    const inner = await inlineEngine(problem);
    return {
      ...inner,
      capacity,
      async submit(chunk: Chunk, signal: AbortSignal) {
        await before(chunk);
        return inner.submit(chunk, signal);
      },
    } satisfies Engine;
  };

describe("a sweep", () => {
  it("returns rows without a store: the closed form, and why points failed", async () => {
    const { rows, ...result } = await run();
    expect(result).toMatchObject({
      ended: "complete",
      done: 30,
      computed: 30,
      total: 30,
      failures: { ModelError: 10 },
    });
    const { gamma } = rows!.points.parameters as { gamma: Float64Array };
    for (let k = 0; k < 30; k++) {
      if (gamma[k]! < 0) {
        expect(rows!.errors[k]).toMatchObject({
          name: "ModelError",
          message: expect.stringContaining("$.jumps[0].rate"),
        });
        expect(rows!.scalars.p_end![k]).toBeNaN();
        continue;
      }
      expect(rows!.errors[k]).toBeUndefined();
      // to a hundred times the tolerances, 1e-6 and 1e-8: values are at most 1
      expect(Math.abs(rows!.scalars.p_end![k]! - Math.exp(-gamma[k]!))).toBeLessThan(1e-4);
      expect([...rows!.times.subarray(3 * k, 3 * k + 3)]).toEqual([0, 0.5, 1]);
      expect(rows!.series.p![3 * k + 2]).toBe(rows!.scalars.p_end![k]);
    }
  });

  it("takes points one by one, too", async () => {
    const points = { count: 3, parameters: { gamma: [0.1, 0.2, 0.3] } };
    const { rows } = await sweep(file.model, points, { outputs: { scalars: ["p_end"] }, engine: "inline" });
    expect([...(rows!.points.parameters.gamma as Float64Array)]).toEqual([0.1, 0.2, 0.3]);
    expect(rows!.scalars.p_end![2]).toBeCloseTo(Math.exp(-0.3), 4);
    expect(rows!.series).toEqual({});
  });

  it("records the same in a store, whatever the chunks", async () => {
    const stores = [newStore(), newStore()];
    await run({ store: stores[0], chunk: 7 });
    await run({ store: stores[1] });
    const [a, b] = await Promise.all(stores.map((store) => allRows(store)));
    expect(a).toHaveLength(30);
    // which chunk it was, and how long it took, is not what was computed
    const result = ({ chunk: _chunk, seconds: _seconds, ...rest }: Record<string, unknown>) => rest;
    expect(a!.map(result)).toEqual(b!.map(result));
  });

  it("says how far it is", async () => {
    const seen: SweepProgress[] = [];
    await run({ store: newStore(), chunk: 10, onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ done }) => done)).toEqual([0, 10, 20, 30]);
    expect(seen.map(({ failed }) => failed)).toEqual([0, 4, 7, 10]);
    for (const { total } of seen) expect(total).toBe(30);
    expect(seen.at(-1)).toMatchObject({ secondsLeft: 0, ratePerSecond: expect.any(Number) });
    expect(seen.at(-1)!.ratePerSecond).toBeGreaterThan(0);
  });

  it("never has more chunks submitted than twice what the engine has room for", async () => {
    let [submitted, most] = [0, 0];
    const open: OpenEngine = async (problem) => {
      const inner = await inlineEngine(problem);
      return {
        ...inner,
        capacity: 2,
        async submit(chunk, signal) {
          most = Math.max(most, ++submitted);
          return inner.submit(chunk, signal).finally(() => submitted--);
        },
      };
    };
    await run({ engine: open, chunk: 1 });
    expect(most).toBe(4);
  });

  it("refuses what is wrong before anything is computed", async () => {
    const none: OpenEngine = () => Promise.reject(new Error("opened"));
    const refined = sweepFile({
      parameters: { omega: { from: 0, to: 1, count: 3 } },
      adaptive: { scalar: "p_end", points: 9 },
    });
    const cases: [Promise<unknown>, RegExp][] = [
      [run({ engine: none, outputs: { scalars: ["q_end"] } }), /outputs: scalars/],
      [sweep(file.model, { count: 1, parameters: { g: [1] } }, { outputs: file.outputs, engine: none }), /a parameter/],
      [
        sweep(file.model, { count: 2, parameters: { gamma: [1] } }, { outputs: file.outputs, engine: none }),
        /2 values/,
      ],
      [run({ engine: none, range: [0, 31] }), /range: expected two integers from 0 to 30/],
      [sweep(refined.model, refined.spec, { ...refined, engine: none, range: [0, 5] }), /range: expected none/],
      [run({ engine: "thread" as never }), /engine: expected one of inline, threads/],
    ];
    for (const [promise, words] of cases) {
      const error = await promise.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect((error as Error).message).toMatch(words);
    }
    const large = sweepFile({ parameters: { omega: { from: 0, to: 1, count: 1e9 } } });
    await expect(sweep(large.model, large.spec, { outputs: large.outputs, engine: none })).rejects.toThrow(
      /1000000000 points take .* bytes in memory.*give the sweep a store/,
    );
  });

  it("is estimated without being recorded", async () => {
    const large = sweepFile({ parameters: { omega: { from: 0, to: 1, count: 1e9 } } });
    const estimate = await estimateSweep(large.model, large.spec, { ...large, engine: "inline" });
    expect(estimate).toMatchObject({ points: 1e9, workers: 1, chunks: Math.ceil(1e9 / estimate.chunk) });
    expect(estimate.seconds).toBeCloseTo(1e9 * estimate.secondsPerPoint, -3);
    // a parameter, a scalar, three numbers of a series
    expect(estimate.storeBytes).toBe(1e9 * (64 + 8 * 5));
  });
});

describe("a sweep that ends early", () => {
  it.each([true, false])(
    "by its signal: the reason is thrown, what is recorded stays; with a store: %s",
    async (stored) => {
      const store = stored ? newStore() : undefined;
      const controller = new AbortController();
      const reason = new Error("enough");
      const onProgress = ({ done }: SweepProgress) => {
        if (done >= 10) controller.abort(reason);
      };
      await expect(run({ store, chunk: 5, signal: controller.signal, onProgress })).rejects.toBe(reason);
      if (store === undefined) return;
      const again = await run({ store, chunk: 5 });
      expect(again).toMatchObject({ ended: "complete", done: 30 });
      // what was being computed may have been recorded, what had not begun was not
      expect([15, 20]).toContain(again.computed);
    },
  );

  it("by stop: with the chunks that are submitted", async () => {
    const store = newStore();
    const stop = new AbortController();
    const engine = engineThat(({ indices }) => {
      if (indices[0]! >= 10) stop.abort();
    });
    const result = await run({ store, chunk: 2, engine, stop: stop.signal });
    expect(result).toMatchObject({ ended: "stopped", total: 30, failures: { ModelError: expect.any(Number) } });
    expect(result.done).toBeGreaterThanOrEqual(12);
    expect(result.done).toBeLessThanOrEqual(2 * 12);
    expect(await run({ store })).toMatchObject({ ended: "complete", computed: 30 - result.done });
  });

  test.prop([fc.array(fc.nat(40), { maxLength: 4 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 5 })], {
    seed: 3,
    numRuns: 12,
  })("at random moments, with chunks of other sizes each time, comes to the same rows", async (moments, sizes) => {
    const store = newStore();
    for (const [k, moment] of moments.entries()) {
      const controller = new AbortController();
      let chunks = 0;
      const engine = engineThat(() => {
        if (chunks++ === moment) controller.abort();
      });
      await run({ store, engine, chunk: sizes[k], signal: controller.signal }).catch(() => {});
    }
    expect(await run({ store, chunk: sizes.at(-1) })).toMatchObject({ ended: "complete", done: 30 });
    const reference = await run();
    const rows = await allRows(store);
    expect(rows.map(({ index }) => Number(index))).toEqual(Array.from({ length: 30 }, (_, k) => k));
    expect(rows.map(({ p_end }) => p_end ?? Number.NaN)).toEqual([...reference.rows!.scalars.p_end!]);
  });
});

describe("an engine that crashes", () => {
  /** Crashes whenever one of these points is in a chunk. */
  const crashingAt = (...points: number[]) =>
    engineThat((chunk) => {
      if (points.some((point) => Array.from(chunk.indices).includes(point))) {
        throw new ChunkCrashError(chunk.id, "exit code 134");
      }
    });

  it.each([
    ["in memory", false],
    ["in a store", true],
  ])("over a point: the others are computed, that one is recorded as crashed, %s", async (_where, stored) => {
    const store = stored ? newStore() : undefined;
    const result = await run({ store, engine: crashingAt(4, 29), chunk: 16 });
    expect(result).toMatchObject({ ended: "complete", done: 30, failures: { ModelError: 10, crashed: 2 } });
    if (store === undefined) {
      expect(result.rows!.errors[4]).toEqual({ name: "crashed", message: "exit code 134" });
      expect(result.rows!.scalars.p_end![4]).toBeNaN();
      return;
    }
    const rows = await allRows(store);
    expect(rows.filter(({ status }) => status === "crashed").map(({ index }) => Number(index))).toEqual([4, 29]);
    expect(rows[4]).toMatchObject({ error: "crashed", message: "exit code 134", p_end: null, p: null });
    // nothing left to do
    expect(await run({ store })).toMatchObject({ computed: 0, failures: { crashed: 2 } });
    // unless it is asked for
    const again = await run({ store, retryCrashed: true });
    expect(again).toMatchObject({ ended: "complete", done: 30, computed: 2, failures: { ModelError: 10 } });
    expect(again.failures).not.toHaveProperty("crashed");
    expect((await allRows(store)).map(({ index }) => Number(index))).toEqual(Array.from({ length: 30 }, (_, k) => k));
  });

  it("once, through no fault of the chunk: it is tried again", async () => {
    let crashes = 0;
    const engine = engineThat((chunk) => {
      if (crashes++ === 1) throw new ChunkCrashError(chunk.id, "killed");
    });
    expect(await run({ engine, chunk: 10 })).toMatchObject({ done: 30, failures: { ModelError: 10 } });
  });

  it("tries a bounded number of times", async () => {
    let tries = 0;
    const engine = engineThat((chunk) => {
      tries++;
      throw new ChunkCrashError(chunk.id, "always");
    });
    expect(await run({ engine, chunk: 16 })).toMatchObject({ done: 30, failures: { crashed: 30 } });
    // chunks of 16 and 14 twice each, then halves once, then each point twice
    const halves = 2 + 4 + 8 + (2 + 4 + 6);
    expect(tries).toBe(2 + 2 + halves + 2 * 30);
  });

  it("just when another chunk is recorded: the failure is not lost", async () => {
    for (let turns = 0; turns < 12; turns++) {
      let recorded = () => {};
      const first = new Promise<void>((resolve) => {
        recorded = resolve;
      });
      const engine = engineThat(async ({ indices }) => {
        if (indices[0] === 0) return;
        await first;
        for (let k = 0; k < turns; k++) await undefined;
        throw new TypeError("a defect");
      });
      const onProgress = ({ done }: SweepProgress) => {
        if (done > 0) recorded();
      };
      await expect(run({ engine, chunk: 15, onProgress })).rejects.toThrow(TypeError);
    }
  });

  it("or fails in another way: the sweep ends with that, and goes on later", async () => {
    const store = newStore();
    const broken = engineThat(({ indices }) => {
      if (indices[0]! >= 10) throw new TypeError("a defect");
    });
    await expect(run({ store, engine: broken, chunk: 5 })).rejects.toThrow(TypeError);
    expect((await run({ store })).done).toBe(30);
    const confused: OpenEngine = async (problem) => {
      const inner = await inlineEngine(problem);
      return { ...inner, submit: async (chunk, signal) => ({ ...(await inner.submit(chunk, signal)), id: -1 }) };
    };
    await expect(run({ engine: confused })).rejects.toThrow(SweepError);
  });
});
