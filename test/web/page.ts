/**
 * What tests do on the playground's page.
 */
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { root, type Visit, visit } from "../support/browser.ts";

/** The page as it was built. */
export const BUILT = join(root, "web", "dist");

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
