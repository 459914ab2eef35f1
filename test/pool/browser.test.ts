/**
 * The pool in a real browser: Chromium loads dist as it is, and must get the numbers that Node gets.
 * Needs Chromium or Chrome: `CHROMIUM` is its path, if it is in none of the usual places.
 */
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { found, POLICY, root, serve, startBrowser } from "../support/browser.ts";
import { oscillator, testPool } from "./support.ts";

const FOLDERS = { "/test/pool/page/": join(root, "test", "pool", "page"), "/dist/": join(root, "dist") };

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

/** What the page finds in a case, under a policy or none. */
async function visit(name: string, policy?: string) {
  const site = await serve(FOLDERS, policy === undefined ? {} : { "content-security-policy": policy });
  try {
    return await found(browser, `${site.url}?case=${name}`);
  } finally {
    await site.close();
  }
}

describe("in a browser", () => {
  it("a worker computes what Node computes; the page stays awake; a signal ends the run", async () => {
    const [H, psi, times, options] = oscillator();
    const workers = testPool({ init: { isa: "simd" } });
    const { expect: values, finalState, stats } = await workers.mesolve(H, psi, times, options);
    const { re, im } = values.a as { re: Float64Array; im: Float64Array };
    expect(await visit("run", POLICY)).toEqual({
      result: {
        run: {
          times: [0, 0.5, 1],
          n: [...values.n],
          a: [[...re], [...im]],
          state: [...finalState.toDense()],
          stats: [stats.method, stats.form, stats.steps, "release", stats.minEigenvalue],
        },
        reason: "after 3 reports, at true",
        ticked: true,
        timeout: "TimeoutError",
        again: 3,
        error: ["DIMENSION_MISMATCH", "dims [8]"],
        closed: "POOL_CLOSED",
      },
      faults: [],
    });
  });

  it("workers that start but fail, or whose script is not there, reject", async () => {
    const [ours, none, late] = (await visit("refused")).result as [unknown[], unknown[], unknown[]];
    // Without a policy ours does start.
    expect(ours).toEqual([false, undefined, undefined]);
    expect(none).toEqual([true, "start", expect.stringContaining("its script could not be loaded")]);
    expect(late).toEqual([true, "run", expect.stringContaining("boom")]);
  });

  it("a policy that forbids workers rejects", async () => {
    const { result, faults } = await visit("refused", POLICY.replace("worker-src 'self'", "worker-src 'none'"));
    const refused = [true, "start", expect.stringContaining("did not start")];
    expect(result).toEqual([refused, refused, refused]);
    expect(faults.join()).toContain("worker-src");
  });
});
