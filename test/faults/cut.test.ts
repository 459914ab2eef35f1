/**
 * A store of a sweep that was cut short, or whose log was: never another number. It is refused, and left as it is, or goes on from what is whole to the
 * right numbers. Here at some places; at every byte by `node scripts/cut.mjs`.
 */
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as library from "../../sweep/src/index.ts";

const { makeCutter } = await import(new URL("../../scripts/cut.mjs", import.meta.url).href);

const folder = mkdtempSync(join(tmpdir(), "lindblad-cut-"));
afterAll(() => rmSync(folder, { recursive: true }));
const cutter = await makeCutter(library, folder);

/** Of DuckDB's files three headers of 4 kB come first, and then blocks. Other places are cut so far apart. */
const [HEADER, STRIDE] = [4096, 16_411];

function placesOf(store: string, block: number): number[] {
  const size = statSync(store).size;
  const places = new Set<number>([0, 1, size - 1]);
  for (let at = HEADER; at <= 3 * HEADER; at += HEADER) for (const near of [-1, 0, 1]) places.add(at + near);
  for (let at = 3 * HEADER; at < size; at += block) for (const near of [-1, 0, 1]) places.add(at + near);
  for (let at = STRIDE; at < size; at += STRIDE) places.add(at);
  return [...places].sort((a, b) => b - a);
}

describe("a store that ends at every header and block, a byte before and after, and between them", () => {
  it.each([
    ["of a sweep that has ended", cutter.finished, 262_144],
    ["the same in small blocks", cutter.small, 16_384],
  ])("%s: is refused, by the sweep and by DuckDB alone", async (_, store, block) => {
    const places = placesOf(store, block);
    expect(places.length).toBeGreaterThan(20);
    const all = { places: places.length, refused: places.length, unread: 0, right: 0 };
    expect(await cutter.cutStore(store, places)).toEqual({ ...all, asked: places.length });
    // The command asks the sweep itself about a few places only: DuckDB must know of the others.
    expect(await cutter.cutStore(store, places, () => false)).toEqual({ ...all, asked: 0 });
  });

  it("nowhere: goes on", async () => {
    const { size } = statSync(cutter.finished);
    expect(await cutter.cutStore(cutter.finished, [size], () => false)).toEqual({
      ...{ places: 1, refused: 0, unread: 0, right: 1, asked: 1 },
    });
  });
});

it("a log that ends at a dozen places, and at its ends: goes on", async () => {
  const { size } = statSync(`${cutter.killed}.wal`);
  const places = [0, 1, 2, size - 2, size - 1, size];
  for (let at = Math.floor(size / 12); at < size - 2; at += Math.floor(size / 12)) places.push(at);
  expect(await cutter.cutLog(places)).toEqual({
    ...{ places: places.length, refused: 0, unread: 0, right: places.length, asked: places.length },
  });
});

describe("a store with another number in it", () => {
  const other = join(folder, "other.duckdb");
  beforeAll(async () => {
    copyFileSync(cutter.finished, other);
    const instance = await DuckDBInstance.create(other);
    const connection = await instance.connect();
    await connection.run("UPDATE points SET p_end = p_end + 1e-15 WHERE omega = 0");
    connection.closeSync();
    instance.closeSync();
  });

  it("would be told of", async () => {
    await expect(cutter.cutStore(other, [statSync(other).size])).rejects.toThrow(/went on to other numbers/);
  });

  it("that is cut where its numbers are, which a sweep does not read on opening: is refused by what reads them", async () => {
    const places = [statSync(cutter.finished).size];
    expect(await cutter.cutStore(other, places)).toEqual({ places: 1, refused: 0, unread: 1, right: 0, asked: 1 });
  });
});
