/**
 * The library in a browser without a bundler: its modules from a static server, as they are packed, in a page and in a module worker, under a
 * policy that forbids eval. The numbers are those of Node, to the bit.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as lindblad from "../../bindings/index.ts";
import * as io from "../../bindings/io/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import * as model from "../../bindings/model/index.ts";
import { dist } from "../pool/support.ts";
import { found, POLICY, root, type Site, serve, startBrowser } from "../support/browser.ts";
import { expectSeries } from "../support/series.ts";

const { solve, solveModel } = await import(new URL("library/program.js", import.meta.url).href);
/** The debug build computes what the release build does. */
const isa = getKernel().build === "relaxed" ? "relaxed" : "simd";

/** A page cannot say which of its files a bare `import "zod"` means but in an import map, which is inline: its hash allows it. */
function policyWith(page: string): string {
  const map = /<script type="importmap">([\s\S]*?)<\/script>/.exec(page)![1]!;
  const hash = createHash("sha256").update(map).digest("base64");
  return POLICY.replace("script-src 'self'", `script-src 'self' 'sha256-${hash}'`);
}

const FOLDERS = {
  "/some/path/page/": join(root, "test", "web", "library"),
  "/some/path/lindblad/": join(root, "dist"),
  "/some/path/modules/": join(root, "node_modules"),
  "/some/path/examples/": join(root, "examples"),
};

let browser: Browser;
let plain: Site;
let mapped: Site;
beforeAll(async () => {
  dist("index.js");
  plain = await serve(FOLDERS);
  const page = readFileSync(join(root, "test", "web", "library", "model.html"), "utf8");
  mapped = await serve(FOLDERS, { "content-security-policy": policyWith(page) });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([plain?.close(), mapped?.close()]);
});

describe("the library as a static server has it", () => {
  it.each([
    ["lindblad", "full", "a page", "page"],
    ["lindblad", "full", "a module worker", "worker"],
    ["lindblad/slim with a kernel that is fetched", "slim", "a page", "page"],
    ["lindblad/slim with a kernel that is fetched", "slim", "a module worker", "worker"],
  ])("%s computes what Node computes (%s) in %s", async (_name, library, _where, place) => {
    const expected = solve(lindblad);
    expect(expected.driven.stats[3]).toBe(getKernel().build);
    expected.driven.stats[3] = isa === "relaxed" ? "relaxed" : "release";
    const url = `${plain.url}?library=${library}&in=${place}&isa=${isa}`;
    expect(await found(browser, url)).toEqual({ result: expected, faults: [] });
  });

  it("lindblad/model and lindblad/io, with an import map for what they depend on", async () => {
    const text = readFileSync(join(root, "examples", "two-qubits.json"), "utf8");
    const { series, ...others } = solveModel(model, io, text);
    expect(others.fault).toContain("versoin");
    const { result, faults } = await found(browser, `${mapped.url}model.html?isa=${isa}`);
    const { series: there, ...said } = result as { series: Record<string, number[]> };
    expect(faults).toEqual([]);
    expect(said).toEqual(others);
    expectSeries(there, series);
  });
});
