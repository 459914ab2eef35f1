/** The command, installed and not installed: `npx @lindblad/cli` in an empty folder, from a registry that has these packages. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PACKAGES, packed } from "../../scripts/packed.mjs";
import { root } from "../support/browser.ts";
import { INSTALL_MS } from "./support.ts";

const MODEL = join(root, "examples", "two-qubits.json");
const { version } = JSON.parse(readFileSync(join(root, "cli", "package.json"), "utf8"));

let folder: string;
let npx: (...args: string[]) => Promise<string>;
let registry: Awaited<ReturnType<typeof serveRegistry>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lindblad-npx-"));
  const setting = async (name: string) => (await promisify(execFile)("npm", ["config", "get", name])).stdout.trim();
  registry = await serveRegistry(await setting("registry"));
  // What has been downloaded before is at hand; what npx installs is new.
  const cache = join(folder, "cache");
  mkdirSync(cache);
  symlinkSync(join(await setting("cache"), "_cacache"), join(cache, "_cacache"));
  const env = { ...process.env, npm_config_registry: registry.url, npm_config_cache: cache };
  const empty = join(folder, "empty");
  mkdirSync(empty);
  npx = async (...args) => {
    const all = ["--yes", "--prefer-offline", "--ignore-scripts", "--prefix", empty, ...args];
    return (await promisify(execFile)("npx", all, { cwd: empty, env, timeout: INSTALL_MS })).stdout;
  };
}, INSTALL_MS);
afterAll(() => {
  registry?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("npx @lindblad/cli runs it where nothing is installed", { timeout: INSTALL_MS }, async () => {
  expect((await npx("@lindblad/cli", "--version")).trim()).toBe(version);
  expect(await npx("@lindblad/cli", "check", MODEL)).toContain("two-qubits");
  await npx("@lindblad/cli", "run", MODEL, "--out", join(folder, "out"));
  const { comparisons } = JSON.parse(readFileSync(join(folder, "out", "result.json"), "utf8"));
  expect(comparisons.map(({ series }: { series: string }) => series)).toEqual(["delta_U_chi"]);
  // A hundred times the model's tolerance of 1e-12, for an energy of order 1.
  expect(comparisons[0].maxDifference).toBeLessThan(1e-10);
});

test("npx lindblad says that the library has no command", { timeout: INSTALL_MS }, async () => {
  await expect(npx("lindblad", "--version")).rejects.toThrow("could not determine executable to run");
});

/** A registry that has the packages as packed, and for any other sends on to the one that npm uses. */
async function serveRegistry(upstream: string) {
  const archives = await packed();
  const documents = new Map<string, string>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!.slice(1));
    const document = documents.get(path);
    const archive = path.startsWith("archive/") ? archives[path.slice("archive/".length)] : undefined;
    if (document !== undefined) {
      response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" }).end(document);
    } else if (archive !== undefined) {
      createReadStream(archive).pipe(response.writeHead(200, { "cache-control": "no-store" }));
    } else {
      response.writeHead(302, { location: new URL(request.url!, upstream).href }).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  for (const [name, source] of Object.entries(PACKAGES)) {
    const manifest = JSON.parse(readFileSync(join(root, source, "package.json"), "utf8"));
    const integrity = `sha512-${createHash("sha512").update(readFileSync(archives[name]!)).digest("base64")}`;
    const dist = { tarball: `${url}archive/${name}`, integrity };
    const versions = { [manifest.version]: { ...manifest, dist } };
    documents.set(name, JSON.stringify({ name, "dist-tags": { latest: manifest.version }, versions }));
  }
  return { url, close: () => server.close() };
}
