/**
 * What the page gives to download, in real Chromium: the files of what is shown, after sliders were moved.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel, runModel } from "../../bindings/model/index.ts";
import { encodeModel } from "../../web/src/share/link.ts";
import { lindblad, scratch } from "../cli/lindblad.ts";
import type { Visit } from "../support/browser.ts";
import { makePython, PYTHON_TIMEOUT } from "../support/python.ts";
import { CLOSE, columns, download, downloadFromMenu, expectClose, type Saved } from "./download.ts";
import { example, HEAVY, openPage, playground, setNumber, settled } from "./page.ts";

const directory = scratch();
const model = example("two-qubits");
const moved = { ...model, parameters: { ...model.parameters, g: -0.4, c: 0.05 } };
const { series, times } = runModel(moved);
const at = playground();
let visit: Visit;
beforeAll(async () => {
  visit = await openPage(at.browser, at.url);
  await setNumber(visit.page, "g", -0.4);
  await setNumber(visit.page, "c", 0.05);
  await settled(visit.page);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The file that a button gives. */
async function save(button: string | RegExp): Promise<Saved> {
  const file = await download(visit.page, button, directory);
  expect(visit.faults).toEqual([]);
  return file;
}

async function fromMenu(kind: RegExp): Promise<Saved> {
  const file = await downloadFromMenu(visit.page, kind, directory);
  expect(visit.faults).toEqual([]);
  return file;
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
  expect(name).toBe("two-qubits-exchange-energy-through-their-correlation.json");
  // the page leaves out where the schema is in the repository
  const { $schema: _, ...own } = moved;
  expect(loadModel(readFileSync(path, "utf8"))).toEqual(own);
  const out = join(directory, "out");
  expect(await lindblad("run", path, "--out", out)).toMatchObject({ code: 0 });
  expectClose(columns(join(out, "series.csv")).get("U_chi")!, series.U_chi!, "U_chi");
});

it("files are called after what they hold, also while a later model is computed", async () => {
  const { page, close } = await openPage(at.browser, at.url);
  try {
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      await encodeModel(HEAVY),
    );
    await page.waitForSelector(".progress");
    expect((await downloadFromMenu(page, /Model file/, directory)).name).toBe("a-long-run.json");
    expect((await downloadFromMenu(page, /CSV/, directory)).name).toMatch(/^two-qubits-/);
  } finally {
    await close();
  }
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
      const { name, path } = await save(label);
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
      expect(text, name).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg /);
      expect(text, name).not.toMatch(/@import|url\((?!["']?#)|<script|<style|style=|NaN/);
    }
  });

  it("as PNG are images of twice the size", async () => {
    const { page } = visit;
    const svg = readFileSync((await save(/^Energies.* as SVG$/)).path, "utf8");
    const { name, path } = await save(/^Energies.* as PNG$/);
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
