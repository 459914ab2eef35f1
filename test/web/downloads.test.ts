/**
 * What the page gives to download, in real Chromium: the files of what is shown, after sliders were moved.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runModel } from "../../bindings/model/index.ts";
import { lindblad, scratch } from "../cli/lindblad.ts";
import { type Site, serve, startBrowser, type Visit } from "../support/browser.ts";
import { makePython, PYTHON_TIMEOUT } from "../support/python.ts";
import { BUILT, example, openPage, setNumber, settled } from "./page.ts";

const directory = scratch();
const model = example("two-qubits");
const moved = { ...model, parameters: { ...model.parameters, g: -0.4, c: 0.05 } };
const { series, times } = runModel(moved);
/**
 * How far numbers of two builds of the kernel, and of two engines' exp, may be apart: roundings of a state of 16 elements, in some hundred steps
 * of a handful of operations, over what the temperatures and rates of small populations divide by.
 */
const CLOSE = 1e-9;

let site: Site;
let browser: Browser;
let visit: Visit;
beforeAll(async () => {
  site = await serve({ "/": BUILT });
  browser = await startBrowser();
  visit = await openPage(browser, site.url);
  await setNumber(visit.page, "g", -0.4);
  await setNumber(visit.page, "c", 0.05);
  await settled(visit.page);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  rmSync(directory, { recursive: true });
});

/** The file that a button gives: its name, and where it lies. */
async function downloaded(page: Page, button: string | RegExp): Promise<{ name: string; path: string }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  const name = download.suggestedFilename();
  const path = join(directory, name);
  await download.saveAs(path);
  expect(visit.faults).toEqual([]);
  return { name, path };
}

async function fromMenu(kind: string | RegExp): Promise<{ name: string; path: string }> {
  await visit.page.locator("summary", { hasText: "Download" }).click();
  const file = await downloaded(visit.page, kind);
  expect(await visit.page.locator("details.menu").getAttribute("open")).toBeNull();
  return file;
}

/** Columns of a table by name. */
function columns(path: string): Map<string, number[]> {
  const [header, ...rows] = readFileSync(path, "utf8")
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
  return new Map(header!.map((name, column) => [name, rows.map((row) => Number(row[column]))]));
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  for (const [k, value] of Array.from(expected).entries()) {
    if (Number.isFinite(value)) expect(Math.abs(actual[k]! - value), what).toBeLessThan(CLOSE * (1 + Math.abs(value)));
    else expect(actual[k], what).toBe(value);
  }
}

describe("numbers", () => {
  it("as CSV are those of the run that is shown", async () => {
    const { name, path } = await fromMenu(/CSV/);
    expect(name).toMatch(/^[a-z0-9-]+\.csv$/);
    const table = columns(path);
    expectClose(table.get("t")!, times, "t");
    for (const [column, values] of Object.entries(series)) expectClose(table.get(column)!, values, column);
  });

  it(
    "as npz open in numpy, states included",
    async () => {
      const python = await makePython();
      const { name, path } = await fromMenu(/npz/);
      expect(name).toMatch(/^[a-z0-9-]+\.npz$/);
      const found = python(
        `
import json, sys, numpy
file = numpy.load(sys.argv[1], allow_pickle=False)
print(json.dumps({
  "chi": file["U_chi"].tolist(),
  "states": file["states"].shape,
  "traces": abs(numpy.trace(file["states"], axis1=1, axis2=2) - 1).max(),
}))`,
        path,
      ) as { chi: number[]; states: number[]; traces: number };
      expectClose(found.chi, series.U_chi!, "U_chi");
      expect(found.states).toEqual([times.length, 4, 4]);
      expect(found.traces).toBeLessThan(CLOSE);
    },
    PYTHON_TIMEOUT,
  );
});

it("the model's file has what was moved, and the command line runs it to the same numbers", async () => {
  const { name, path } = await fromMenu(/Model file/);
  expect(name).toMatch(/^[a-z0-9-]+\.json$/);
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ parameters: moved.parameters });
  const out = join(directory, "out");
  expect(await lindblad("run", path, "--out", out)).toMatchObject({ code: 0 });
  expectClose(columns(join(out, "series.csv")).get("U_chi")!, series.U_chi!, "U_chi");
});

describe("figures", () => {
  /** As it is laid out for files, and pixels of its image for one of its own. */
  const [WIDTH, SCALE] = [640, 2];

  it("as SVG are files of their own, which need nothing else", async () => {
    const { page } = visit;
    const labels = await page
      .getByRole("button", { name: /as SVG$/ })
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")!));
    expect(labels.length).toBeGreaterThanOrEqual(5);
    for (const label of labels) {
      const { name, path } = await downloaded(page, label);
      expect(name).toMatch(/^[a-z0-9-]+\.svg$/);
      const text = readFileSync(path, "utf8");
      const found = await page.evaluate((text) => {
        const { documentElement: svg } = new DOMParser().parseFromString(text, "image/svg+xml");
        const links = [...svg.querySelectorAll("*")].flatMap((element) =>
          ["href", "xlink:href", "src"].map((name) => element.getAttribute(name)).filter((link) => link !== null),
        );
        return { root: svg.localName, namespace: svg.namespaceURI, width: svg.getAttribute("width"), links };
      }, text);
      expect(found, name).toMatchObject({ root: "svg", namespace: "http://www.w3.org/2000/svg", width: String(WIDTH) });
      expect(
        found.links.filter((link) => !link!.startsWith("#")),
        name,
      ).toEqual([]);
      expect(text, name).not.toMatch(/@import|url\((?!["']?#)|<script/);
    }
  });

  it("as PNG are images of twice the size", async () => {
    const { page } = visit;
    const svg = readFileSync((await downloaded(page, /^Energies.* as SVG$/)).path, "utf8");
    const { name, path } = await downloaded(page, /^Energies.* as PNG$/);
    expect(name).toMatch(/^[a-z0-9-]+\.png$/);
    const bytes = readFileSync(path);
    expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
    const height = Number(/height="([\d.]+)"/.exec(svg)![1]);
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([SCALE * WIDTH, Math.round(SCALE * height)]);
    // something is drawn: more than one colour in it
    const colours = await page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d")!;
      canvas.drawImage(image, 0, 0);
      return new Set(new Uint32Array(canvas.getImageData(0, 0, image.width, image.height).data.buffer)).size;
    }, bytes.toString("base64"));
    expect(colours).toBeGreaterThan(10);
  });
});
