/**
 * Worker threads: what they compute, and that one which dies or hangs is replaced.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError } from "lindblad";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import {
  inlineEngine,
  SweepError,
  type SweepOptions,
  sweep,
  type ThreadsOptions,
  threadsEngine,
} from "../../sweep/src/index.ts";
import { sweepFile } from "./models.ts";
import { allRows } from "./rows.ts";

const root = mkdtempSync(join(tmpdir(), "lindblad-threads-"));
afterAll(() => rmSync(root, { recursive: true }));

// workers are processes' own threads and cannot read the sources: the built ones
const worker = new URL("../../sweep/dist/engines/worker.js", import.meta.url);
const badWorker = new URL("bad-worker.mjs", import.meta.url);

const good = Array.from({ length: 40 }, (_, k) => k / 20);
const sweepAt = (omega: readonly number[], options: Partial<SweepOptions> & { threads?: ThreadsOptions } = {}) => {
  const file = sweepFile({ parameters: { omega } });
  const engine = threadsEngine({ workers: 2, worker: badWorker, ...options.threads });
  return sweep(file.model, file.spec, { outputs: file.outputs, chunk: 8, engine, ...options });
};

/** Values with some bad ones among them. */
function withBad(...bad: number[]): number[] {
  const values = [...good];
  bad.forEach((value, k) => {
    values.splice(7 * k + 3, 0, value);
  });
  return values;
}

describe("worker threads", () => {
  it("compute what this thread does, to the last bit", async () => {
    const threaded = await sweepAt(good, { threads: { worker } });
    const inline = await sweepAt(good, { engine: inlineEngine });
    expect(threaded.done).toBe(40);
    expect(threaded.rows!.scalars).toEqual(inline.rows!.scalars);
    expect(threaded.rows!.series).toEqual(inline.rows!.series);
  });

  it("that do not start are nobody's fault but theirs: nothing is recorded as failed", async () => {
    const store = join(root, "none.duckdb");
    const none = new URL("none.mjs", import.meta.url);
    await expect(sweepAt(good, { store, threads: { worker: none } })).rejects.toThrow(SweepError);
    await expect(sweepAt(good, { store, threads: { worker: none } })).rejects.toThrow(
      /workers do not start: .*none\.mjs/,
    );
    expect(await allRows(store)).toEqual([]);
  });

  it("take options that are some", () => {
    for (const options of [{ workers: 0 }, { workers: 1.5 }, { timeLimit: 0 }]) {
      expect(() => threadsEngine(options)).toThrow(InvalidArgumentError);
    }
  });
});

describe("a worker that dies", () => {
  const limits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };
  it.each([
    ["by process.exit", 101, /exit|code 3/i],
    ["by running out of memory", 102, /memory/i],
    ["by an error that the library does not throw on purpose", 104, /a trap/],
  ])("%s: is replaced, its point recorded, all others computed", async (_how, omega, reason) => {
    const store = join(root, `${omega}.duckdb`);
    const result = await sweepAt(withBad(omega), { store, threads: { resourceLimits: limits } });
    expect(result).toMatchObject({ ended: "complete", done: 41, failures: { crashed: 1 } });
    const rows = await allRows(store);
    const [crashed] = rows.filter(({ status }) => status !== "ok");
    expect(crashed).toMatchObject({ omega, status: "crashed", error: "crashed" });
    expect(crashed!.message).toMatch(reason);
  });

  afterEach(() => {
    delete process.env.LINDBLAD_TEST_MARK;
  });

  it("once: nothing is recorded as failed", async () => {
    process.env.LINDBLAD_TEST_MARK = join(root, "mark");
    expect(await sweepAt(withBad(105))).toMatchObject({ ended: "complete", done: 41, failures: {} });
  });
});

describe("a worker that hangs", () => {
  it("is replaced after the time limit, its point recorded", async () => {
    const result = await sweepAt(withBad(103), { threads: { timeLimit: 0.5 } });
    expect(result).toMatchObject({ ended: "complete", done: 41, failures: { crashed: 1 } });
    expect(result.rows!.errors[3]).toEqual({ name: "crashed", message: "no answer in 0.5 s" });
  });

  it("does not keep a sweep from being ended", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 1000);
    const begun = performance.now();
    await expect(sweepAt(withBad(103), { signal: controller.signal })).rejects.toBe(reason);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});
