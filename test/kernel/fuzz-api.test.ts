/**
 * Every function of the library, on the build of the kernel that has assertions and bounds, called with one or two parts of valid arguments replaced
 * by what no caller should pass: it gives a result or one of the library's typed errors; it never traps, never lets an error of the engine out, never
 * makes NaN of finite numbers, and ends.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { dist } from "../pool/support.ts";
import { isEnough, report, SECONDS, SEED } from "./fuzzing/budget.ts";
import { runCases } from "./fuzzing/threads.ts";

const AT_ONCE = 1500;
/** Far more than any of the calls takes: what is asked for here may be long, but none is a day's work. */
const MOST_MILLISECONDS = 30_000;
/** A longer run goes on where something is found, to find what else there is; but not for ever. */
const MOST_FOUND = 20;

it("gives a result or a typed error", { timeout: 1000 * (SECONDS + 120) }, async () => {
  const started = performance.now();
  const script = new URL("./fuzzing/api-thread.mjs", import.meta.url);
  const wasm = new Uint8Array(readFileSync("build/wasm/debug.wasm"));
  const total = { cases: 0, returned: 0, refused: 0, threw: 0 };
  const found: string[] = [];
  let [missing, wrong]: [string[], number] = [[], 0];
  do {
    const range = [total.cases, total.cases + AT_ONCE] as const;
    const data = { library: dist("index.js").href, wasm, seed: SEED };
    const ended = await runCases<{ wrong: string[]; missing: string[] }>(script, data, range, MOST_MILLISECONDS);
    const [returned, refused, threw, failed] = ended.counts as [number, number, number, number];
    total.cases += AT_ONCE;
    total.returned += returned;
    total.refused += refused;
    total.threw += threw;
    wrong += failed;
    missing = ended.messages.flatMap((message) => message.missing);
    found.push(
      ...ended.messages.flatMap((message) => message.wrong),
      ...ended.overtime.map((index) => `#${index} did not end`),
    );
  } while (!isEnough(total.cases, started) && found.length < MOST_FOUND);
  expect(missing).toEqual([]);
  expect(found).toEqual([]);
  expect(wrong).toBe(0);
  expect(total.returned + total.refused + total.threw).toBe(total.cases);
  expect(total.returned).toBeGreaterThan(total.cases / 20);
  expect(total.refused).toBeGreaterThan(total.cases / 10);
  report("functions of the library", total);
});
