/**
 * The store: what is in it, whose it is, and what it says when it cannot be used.
 */
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBListValue } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { chunkAt } from "../../sweep/src/chunk.ts";
import { columnsOf } from "../../sweep/src/columns.ts";
import { problemOf, VERSION } from "../../sweep/src/hash.ts";
import {
  DuplicateMismatchError,
  inlineEngine,
  pointsOf,
  StoreCorruptError,
  StoreLockedError,
  StoreMismatchError,
  StoreWriteError,
  type SweepFile,
  sweep,
} from "../../sweep/src/index.ts";
import { sourceOf } from "../../sweep/src/source.ts";
import { openStore } from "../../sweep/src/store.ts";
import { sweepFile, sweepOf } from "./models.ts";
import { allRows, query } from "./rows.ts";

const root = mkdtempSync(join(tmpdir(), "lindblad-store-"));
afterAll(() => rmSync(root, { recursive: true }));
let stores = 0;
const newStore = () => join(root, `${stores++}.duckdb`);

const run = (file: SweepFile, store: string) => sweep(file.model, file.spec, { ...file, engine: "inline", store });
const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail("it was accepted"),
    (error: unknown) => error as Error,
  );

describe("what a store holds", () => {
  it("a row a point, and one row that says what was swept", async () => {
    const [file, store] = [sweepFile(), newStore()];
    const { hash } = await run(file, store);
    const [head, ...more] = await query(store, "SELECT * FROM sweep");
    expect(more).toEqual([]);
    expect(head).toMatchObject({ format: 1, hash, version: VERSION, most: 30n });
    expect(JSON.parse(String(head!.model))).toEqual(file.model);
    expect(JSON.parse(String(head!.points))).toEqual(file.spec);
    expect((head!.times as DuckDBListValue).items).toEqual([0, 0.5, 1]);
    const rows = await allRows(store);
    expect(Object.keys(rows[0]!)).toEqual(
      "index omega gamma p_end p times status error message seconds build version chunk".split(" "),
    );
    expect(rows[0]).toMatchObject({ index: 0n, omega: 0, gamma: -1, p_end: null, p: null, status: "failed" });
    expect(rows[0]).toMatchObject({ error: "ModelError", message: expect.stringContaining("$.jumps[0].rate") });
    expect(rows[1]).toMatchObject({ omega: 0, gamma: 0, p_end: 1, times: null, status: "ok", error: null, chunk: 0n });
    expect(rows[1]).toMatchObject({ build: expect.stringMatching(/^(release|relaxed)$/), version: VERSION });
    expect((rows[1]!.p as DuckDBListValue).items).toEqual([1, 1, 1]);
    expect(existsSync(`${store}.wal`)).toBe(false);
  });

  it("the times of points whose times are others", async () => {
    const store = newStore();
    await run(sweepFile({ parameters: { end: [1, 2] } }), store);
    const times = (await allRows(store)).map((row) => (row.times as DuckDBListValue | null)?.items ?? null);
    expect(times).toEqual([null, [0, 1, 2]]);
  });

  it("columns of their own for names that DuckDB takes for the same, or that every store has", async () => {
    const file = sweepFile({ parameters: { omega: [1] }, outputs: { scalars: ["p_end"] } });
    const model = {
      ...file.model,
      parameters: { ...file.model.parameters, Seconds: 1, index: 2, INDEX: 3, status: 1 },
      observables: { g: "sigmaz", G: "sigmax", seconds: "sigmay" },
    } as SweepFile["model"];
    const outputs = { scalars: ["g_end", "G_end", "seconds_end"], series: ["g", "G", "seconds"] };
    const points = { count: 1, parameters: { Seconds: [1], index: [2], INDEX: [3], status: [4], gamma: [0] } };
    const store = newStore();
    await sweep(model, points, { outputs, store, engine: inlineEngine });
    const [row] = await allRows(store);
    expect(row).toMatchObject({ parameter_Seconds: 1, parameter_index: 2, parameter_INDEX_2: 3, parameter_status: 4 });
    expect(row).toMatchObject({ index: 0n, g_end: 1, scalar_G_end: 0, seconds_end: 0, gamma: 0 });
    expect(Object.keys(row!)).toEqual(expect.arrayContaining(["g", "series_G", "series_seconds", "seconds"]));
    const all = columnsOf(Object.keys(points.parameters), outputs);
    const names = Object.values(all).flatMap((columns) => Object.values(columns as Record<string, string>));
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  });

  it("numbers that are none, and infinite ones, as they are", async () => {
    const [file, store] = [sweepFile({ parameters: { omega: [1, 2] } }), newStore()];
    await record(file, store, [Number.NaN, Number.POSITIVE_INFINITY]);
    expect((await allRows(store)).map(({ p_end }) => p_end)).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
  });
});

/** Opens a store and records a chunk with these values of p_end. */
async function record(file: SweepFile, path: string, values: number[], first = 0) {
  const source = sourceOf(file.spec);
  const store = await openStore(path, problemOf(file.model, file.outputs, source.identity), source);
  try {
    const count = values.length;
    const chunk = chunkAt(first, count, pointsOf(file.spec, first, count));
    const result = {
      ...{ count, scalars: { p_end: Float64Array.from(values) }, series: { p: new Float64Array(3 * count) } },
      ...{ times: Float64Array.from({ length: 3 * count }, (_, k) => k % 3), errors: values.map(() => undefined) },
      ...{ seconds: new Float64Array(count), batched: 0 },
    };
    return await store.record(chunk, { id: chunk.id, result, build: "release" });
  } finally {
    await store.close();
  }
}

describe("a point that comes twice", () => {
  const file = sweepFile();

  it("is recorded once: chunks may overlap, and rounding may differ", async () => {
    const store = newStore();
    expect(await record(file, store, [0.1, 0.2, 0.3])).toBe(3);
    expect(await record(file, store, [0.1, 0.2, 0.3])).toBe(0);
    expect(await record(file, store, [0.2 + 1e-12, 0.3, 0.4], 1)).toBe(1);
    expect((await allRows(store)).map(({ p_end }) => p_end)).toEqual([0.1, 0.2, 0.3, 0.4]);
    const chunks = await query(store, "SELECT first, count FROM chunks ORDER BY first");
    expect(chunks).toEqual([
      { first: 0n, count: 3n },
      { first: 3n, count: 1n },
    ]);
  });

  it("with another result is an error that names it; the first one stays, and nothing else of the chunk is recorded", async () => {
    const store = newStore();
    await record(file, store, [0.1, 0.2]);
    const error = await rejection(record(file, store, [0.25, 0.3], 1));
    expect(error).toBeInstanceOf(DuplicateMismatchError);
    expect(error).toMatchObject({ point: 1, column: "p_end", recorded: 0.2, computed: 0.25 });
    expect((await allRows(store)).map(({ p_end }) => p_end)).toEqual([0.1, 0.2]);
  });
});

describe("another sweep", () => {
  it("is refused, with what differs", async () => {
    const store = newStore();
    await run(sweepFile(), store);
    const before = readFileSync(store);
    const cases: [SweepFile, RegExp][] = [
      [
        sweepFile({ parameters: { omega: { from: 0, to: 2, count: 11 }, gamma: [-1, 0, 0.5] } }),
        /points\.axes\.0\.values\.count is 10 there and 11 here/,
      ],
      [
        sweepFile({ outputs: { scalars: ["p_max"], series: ["p"] } }),
        /outputs\.scalars\.0 is "p_end" there and "p_max" here/,
      ],
      [
        { ...sweepFile(), model: { ...sweepFile().model, solver: { rtol: 1e-9 } } },
        /model\.solver\.rtol is nothing there and 1e-9 here/,
      ],
      [
        {
          ...sweepFile(),
          model: { ...sweepFile().model, parameters: { ...sweepFile().model.parameters, toString: 1 } },
        },
        /model\.parameters\.toString is nothing there and 1 here/,
      ],
    ];
    for (const [file, words] of cases) {
      const error = await rejection(run(file, store));
      expect(error).toBeInstanceOf(StoreMismatchError);
      expect(error.message).toMatch(words);
    }
    const source = sourceOf(sweepFile().spec);
    const newer = problemOf(sweepFile().model, sweepFile().outputs, source.identity, "9.9.9");
    expect((await rejection(openStore(store, newer, source))).message).toMatch(/begun by version .*, this is 9\.9\.9/);
    expect(readFileSync(store).equals(before)).toBe(true);
  });
});

describe("a store that is open", () => {
  it("in this process is refused", async () => {
    const [file, store] = [sweepFile(), newStore()];
    const source = sourceOf(file.spec);
    const open = await openStore(store, problemOf(file.model, file.outputs, source.identity), source);
    const error = await rejection(run(file, store));
    expect(error).toBeInstanceOf(StoreLockedError);
    expect(error.message).toMatch(/another sweep has it \(in this process\)/);
    await open.close();
    expect((await run(file, store)).done).toBe(30);
  });

  it("in another process is refused, with the number of that", async () => {
    const [file, store] = [sweepFile(), newStore()];
    await run(file, store);
    const program = `import("@duckdb/node-api").then(async ({ DuckDBInstance }) => {
      globalThis.held = await DuckDBInstance.create(process.argv[1]);
      console.log("open");
      setInterval(() => {}, 1000);
    })`;
    const child = spawn(process.execPath, ["-e", program, store], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      await new Promise((resolve) => child.stdout.once("data", resolve));
      const error = await rejection(run(file, store));
      expect(error).toBeInstanceOf(StoreLockedError);
      expect(error.message).toContain(`process ${child.pid}`);
    } finally {
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("close", resolve));
    }
    // the one that had it was killed: nothing is left behind
    expect((await run(file, store)).computed).toBe(0);
  });
});

describe("a file that is damaged, or none of ours", () => {
  const good = newStore();

  it.each<[string, (store: string) => void | Promise<void>, RegExp]>([
    ["empty", (store) => writeFileSync(store, ""), /not a valid DuckDB database/],
    ["a text", (store) => writeFileSync(store, "omega,gamma\n".repeat(2000)), /not a valid DuckDB database/],
    ["cut short", (store) => truncateSync(store, 20_000), /could not read enough bytes/i],
    ["overwritten in the middle", (store) => writeFileSync(store, readFileSync(store).fill(7, 3 * 4096)), /corrupt/i],
    [
      "another database",
      async (store) => {
        rmSync(store);
        const instance = await DuckDBInstance.create(store);
        const connection = await instance.connect();
        await connection.run("CREATE TABLE sweep (a INTEGER)");
        connection.closeSync();
        instance.closeSync();
      },
      /no table points, chunks/,
    ],
    ["of a later format", async (store) => statement(store, "UPDATE sweep SET format = 2"), /format 2, expected 1/],
    ["without some of its rows", async (store) => statement(store, 'DELETE FROM points WHERE "index" = 3'), /29 rows/],
  ])("%s: it is said, and the file stays as it is", async (_what, damage, words) => {
    if (!existsSync(good)) await run(sweepFile(), good);
    const store = newStore();
    copyFileSync(good, store);
    await damage(store);
    const before = readFileSync(store);
    const error = await rejection(run(sweepFile(), store));
    expect(error).toBeInstanceOf(StoreCorruptError);
    expect(error.message).toMatch(words);
    expect(readFileSync(store).equals(before)).toBe(true);
  });

  it("a folder that does not exist", async () => {
    const error = await rejection(run(sweepFile(), join(root, "none", "a.duckdb")));
    expect(error).toBeInstanceOf(StoreWriteError);
    expect(error.message).toMatch(/none\/a\.duckdb cannot be written/);
  });
});

async function statement(store: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(store);
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

it("the log of a store that was removed is not read into the next one", async () => {
  const store = newStore();
  writeFileSync(`${store}.wal`, "points of another sweep");
  const error = await rejection(run(sweepFile(), store));
  expect(error).toBeInstanceOf(StoreCorruptError);
  expect(error.message).toMatch(/no such file, but the log of one, .*\.wal/);
  expect(existsSync(store)).toBe(false);
  rmSync(`${store}.wal`);
  expect((await run(sweepFile(), store)).done).toBe(30);
});

it("a process that is killed loses nothing that it had recorded", async () => {
  const store = newStore();
  const sweepText = JSON.stringify(sweepOf({ parameters: { omega: { from: 0, to: 1, count: 4000 } } }));
  // the built package: a process of its own cannot read the sources
  const program = `import("@lindblad/sweep").then(async ({ loadSweep, sweep }) => {
    const file = loadSweep(process.argv[2]);
    const onProgress = ({ done }) => process.stdout.write(done + "\\n");
    await sweep(file.model, file.spec, { ...file, chunk: 50, store: process.argv[1], engine: "inline", onProgress });
  })`;
  const child = spawn(process.execPath, ["-e", program, store, sweepText], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("\n500\n")) child.kill("SIGKILL");
    });
    child.once("close", () => resolve());
  });
  const acknowledged = Number(said.trim().split("\n").at(-1));
  expect(acknowledged).toBeGreaterThanOrEqual(500);
  expect(acknowledged).toBeLessThan(4000);
  const file = sweepFile({ parameters: { omega: { from: 0, to: 1, count: 4000 } } });
  const result = await run(file, store);
  expect(result).toMatchObject({ ended: "complete", done: 4000 });
  expect(result.computed).toBeLessThanOrEqual(4000 - acknowledged);
  const [counted] = await query(store, 'SELECT count(*) AS n, count(DISTINCT "index") AS d FROM points');
  expect(counted).toEqual({ n: 4000n, d: 4000n });
});
