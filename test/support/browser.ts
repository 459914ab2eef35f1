/**
 * Real Chromium and a static server. Whatever goes wrong in a page is collected: an error on the console, a violation of the page's security policy,
 * a request that failed or went elsewhere.
 */
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { CHROMIUM_FLAGS, chromiumPath } from "../../scripts/chromium.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The policy that the playground must live under: that of its own page, as a server's header. */
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src 'self' data: blob:; " +
  "style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

export interface Site {
  /** Ends in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves folders, each below a path that begins and ends with a slash; nothing outside of them.
 * @param headers of every response, besides its type
 */
export async function serve(
  folders: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = { "content-security-policy": POLICY },
): Promise<Site> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, "http://localhost");
    const [path, folder] = Object.entries(folders).find(([prefix]) => pathname.startsWith(prefix)) ?? [];
    const name = normalize(decodeURIComponent(pathname.slice(path?.length ?? 0))) || ".";
    const file = folder && !name.startsWith("..") ? join(folder, name.endsWith(".") ? "index.html" : name) : "";
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", ...headers });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${Object.keys(folders)[0]}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @throws when there is no Chromium */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_FLAGS] });
}

/** A page in a context of its own, and what went wrong in it so far. */
export interface Visit {
  readonly page: Page;
  /** Empty, or the test has failed. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning", "assert"].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^http/.test(protocol) && origin !== new URL(url).origin) faults.push(`elsewhere: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

/** What the promise `found`, which a page's script leaves behind, comes to; and what went wrong in the page meanwhile. */
export async function found(browser: Browser, url: string): Promise<{ result: unknown; faults: readonly string[] }> {
  const { page, faults, close } = await visit(browser, url);
  try {
    return { result: await page.evaluate(() => (globalThis as unknown as { found: Promise<unknown> }).found), faults };
  } finally {
    await close();
  }
}
