/**
 * The pool in a real browser: Chromium loads dist as it is, and must get the numbers that Node gets.
 * Needs Chromium or Chrome: `CHROMIUM` is its path, if it is in none of the usual places.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oscillator, testPool } from "./support.ts";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };
const root = fileURLToPath(new URL("../../", import.meta.url));

function browserPath(): string {
  const path = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (path === undefined) {
    throw new Error(
      "no Chromium or Chrome was found; install one (apt-get install chromium) or set CHROMIUM to its path",
    );
  }
  return path;
}

/** Serves dist and the page, whose workers `policy` (a Content-Security-Policy) may forbid, and takes its report. */
function serve(report: (text: string) => void): Server {
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://localhost");
    if (request.method === "POST") {
      let text = "";
      request.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        response.end();
        report(text);
      });
      return;
    }
    const file = join(root, normalize(pathname === "/" ? "/test/pool/page.html" : pathname));
    if (!existsSync(file) || !/^\/(dist\/.*)?$/.test(pathname)) {
      response.writeHead(404).end();
      return;
    }
    const policy = searchParams.get("policy");
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      ...(policy ? { "content-security-policy": policy } : {}),
    });
    response.end(readFileSync(file));
  });
}

let server: Server;
let address: string;
let report: (text: string) => void = () => {};
beforeAll(async () => {
  server = serve((text) => report(text));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What the page posts; an error when the browser ends without it. */
async function visit(query: string): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), "lindblad-browser-"));
  let browser: ChildProcess | undefined;
  try {
    return await new Promise((resolve, reject) => {
      report = (text) => resolve(JSON.parse(text));
      let output = "";
      browser = spawn(browserPath(), [...FLAGS, `--user-data-dir=${profile}`, `${address}/?${query}`], {
        stdio: ["ignore", "ignore", "pipe"],
        // Before vitest gives up, which would leave it running.
        timeout: 50_000,
      });
      browser.stderr!.setEncoding("utf8").on("data", (chunk) => {
        output = (output + chunk).slice(-5000);
      });
      browser.on("error", reject);
      browser.on("exit", (code) =>
        reject(new Error(`the browser ended (exit code ${code}) without a report:\n${output}`)),
      );
    });
  } finally {
    if (browser?.exitCode === null && browser.kill()) await new Promise((resolve) => browser?.once("close", resolve));
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

describe("in a browser", () => {
  it("a worker computes what Node computes; the page stays awake; a signal ends the run", async () => {
    const [H, psi, times, options] = oscillator();
    const workers = testPool({ init: { isa: "simd" } });
    const { expect: values, finalState, stats } = await workers.mesolve(H, psi, times, options);
    const { re, im } = values.a as { re: Float64Array; im: Float64Array };
    expect(await visit("case=run")).toEqual({
      result: {
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
    });
  });

  it("workers that start but fail, or whose script is not there, reject", async () => {
    const [ours, none, late] = (await visit("case=refused")) as [unknown[], unknown[], unknown[]];
    // Without a policy ours does start.
    expect(ours).toEqual([false, null, null]);
    expect(none).toEqual([true, "start", expect.stringContaining("its script could not be loaded")]);
    expect(late).toEqual([true, "run", expect.stringContaining("boom")]);
  });

  it("a policy that forbids workers rejects", async () => {
    const policy = encodeURIComponent("worker-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'");
    const errors = (await visit(`case=refused&policy=${policy}`)) as unknown[][];
    expect(errors).toHaveLength(3);
    for (const error of errors) expect(error).toEqual([true, "start", expect.stringContaining("did not start")]);
  });
});
