/**
 * Files that the page gives to download, and the numbers in them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/**
 * How far numbers of two builds of the kernel, and of two engines' exp, may be apart: roundings of a state of 16 elements, in some hundred steps
 * of a handful of operations, over what the temperatures and rates of small populations divide by.
 */
export const CLOSE = 1e-9;

export interface Saved {
  readonly name: string;
  readonly path: string;
}

/** The file that a button gives, saved in a directory. */
export async function download(page: Page, button: string | RegExp, directory: string): Promise<Saved> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
  const name = file.suggestedFilename();
  const path = join(directory, name);
  await file.saveAs(path);
  return { name, path };
}

/** The same, of the menu of files. */
export async function downloadFromMenu(page: Page, kind: RegExp, directory: string): Promise<Saved> {
  await page.locator("summary", { hasText: "Download" }).click();
  const file = await download(page, kind, directory);
  expect(await page.locator("details.menu").getAttribute("open")).toBeNull();
  return file;
}

/** Columns of a table by name. */
export function columns(path: string): Map<string, number[]> {
  const [header, ...rows] = readFileSync(path, "utf8")
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
  return new Map(header!.map((name, column) => [name, rows.map((row) => Number(row[column]))]));
}

export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  for (const [k, value] of Array.from(expected).entries()) {
    if (Number.isFinite(value)) expect(Math.abs(actual[k]! - value), what).toBeLessThan(CLOSE * (1 + Math.abs(value)));
    else expect(actual[k], what).toBe(value);
  }
}
