/** The packed library in the engines that users have: what it computes on plain SIMD is the same to the bit in all of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as lindblad from "../../bindings/index.ts";
import * as io from "../../bindings/io/index.ts";
import * as model from "../../bindings/model/index.ts";
import { root } from "../support/browser.ts";
import { expectSeries } from "../support/series.ts";
import { consumer, INSTALL_MS, manifestOf, programOf, run } from "./support.ts";

const { ensureEngine } = await import(new URL("../../scripts/setup.mjs", import.meta.url).href);
const { decay, solve, solveModel } = await import(new URL("../web/library/program.js", import.meta.url).href);

const text = readFileSync(join(root, "examples", "two-qubits.json"), "utf8");
const platform = `${process.platform}-${process.arch}`;
const bun = { arm64: "aarch64" }[process.arch as string] ?? process.arch;
// Node 20 has relaxed SIMD behind a flag.
const flags = process.versions.node.startsWith("20.") ? ["--experimental-wasm-relaxed-simd"] : [];
const engines = [
  { name: "this Node", command: process.execPath, args: flags },
  { name: "Node 22", command: programOf(`node-22-${platform}/bin/node`), args: [] },
  { name: "Node 24", command: await ensureEngine(), args: [] },
  { name: "Node 26", command: programOf(`node-26-${platform}/bin/node`), args: [] },
  { name: "Deno", command: programOf(`@deno/${platform}-glibc/deno`), args: ["run", "--allow-all"] },
  { name: "Bun", command: programOf(`@oven/bun-${process.platform}-${bun}/bin/bun`), args: [] },
].filter(({ command }) => command !== undefined);

let folder: string;
beforeAll(async () => {
  const programs = ["engine", "thread", "slim"].map((name) => `test/package/programs/${name}.mjs`);
  folder = await consumer(["lindblad"], [...programs, "test/web/library/program.js", "examples/two-qubits.json"]);
}, INSTALL_MS);

/** Relative to a solver's tolerance of 1e-10 on three quanta: the error of five decay times' worth of steps. */
const CLOSED_FORM = 5 * 3 * 1e-10;

describe.each(engines)("$name", ({ command, args }) => {
  const of = async (program: string) =>
    JSON.parse(await run(command!, [...args, join(folder, `${program}.mjs`)], folder));

  test("imports and requires every entry, and computes what the sources do", async () => {
    const found = await of("engine");
    const entries = Object.entries(manifestOf(folder, "lindblad").exports as Record<string, { types?: string }>)
      .filter(([, { types }]) => types !== undefined)
      .map(([path]) => path.replace(".", "lindblad"));
    expect(Object.keys(found.imported)).toEqual(entries);
    expect(Math.min(...Object.values<number>(found.imported))).toBeGreaterThan(0);
    expect(found.required).toEqual(found.imported);
    expect(found.one).toBe(true);

    await lindblad.init({ isa: "simd" });
    const { n } = decay(lindblad);
    const { decay: alone, ...solved } = found.builds.simd;
    expect(solved).toEqual(JSON.parse(JSON.stringify(solve(lindblad))));
    expect(alone.n).toEqual(n);
    expect(found.pool).toEqual([n, n, n]);
    expect(found.thread.n).toEqual(n);
    for (const { off } of [alone, found.builds.relaxed.decay]) expect(off).toBeLessThan(CLOSED_FORM);
    expect(found.builds.relaxed.driven.stats[3]).toBe("relaxed");
    expect(found.schema).toEqual({ id: "https://json-schema.org/draft/2020-12/schema", same: true });
    const { series, ...said } = found.model;
    const { series: here, ...same } = solveModel(model, io, text);
    expect(said).toEqual(same);
    expectSeries(series, here);
  });

  test("lindblad/slim computes once it has the package's bytes, and is one library with lindblad", async () => {
    const { refused, decay, one } = await of("slim");
    expect({ refused, one }).toEqual({ refused: "KERNEL_UNAVAILABLE", one: true });
    expect(decay.off).toBeLessThan(CLOSED_FORM);
  });
});
