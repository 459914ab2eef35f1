/**
 * What tests do on the playground's page.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { loadModel, type Model, runModel } from "../../bindings/model/index.ts";
import { root, type Site, serve, startBrowser, type Visit, visit } from "../support/browser.ts";

/** The page as it was built. */
const BUILT = join(root, "web", "dist");

/** A browser, and the page as a server has it, for all tests of a file. */
export interface Playground {
  readonly browser: Browser;
  /** Of the page. */
  readonly url: string;
}

/** Starts both before the tests of a file and ends them after these; what is returned is filled by then. @param path of the page */
export function playground(path = "/"): Playground {
  const made: { browser?: Browser; site?: Site; url?: string } = {};
  beforeAll(async () => {
    made.site = await serve({ [path]: BUILT });
    made.url = made.site.url;
    made.browser = await startBrowser();
  });
  afterAll(async () => {
    await made.browser?.close();
    await made.site?.close();
  });
  return made as Playground;
}

/** The page when its first run is there. */
export async function openPage(browser: Browser, url: string, options?: BrowserContextOptions): Promise<Visit> {
  const opened = await visit(browser, url, options);
  await opened.page.waitForSelector("#results[aria-busy=false] .figures");
  return opened;
}

/** A parameter's slider, by the beginning of its label, as `ωA` or `g`. */
export const slider = (page: Page, label: string) =>
  page.locator(".slider", { has: page.locator(`label:text-matches("^${label}")`) });

/** Writes a number into the field of a parameter. */
export async function setNumber(page: Page, label: string, value: number): Promise<void> {
  await slider(page, label).locator("input.number").fill(String(value));
}

/** The numbers that the page shows beside their names. */
export async function readings(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll(".reading")].map((reading) => [
        [...reading.classList].find((name) => name !== "reading"),
        reading.querySelector("dd")!.firstChild!.textContent,
      ]),
    ),
  );
}

/** Waits until nothing is being computed or drawn: what is shown belongs to the sliders. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
}

/** A model file of examples/. */
export const example = (name: string): Model => loadModel(readFileSync(join(root, "examples", `${name}.json`), "utf8"));

/** As the page writes numbers: four places, and a minus sign. */
export const shown = (value: number) =>
  value
    .toFixed(4)
    .replace(/^-(0\.0000)$/, "$1")
    .replace("-", "−");

/** The readings of a run at its end. */
export function expected(model: Model): Record<string, string> {
  const measures = ["effectiveBetaA", "effectiveBetaB"] as const;
  const { series } = runModel({ ...model, measures: [...measures] } as Model);
  const last = (name: string) => series[name]!.at(-1)!;
  return {
    U_A: shown(last("U_A")),
    U_B: shown(last("U_B")),
    U_chi: shown(last("U_chi")),
    T_A: shown(1 / last("effective_beta_A")),
    T_B: shown(1 / last("effective_beta_B")),
  };
}

/** Two coupled oscillators and a time that takes minutes. */
export const HEAVY = {
  version: 1,
  kind: "lindblad",
  name: "A long run",
  parameters: { N: 40, g: 1 },
  dims: ["N", 2],
  operators: { a: "tensor(destroy(N), qeye(2))", s: "tensor(qeye(N), sigmam)" },
  hamiltonian: "a * dag(a) + dag(a) * a + g * (a + dag(a)) * (s + dag(s))",
  jumps: [{ op: "a", rate: 0.01 }],
  initial: "tensor(fock(N, 20), basis(2, 0))",
  times: { from: 0, to: 100000, count: 1001 },
  observables: { n: "dag(a) * a" },
  solver: { method: "tsit5", rtol: 1e-10, maxSteps: 1000000000 },
};
