/**
 * The page leaves out parts of d3 that Plot imports and no figure reaches: the same figures, a smaller file, and a clear word where one is
 * reached after all.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { parseHTML } from "linkedom";
import { type OutputChunk, rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Figures from "../../plot/src/index.ts";
import { lean } from "../../web/lean.ts";
import { emptied } from "../../web/src/lean/left-out.ts";
import { capacities, exchange, hermitian, kets, twoQubits } from "../plot/fixtures.ts";
import { hostile } from "../plot/hostile.ts";

const folder = mkdtempSync(join(tmpdir(), "lindblad-lean-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Bundle {
  readonly code: string;
  readonly figures: typeof Figures;
}

async function bundle(name: string, alias: Readonly<Record<string, string>>): Promise<Bundle> {
  const input = new URL("../../plot/src/index.ts", import.meta.url).pathname;
  const build = await rolldown({ input, platform: "browser", resolve: { alias }, logLevel: "silent" });
  const file = join(folder, `${name}.mjs`);
  const { output } = await build.write({ file, format: "esm", minify: true });
  await build.close();
  return { code: (output[0] as OutputChunk).code, figures: await import(pathToFileURL(file).href) };
}

let [full, small]: Bundle[] = [];
beforeAll(async () => {
  [full, small] = [await bundle("full", {}), await bundle("small", lean)];
}, 60_000);

/** Every kind of figure, as text. */
function draw(figures: typeof Figures): Record<string, string> {
  const { document } = parseHTML("<p></p>");
  const decay = Array.from(twoQubits.times, (t) => Math.exp(-t));
  const drawn: Record<string, SVGSVGElement> = {};
  for (const theme of ["light", "dark"] as const) {
    for (const width of [300, 860]) {
      const options = { document, theme, width };
      const add = (name: string, figure: SVGSVGElement) => {
        drawn[`${name}, ${width}, ${theme}`] = figure;
      };
      for (const [name, data] of Object.entries({ twoQubits, exchange, ...hostile })) {
        add(name, figures.seriesFigure(data, options));
        for (const panel of figures.panelsOf(data)) {
          add(`${panel} of ${name}`, figures.panelFigure(data, panel, { ...options, cursor: data.times[0] }));
        }
      }
      add("flows", figures.flowsFigure(twoQubits, options));
      add("capacity", figures.capacityFigure(capacities.plain!, options));
      add("matrix", figures.hintonFigure({ ...hermitian(4), labels: kets(4, 2) }, options));
      add("populations", figures.populationsFigure({ populations: [0.1, 0.2, 0.3, 0.4], labels: kets(4, 2) }, options));
      add("levels", figures.levelsFigure({ energies: [0, 1, 1] }, options));
      add("spectrum", figures.spectrumFigure({ frequencies: [-1, 0, 1], values: [0.1, 2, 0.1] }, options));
      add("map", figures.wignerFigure({ x: [-1, 0, 1], y: [-2, 2], values: [0.5, 0, -0.25, 0, 0, 1] }, options));
      add("sphere", figures.blochFigure({ states: [{ vector: [0.6, 0, 0.8] }] }, options));
      add("traces", figures.tracesFigure({ times: twoQubits.times, expect: { decay }, stdError: { decay } }, options));
      add(
        "trajectories",
        figures.trajectoriesFigure({ times: twoQubits.times, runs: [decay], mean: decay, jumps: [[0.3]] }, options),
      );
      const sweep = { x: { name: "g", values: [0, 0, 1, 1] }, values: [0.5, 0, Number.NaN, 1], quantity: "U" };
      const y = { name: "k", values: [1, 10, 1, 10], scale: "log" as const };
      add("sweep", figures.sweepMapFigure({ ...sweep, y }, options));
      add("curves", figures.sweepCurvesFigure({ ...sweep, curves: y }, options));
    }
  }
  return Object.fromEntries(Object.entries(drawn).map(([name, figure]) => [name, figure.outerHTML]));
}

describe("figures without the parts of d3 that they do not reach", () => {
  it("are the same", () => {
    const expected = draw(full!.figures);
    expect(Object.keys(expected).length).toBeGreaterThan(150);
    expect(draw(small!.figures)).toEqual(expected);
  });

  it("are smaller by more than 16 kB, compressed", () => {
    const [more, less] = [full!, small!].map(({ code }) => gzipSync(code, { level: 9 }).length) as [number, number];
    expect(more - less).toBeGreaterThan(16_000);
  });

  it("say what is left out where something reaches it", async () => {
    for (const [name, file] of Object.entries(lean)) {
      const module: Record<string, unknown> = await import(pathToFileURL(file).href);
      const functions = Object.entries(module).filter(
        ([key, value]) => typeof value === "function" && key !== "geoTransform",
      );
      expect(functions.length).toBeGreaterThan(0);
      for (const [, value] of functions) expect(value).toThrow(`${name}: left out of this page`);
    }
    const colors = emptied("schemes");
    expect(() => colors[0]).toThrow("schemes: left out of this page, see web/src/lean");
    expect(() => [...colors]).toThrow("left out");
    expect(() => 0 in colors).toThrow("left out");
  });
});
