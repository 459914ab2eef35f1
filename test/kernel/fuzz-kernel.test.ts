/**
 * Every function that the kernel exports, called with pointers, sizes and numbers that no binding would give it: it returns or traps, in bounded
 * time, and the process and all other instances live on.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { getKernel } from "../../bindings/kernel/load.ts";
import { isEnough, report, SECONDS, SEED } from "./fuzzing/budget.ts";
import { runCases } from "./fuzzing/threads.ts";
import { withMostPages } from "./traps.ts";

type Kind = "pointer" | "size" | "number";

/** Kinds of arguments by AssemblyScript's types. */
const KIND_OF_TYPE: Record<string, Kind> = { usize: "pointer", i32: "size", u32: "size", bool: "size", f64: "number" };
/** What the runtime of AssemblyScript exports, which no binding declares. */
const RUNTIME: Record<string, readonly Kind[]> = {
  __new: ["size", "size"],
  __pin: ["pointer"],
  __unpin: ["pointer"],
  __collect: [],
};

/** A case that takes longer than this is ended: a size of 2^31 may keep a loop busy for seconds. */
const MOST_MILLISECONDS = 300;
/** 16 MiB: a hostile size may otherwise have gigabytes filled with zeros. */
const MOST_PAGES = 256;
const AT_ONCE = 1500;

interface Report {
  readonly other: string[];
  readonly right: boolean;
}

const { build } = getKernel();
const wasm = withMostPages(new Uint8Array(readFileSync(`build/wasm/${build}.wasm`)), MOST_PAGES);

function callsOf(bytes: Uint8Array<ArrayBuffer>): { name: string; kinds: readonly Kind[] | undefined }[] {
  const module = new WebAssembly.Module(bytes);
  const [section] = WebAssembly.Module.customSections(module, "as-bind_bindings");
  const { exportedFunctions } = JSON.parse(new TextDecoder().decode(section)) as {
    exportedFunctions: Record<string, { parameters: string[] } | undefined>;
  };
  return WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === "function")
    .map(({ name }) => {
      const kinds = exportedFunctions[name]?.parameters.map((type) => KIND_OF_TYPE[type]);
      return { name, kinds: RUNTIME[name] ?? (kinds?.includes(undefined) ? undefined : (kinds as Kind[] | undefined)) };
    });
}

it("has a kind for every argument of every function it exports", () => {
  const calls = callsOf(wasm);
  expect(calls.length).toBeGreaterThan(100);
  expect(calls.filter(({ kinds }) => kinds === undefined).map(({ name }) => name)).toEqual([]);
});

it("returns or traps, whatever it is called with", { timeout: 1000 * (SECONDS + 120) }, async () => {
  const calls = callsOf(wasm);
  const started = performance.now();
  const script = new URL("./fuzzing/kernel-thread.mjs", import.meta.url);
  const total = { cases: 0, returned: 0, trapped: 0, aborted: 0 };
  const overtime: string[] = [];
  do {
    const range = [total.cases, total.cases + AT_ONCE] as const;
    const ended = await runCases<Report>(script, { wasm, calls, seed: SEED }, range, MOST_MILLISECONDS);
    for (const index of ended.overtime) overtime.push(calls[index % calls.length]!.name);
    const [returned, trapped, aborted, others] = ended.counts as [number, number, number, number];
    total.cases += AT_ONCE;
    total.returned += returned;
    total.trapped += trapped;
    total.aborted += aborted;
    expect(ended.messages.flatMap(({ other }) => other)).toEqual([]);
    expect(others).toBe(0);
    for (const { right } of ended.messages) expect(right).toBe(true);
  } while (!isEnough(total.cases, started));
  expect(total.returned + total.trapped + total.aborted + overtime.length).toBe(total.cases);
  expect(total.returned).toBeGreaterThan(total.cases / 10);
  expect(total.trapped).toBeGreaterThan(total.cases / 10);
  // Loops over a hostile size that touch no memory, or all of it again and again.
  expect(overtime.length).toBeLessThan(total.cases / 100);
  report("exported functions of the kernel", { ...total, overtime: overtime.length });
});
