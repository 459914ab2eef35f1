/** A store of a sweep that was cut short, or whose log was: never another number. It is refused, or goes on from what is whole. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LindbladError } from "lindblad";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type SweepFile, sweep } from "../../sweep/src/index.ts";
import { sweepFile } from "../sweep/models.ts";
import { allRows } from "../sweep/rows.ts";

const root = mkdtempSync(join(tmpdir(), "lindblad-cut-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Blocks of DuckDB's files (three headers of 4 kB come first), and how far apart other places are cut. */
const [HEADER, BLOCK, STRIDE] = [4096, 262_144, 16_411];

const file = sweepFile({ parameters: { omega: { from: 0, to: 2, count: 12 } } });
const run = (one: SweepFile, store: string, options = {}) =>
  sweep(one.model, one.spec, { ...one, engine: "inline", chunk: 3, store, ...options });
/** What cannot differ between two runs. */
const numbers = async (store: string) =>
  (await allRows(store)).map(({ index, omega, p_end, status }) => ({ index, omega, p_end, status }));

const good = join(root, "good.duckdb");
const open = join(root, "open.duckdb");
let expected: Awaited<ReturnType<typeof numbers>>;
beforeAll(async () => {
  await run(file, good);
  expected = await numbers(good);
  expect(expected).toHaveLength(12);
  // As a process leaves them that is killed after the last chunk: the points are still in the log.
  const store = join(root, "running.duckdb");
  const onProgress = ({ done }: { done: number }) => {
    if (done < 12) return;
    copyFileSync(store, open);
    copyFileSync(`${store}.wal`, `${open}.wal`);
  };
  await run(file, store, { onProgress });
  expect(existsSync(`${open}.wal`)).toBe(true);
});

/** Goes on with a store; the error that it was refused by, or nothing: then it is complete, and right. */
async function goOn(store: string): Promise<Error | undefined> {
  const before = readFileSync(store);
  try {
    await run(file, store);
  } catch (error) {
    expect(error).toBeInstanceOf(LindbladError);
    expect(readFileSync(store).equals(before)).toBe(true);
    return error as Error;
  }
  expect(await numbers(store)).toEqual(expected);
  return undefined;
}

it("the store: at every header and block, a byte before and after, and between them", async () => {
  const whole = readFileSync(good);
  const places = new Set<number>([0, 1, whole.length - 1]);
  for (let at = HEADER; at <= 3 * HEADER; at += HEADER) for (const near of [-1, 0, 1]) places.add(at + near);
  for (let at = 3 * HEADER; at < whole.length; at += BLOCK) for (const near of [-1, 0, 1]) places.add(at + near);
  for (let at = STRIDE; at < whole.length; at += STRIDE) places.add(at);
  let refused = 0;
  for (const length of places) {
    const store = join(root, "cut.duckdb");
    writeFileSync(store, whole.subarray(0, length));
    if (await goOn(store)) refused++;
    rmSync(store, { force: true });
    rmSync(`${store}.wal`, { force: true });
  }
  expect(places.size).toBeGreaterThan(40);
  expect(refused).toBeGreaterThan(places.size / 2);
});

it("the log: at a dozen places, and at its ends", async () => {
  const log = readFileSync(`${open}.wal`);
  const whole = readFileSync(open);
  const places = [0, 1, 2, log.length - 2, log.length - 1, log.length];
  const step = Math.max(1, Math.floor(log.length / 12));
  for (let at = step; at < log.length - 2; at += step) places.push(at);
  let complete = 0;
  for (const length of places) {
    const store = join(root, "log.duckdb");
    writeFileSync(store, whole);
    writeFileSync(`${store}.wal`, log.subarray(0, length));
    if (!(await goOn(store))) complete++;
    rmSync(store, { force: true });
    rmSync(`${store}.wal`, { force: true });
  }
  expect(complete).toBeGreaterThan(0);
});
