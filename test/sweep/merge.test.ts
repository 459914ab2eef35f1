/**
 * Stores of shards, joined: what comes out is what one store would have held, and what is missing or does not fit is named.
 */
import { copyFileSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { Database } from "../../sweep/src/database.ts";
import { mergeStores } from "../../sweep/src/merge.ts";
import { shardRange } from "../../sweep/src/shards.ts";
import { loadSweep } from "../../sweep/src/spec.ts";
import { sweep } from "../../sweep/src/sweep.ts";
import { lindblad, modelFile, scratch } from "../cli/lindblad.ts";
import { failure, QUBIT } from "./machines.ts";

/** A sweep of some points; those with g < 0 fail. */
const specOf = (changed: object = {}) => ({
  ...QUBIT,
  sweep: {
    parameters: { g: { from: -0.1, to: 0.9, count: 11 }, h: [0, 1] },
    outputs: { scalars: ["n_end"], series: ["n"] },
    chunk: 3,
  },
  ...changed,
});
const COUNT = 22;

async function record(store: string, range: readonly [number, number], spec: object = specOf()): Promise<string> {
  const file = loadSweep(JSON.stringify(spec), "json");
  await sweep(file.model, file.spec, { ...file, store, range, engine: "inline" });
  return store;
}

/** Everything that does not depend on when and how fast it was computed. */
async function contents(store: string): Promise<unknown> {
  const database = await Database.open(store, { readOnly: true });
  const rows = await database.read(
    'SELECT * EXCLUDE (seconds, chunk) REPLACE (coalesce(times, (SELECT s.times FROM sweep s)) AS times) FROM points ORDER BY "index"',
  );
  const head = await database.read("SELECT hash, version, most, columns FROM sweep");
  await database.close();
  return { rows, head };
}

async function change(store: string, sql: string): Promise<void> {
  const database = await Database.open(store);
  await database.run(sql);
  await database.close();
}

describe("joined stores", () => {
  test.prop([fc.integer({ min: 1, max: 5 }), fc.infiniteStream(fc.nat())], { seed: 9, numRuns: 6 })(
    "of all shards, in any order, are the store of the sweep",
    async (count, order) => {
      const folder = scratch();
      const shards: string[] = [];
      for (let index = 0; index < count; index++) {
        shards.push(await record(join(folder, `${index}.duckdb`), shardRange(COUNT, { index, count })));
      }
      const whole = await record(join(folder, "whole.duckdb"), [0, COUNT]);
      const shuffled = shards.map((shard) => ({ shard, at: order.next().value })).sort((a, b) => a.at - b.at);
      const target = join(folder, "all.duckdb");
      const merged = await mergeStores(
        shuffled.map(({ shard }) => shard),
        target,
      );
      expect(merged).toMatchObject({ points: COUNT, total: COUNT, duplicates: 0, missing: [] });
      expect(await contents(target)).toEqual(await contents(whole));
      // nothing is left to do
      const file = loadSweep(JSON.stringify(specOf()), "json");
      const again = await sweep(file.model, file.spec, { ...file, store: target, engine: "inline" });
      expect(again).toMatchObject({ ended: "complete", computed: 0, done: COUNT, failures: { ModelError: 2 } });
    },
  );

  it("name what is missing, and hold what there is if that is wanted", async () => {
    const folder = scratch();
    const stores = [await record(join(folder, "a"), [0, 5]), await record(join(folder, "b"), [8, 21])];
    const target = join(folder, "all.duckdb");
    const error = await failure(mergeStores(stores, target));
    expect(error.message).toMatch(/^4 of 22 points are in none of the stores: 5 to 7, 21\. Run .*--partial/);
    expect(readdirSync(folder)).toEqual(["a", "b"]);
    const merged = await mergeStores(stores, target, { partial: true });
    const missing = [
      [5, 8],
      [21, 22],
    ];
    expect(merged).toMatchObject({ points: 18, total: 22, missing });
    const file = loadSweep(JSON.stringify(specOf()), "json");
    const rest = await sweep(file.model, file.spec, { ...file, store: target, engine: "inline" });
    expect(rest).toMatchObject({ ended: "complete", computed: 4 });
  });

  it("may overlap, where they agree; a point that crashed in one is taken from another", async () => {
    const folder = scratch();
    const stores = [await record(join(folder, "a"), [0, 14]), await record(join(folder, "b"), [10, 22])];
    await change(
      stores[0]!,
      `UPDATE points SET status = 'crashed', error = 'crashed', n_end = NULL WHERE "index" = 12`,
    );
    const target = join(folder, "all.duckdb");
    expect(await mergeStores(stores, target)).toMatchObject({ points: COUNT, duplicates: 4 });
    expect(await contents(target)).toEqual(await contents(await record(join(folder, "whole"), [0, COUNT])));
    // by more than rounding
    await change(stores[1]!, 'UPDATE points SET n_end = n_end + 0.01 WHERE "index" = 11');
    const error = await failure(mergeStores(stores, join(folder, "other.duckdb")));
    expect(error).toMatchObject({ code: "DUPLICATE_MISMATCH", point: 11, column: "n_end" });
    expect(readdirSync(folder).sort()).toEqual(["a", "all.duckdb", "b", "whole"]);
  });

  it("are of one sweep, and whole", async () => {
    const folder = scratch();
    const store = await record(join(folder, "a"), [0, 22]);
    const other = await record(join(folder, "b"), [0, 3], specOf({ times: [0, 1] }));
    const target = join(folder, "all.duckdb");
    expect(await failure(mergeStores([store, other], target))).toMatchObject({ code: "STORE_MISMATCH", store: other });
    expect((await failure(mergeStores([store, join(folder, "none")], target))).message).toMatch(/no such file/);
    const cut = join(folder, "cut");
    copyFileSync(store, cut);
    await change(cut, 'DELETE FROM points WHERE "index" = 7');
    expect(await failure(mergeStores([cut], target))).toMatchObject({ code: "STORE_CORRUPT" });
    expect((await failure(mergeStores([], target))).message).toMatch(/expected stores/);
    expect((await failure(mergeStores([store], store))).message).toMatch(/is there already/);
    expect(existsSync(target)).toBe(false);
  });

  it("by the command, from shards by the command", async () => {
    const folder = scratch();
    const file = modelFile(folder, specOf(), "sweep.json");
    const at = (name: string) => join(folder, name);
    for (const index of [0, 1]) {
      const run = await lindblad(
        "sweep",
        file,
        "--shard",
        `${index}/3`,
        "--engine",
        "inline",
        "--store",
        at(`${index}`),
      );
      expect([run.code, run.stderr]).toMatchObject([0, expect.stringMatching(/^running/)]);
    }
    const incomplete = await lindblad("merge", at("0"), at("1"), "-o", at("all.duckdb"));
    expect(incomplete.code).toBe(1);
    expect(incomplete.stderr).toMatch(/^error: 7 of 22 points are in none of the stores: 15 to 21/);
    const partial = await lindblad("merge", at("0"), at("1"), "-o", at("all.duckdb"), "--partial");
    expect(partial).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^15 of 22 points, 7 are missing\nWritten/),
    });
    const again = await lindblad("merge", at("0"), "-o", at("all.duckdb"), "--partial");
    expect(again.code).toBe(2);
    const json = await lindblad("merge", at("0"), "-o", at("all.duckdb"), "--partial", "--force", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ points: 8, total: 22, missing: [[8, 22]], duplicates: 0 });
    writeFileSync(at("all.duckdb.wal"), "");
    const logged = await lindblad("merge", at("0"), "-o", at("all.duckdb"), "--partial", "--force");
    expect(logged).toMatchObject({ code: 2, stderr: expect.stringMatching(/all\.duckdb\.wal is the log of a store/) });
    expect((await lindblad("sweep", file, "--shard", "3/3", "--store", at("3"))).stderr).toMatch(/counted from 0/);
    const { g } = specOf().sweep.parameters;
    const adaptive = { ...specOf().sweep, parameters: { g }, adaptive: { scalar: "n_end", points: 40 } };
    const refining = modelFile(folder, specOf({ sweep: adaptive }), "adaptive.json");
    const refused = await lindblad("sweep", refining, "--shard", "0/3", "--store", at("4"));
    expect(refused.stderr).toMatch(/--shard: an adaptive sweep has no parts/);
  });
});
