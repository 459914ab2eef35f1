/**
 * Figures of maps, matrices, the Bloch sphere, levels, spectra and trajectories: what they show, and that text stands inside them.
 */
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  blochFigure,
  curvesFigure,
  type FigureOptions,
  hintonFigure,
  levelsFigure,
  populationsFigure,
  spectrumFigure,
  sweepCurvesFigure,
  sweepMapFigure,
  tracesFigure,
  trajectoriesFigure,
  wignerFigure,
} from "../../plot/src/index.ts";
import { svgFile } from "../../plot/src/node.ts";
import { contrast, expectInside, inherited, readFigure, textBoxes } from "./boxes.ts";

const draw = (figure: (options: FigureOptions) => SVGSVGElement, options: Omit<FigureOptions, "document"> = {}) =>
  readFigure(svgFile((document) => figure({ document, ...options })));

const times = Array.from({ length: 21 }, (_, k) => k / 10);
const decay = times.map((t) => Math.exp(-t));
const error = times.map((t) => 0.1 * t);
const identity = (n: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));
const map = { x: [-1, 0, 1], y: [-2, 2], values: [0.5, 0, -0.25, 0, 0, 1] };

/** A grid of two parameters, point by point. */
const grid = {
  x: { name: "g", values: [0, 0, 1, 1, 2, 2] },
  y: { name: "kappa", values: [0.1, 10, 0.1, 10, 0.1, 10], scale: "log" as const },
  values: [0.5, 0, -0.25, Number.NaN, 0, 1],
  quantity: "U_chi_end",
};

const curves = {
  x: { name: "time Γt", values: times },
  curves: [
    { label: "n_1", values: decay, stdError: error, exact: decay },
    { label: "n_2", x: [2, 1, 0], values: [1, Number.NaN, 0] },
  ],
  quantity: "photon number",
  formula: "exp(−Γt)",
  marks: [{ at: 1, label: "lifetime" }],
};

const figures: Record<string, (options: FigureOptions) => SVGSVGElement> = {
  traces: (options) => tracesFigure({ times, expect: { n: decay }, stdError: { n: error } }, options),
  trajectories: (options) =>
    trajectoriesFigure({ times, runs: [decay, decay], mean: decay, jumps: [[0.3], []] }, options),
  map: (options) => wignerFigure(map, options),
  matrix: (options) => hintonFigure({ re: identity(3) }, options),
  bloch: (options) => blochFigure({ states: [{ vector: [0.6, 0, 0.8], label: "psi" }] }, options),
  levels: (options) => levelsFigure({ energies: [1, 0, 1] }, options),
  populations: (options) => populationsFigure({ populations: [0.5, 0.3, 0.2] }, options),
  spectrum: (options) => spectrumFigure({ frequencies: [-1, 0, 1], values: [0.1, 2, 0.1] }, options),
  "sweep as a map": (options) => sweepMapFigure(grid, options),
  "sweep with a line of theory": (options) =>
    sweepMapFigure({ ...grid, boundary: { x: [0, 2], y: [0.1, 10], formula: "κ = 10ᵍ/10" } }, options),
  curves: (options) => curvesFigure(curves, options),
  "sweep as curves": (options) => sweepCurvesFigure({ ...grid, curves: grid.y }, options),
};

/** Pixels of an image, row by row from the top, as numbers of the palette. */
function pixelsOf(image: Element): number[][] {
  const bytes = Buffer.from(image.getAttribute("href")!.slice("data:image/png;base64,".length), "base64");
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const at = bytes.indexOf("IDAT");
  // inflateSync checks the sum at the end
  const raw = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  return Array.from({ length: height }, (_, k) => [...raw.subarray(k * (width + 1) + 1, (k + 1) * (width + 1))]);
}

const LONG = "W".repeat(200);

/** Awkward data: none, one, many, huge, tiny, long names, numbers that are none. */
const awkward: Record<string, (options: FigureOptions) => SVGSVGElement> = {
  "no times": (options) => tracesFigure({ times: [], expect: {} }, options),
  "one time": (options) => tracesFigure({ times: [0], expect: { n: [1e-12] }, quantity: "n" }, options),
  "thirty long series": (options) =>
    tracesFigure(
      { times, expect: Object.fromEntries(Array.from({ length: 30 }, (_, k) => [`${LONG}_${k}`, decay])) },
      options,
    ),
  "errors that are not finite": (options) =>
    tracesFigure({ times, expect: { n: decay }, stdError: { n: times.map(() => Number.POSITIVE_INFINITY) } }, options),
  "no runs": (options) => trajectoriesFigure({ times, runs: [], mean: decay }, options),
  "one point": (options) => wignerFigure({ x: [1e9], y: [1e-9], values: [0] }, options),
  "a long quantity": (options) => wignerFigure({ ...map, quantity: LONG, axes: [LONG, LONG] }, options),
  "a narrow map": (options) =>
    wignerFigure({ x: [0, 1], y: Array.from({ length: 50 }, (_, k) => k), values: new Float64Array(100) }, options),
  "a map with a gap": (options) => wignerFigure({ ...map, values: [Number.NaN, 0, 0, 0, 1e12, 0] }, options),
  "a matrix of zero": (options) => hintonFigure({ re: [[0]] }, options),
  "a large matrix": (options) =>
    hintonFigure({ re: identity(90), labels: identity(90).map((_, k) => `${LONG}${k}`) }, options),
  "an empty sphere, from above": (options) => blochFigure({ view: { elevation: Math.PI / 2 } }, options),
  "forty states": (options) =>
    blochFigure({ states: Array.from({ length: 40 }, () => ({ vector: [0, 0, 1], label: LONG })) }, options),
  "a sweep without points": (options) =>
    sweepMapFigure({ ...grid, x: { name: "g", values: [] }, y: { name: "h", values: [] }, values: [] }, options),
  "a sweep of one point": (options) =>
    sweepMapFigure(
      { ...grid, x: { name: LONG, values: [1e9] }, y: { name: LONG, values: [1e-9] }, values: [0], quantity: LONG },
      options,
    ),
  "a sweep all of which failed": (options) =>
    sweepMapFigure({ ...grid, values: grid.values.map(() => Number.NaN) }, options),
  "scattered points": (options) =>
    sweepMapFigure(
      {
        ...grid,
        x: { name: "g", values: times },
        y: { name: "h", values: decay },
        values: times.map((t) => (t > 1 ? t : Number.NaN)),
      },
      options,
    ),
  "a curve of nothing": (options) => sweepCurvesFigure({ ...grid, values: grid.values.map(() => Number.NaN) }, options),
  "forty curves over decades": (options) =>
    sweepCurvesFigure(
      {
        ...{ x: { name: "x", values: times.flatMap(() => times.map((t) => 1e-30 * 10 ** (30 * t))), scale: "log" } },
        ...{ values: times.flatMap((t) => times.map((u) => t * u)), quantity: LONG },
        curves: { name: LONG, values: times.flatMap((t) => times.map(() => t)) },
      },
      options,
    ),
  "no curves": (options) =>
    curvesFigure({ x: { name: "x", values: [] }, curves: [], quantity: LONG, formula: LONG }, options),
  "curves of nothing": (options) =>
    curvesFigure({ ...curves, scale: "log", curves: [{ label: LONG, values: times.map(() => -1) }] }, options),
  "marks at both ends": (options) =>
    curvesFigure({ ...curves, marks: [0, 2].map((at) => ({ at, label: LONG })) }, options),
  "no levels": (options) => levelsFigure({ energies: [] }, options),
  "two hundred levels": (options) =>
    levelsFigure({ energies: times.flatMap(() => times), labels: times.flatMap(() => times.map(() => LONG)) }, options),
  "no populations": (options) => populationsFigure({ populations: [] }, options),
  "five hundred populations": (options) =>
    populationsFigure({ populations: new Float64Array(500).fill(1e-12) }, options),
  "a huge spectrum": (options) =>
    spectrumFigure({ frequencies: [1e9, 1e9 + 1, 1e9 + 2], values: [1e30, 2e30, 0] }, options),
};

describe.each(Object.entries(figures))("the figure of %s", (_name, figure) => {
  const { text, svg, labels } = draw(figure);

  it("has a title, and a description for those who do not see it", () => {
    expect(svg.getAttribute("role")).toBe("img");
    expect(svg.getAttribute("aria-label")!.length).toBeGreaterThan(10);
    expect(svg.querySelector("title")!.textContent).toBe(labels[0]);
    expect(draw(figure, { title: "a <b>" }).labels[0]).toBe("a <b>");
  });

  it("is self-contained, and the same for the same data", () => {
    expect(text).not.toMatch(/href="(?!data:image\/png)|url\(|<style|class=/);
    expect(draw(figure).text).toBe(text);
  });

  it("is as wide as asked for", () => {
    const [width, height] = [svg.getAttribute("width"), svg.getAttribute("height")].map(Number) as [number, number];
    const wide = draw(figure, { width: 2 * width }).svg;
    expect(["width", "height"].map((side) => Number(wide.getAttribute(side)))).toEqual([2 * width, 2 * height]);
    const narrow = draw(figure, { width: 360 }).svg;
    expect(Number(narrow.getAttribute("width"))).toBe(360);
    // Text of at least 11 pixels, and all of it inside.
    const [, , units, tall] = narrow.getAttribute("viewBox")!.split(" ").map(Number) as [0, 0, number, number];
    expect((Number(narrow.getAttribute("font-size")) * 360) / units).toBeGreaterThan(11);
    expect(Number(narrow.getAttribute("height"))).toBe((tall * 360) / units);
    expectInside(narrow);
    expect(() => draw(figure, { width: 0 })).toThrow(/width: expected a positive number, got 0/);
  });

  it("keeps all text inside", () => expectInside(svg));

  it("has a dark theme, in which all text can be read", () => {
    const dark = draw(figure, { theme: "dark" });
    const ground = dark.svg.querySelector("rect")!.getAttribute("fill")!;
    for (const node of dark.svg.querySelectorAll("text")) {
      // As the guidelines for the web's accessibility (WCAG 2.2, 1.4.3) ask.
      expect(contrast(inherited(node, "fill")!, ground)).toBeGreaterThan(4.5);
    }
    expect(dark.text).not.toMatch(/"white"|#222222/);
    expect(dark.labels).toEqual(labels);
    expect(() => draw(figure, { theme: "grey" as "dark" })).toThrow(/theme: expected "light" or "dark", got grey/);
  });

  it("has the colours of no page: what Plot leaves to the page's text is set", () => {
    expect(svg.getAttribute("color")).toBe("#222222");
  });
});

it.each(Object.entries(awkward))("all text stands inside the figure of %s", (_what, figure) => {
  const { svg, labels } = draw(figure);
  expect(labels.length).toBeGreaterThan(1);
  expectInside(svg);
  expectInside(draw(figure, { width: 360 }).svg);
});

describe("bands, trajectories", () => {
  it("a band is a standard error to either side", () => {
    const { svg } = draw(figures.traces!);
    const band = svg.querySelector('[data-mark="area"] path')!.getAttribute("d")!;
    // 21 points there, 21 back
    expect(band.match(/[ML,]/g)!.length).toBeGreaterThan(40);
    expect(
      draw(awkward["errors that are not finite"]!).svg.querySelector('[data-mark="area"] path[d^="M"]'),
    ).toBeNull();
  });

  it("a line for each run, a ring on each jump", () => {
    const { svg, labels } = draw(figures.trajectories!);
    expect(svg.querySelectorAll('[data-mark="line"]')).toHaveLength(3);
    expect(svg.querySelectorAll('[data-mark="dot"] circle')).toHaveLength(1);
    expect(svg.getAttribute("aria-label")).toBe("2 trajectories over time, 1 jumps marked, and their mean");
    expect(labels).toContain("mean");
  });

  it("refuses series of another length", () => {
    expect(() => draw((options) => tracesFigure({ times, expect: { n: [1] } }, options))).toThrow(
      /expect\.n: expected one value a time \(21\), got 1/,
    );
    expect(() => draw((options) => trajectoriesFigure({ times, mean: decay, runs: [[1]] }, options))).toThrow(
      /runs\[0\]/,
    );
  });
});

describe("a map", () => {
  const pixels = (figure: (options: FigureOptions) => SVGSVGElement) =>
    pixelsOf(draw(figure).svg.querySelector("image")!);

  it("has the largest y on top, the smallest x on the left, zero in the middle of the colours", () => {
    expect(pixels((options) => wignerFigure(map, options))).toEqual([
      [127, 127, 254],
      [191, 127, 95],
    ]);
  });

  it("turns falling coordinates round", () => {
    const turned = { x: [1, 0, -1], y: [2, -2], values: [...map.values].reverse() };
    expect(pixels((options) => wignerFigure(turned, options))).toEqual(pixels((options) => wignerFigure(map, options)));
  });

  it("refuses uneven grids, and missing values", () => {
    expect(() => draw((options) => wignerFigure({ ...map, x: [0, 1, 3] }, options))).toThrow(/x\[1\].*evenly spaced/);
    expect(() => draw((options) => wignerFigure({ ...map, values: [1] }, options))).toThrow(/3 x 2 = 6 of them, got 1/);
  });
});

it("a map without negative values has a bar without them, and the same colours", () => {
  const { svg, labels } = draw((options) => wignerFigure({ ...map, values: [0.5, 0, 0.25, 0, 1e-17, 1] }, options));
  expect(labels.some((label) => label.startsWith("−0."))).toBe(false);
  const [, bar] = svg.querySelectorAll("image");
  const bytes = Buffer.from(bar!.getAttribute("href")!.slice("data:image/png;base64,".length), "base64");
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1, 128]);
  // White to red: 0.5 of 1 is the same as in a map that goes to -1.
  const fills = (values: number[]) =>
    draw((options) => wignerFigure({ ...map, values }, options))
      .svg.querySelector("image")!
      .getAttribute("href");
  expect(fills([0.5, 0, 0.25, 0, 0, 1])).toBe(fills([0.5, 0, 0.25, 0, -1e-12, 1]));
});

it("what follows an underscore is a subscript, word by word", () => {
  const { svg } = draw((options) => tracesFigure({ times, expect: { "σ_x σ_y, n_a_b": decay } }, options));
  const label = [...svg.querySelectorAll("text")].find((node) => node.textContent === "σx σy, na b")!;
  expect(
    [...label.querySelectorAll("tspan")].map((node) => [node.textContent, node.getAttribute("font-size")]),
  ).toEqual([
    ["x", "75%"],
    [" σ", null],
    ["y", "75%"],
    [", n", null],
    ["a b", "75%"],
  ]);
});

describe("a matrix", () => {
  const squares = (data: Parameters<typeof hintonFigure>[0]) =>
    [...draw((options) => hintonFigure(data, options)).svg.querySelectorAll("rect")].slice(2).map((node) => ({
      area: Number(node.getAttribute("width")) ** 2,
      fill: node.getAttribute("fill"),
    }));

  it("has areas in the ratio of magnitudes, colours by sign or phase", () => {
    const [a, b] = squares({
      re: [
        [1, 0],
        [0, -0.25],
      ],
    });
    expect(a!.area / b!.area).toBeCloseTo(4, 3);
    expect([a!.fill, b!.fill]).toEqual(["rgb(0,114,178)", "rgb(213,94,0)"]);
    const phases = squares({
      re: [
        [1, 0],
        [0, 0],
      ],
      im: [
        [0, 1],
        [-1, 0],
      ],
    }).slice(0, 3);
    expect(phases.map(({ fill }) => fill)).toEqual(["rgb(0,114,178)", "rgb(0,158,115)", "rgb(170,80,150)"]);
  });

  it("refuses what is not square", () => {
    expect(() => squares({ re: [[1, 2]] })).toThrow(/re: expected 1 rows of 1 numbers/);
    expect(() => squares({ re: [[1]], im: [] })).toThrow(/im: expected 1 rows/);
    expect(() => squares({ re: [[1]], labels: [] })).toThrow(/labels/);
  });
});

describe("the Bloch sphere", () => {
  it("names its poles, and says in words where states are", () => {
    const { svg, labels } = draw(figures.bloch!);
    expect(labels).toEqual(expect.arrayContaining(["x", "y", "|0⟩", "|1⟩", "psi"]));
    expect(svg.getAttribute("aria-label")).toBe("Bloch sphere: psi at (0.6, 0, 0.8)");
  });

  it("has z upwards, y to the right, x to the left and down", () => {
    const { svg } = draw(figures.bloch!);
    const [x, y, up, down] = ["x", "y", "|0⟩", "|1⟩"].map((name) => {
      const { left, right, y } = textBoxes(svg).find(({ text }) => text === name)!;
      return { x: (left + right) / 2, y };
    }) as [P, P, P, P];
    expect(up.y).toBeLessThan(down.y);
    expect(y.x).toBeGreaterThan(up.x);
    expect(x.x).toBeLessThan(up.x);
    expect(x.y).toBeGreaterThan((up.y + down.y) / 2);
  });

  it("refuses vectors that are none", () => {
    expect(() => draw((options) => blochFigure({ states: [{ vector: [0, 0, Number.NaN] }] }, options))).toThrow(
      /states\[0\]/,
    );
    expect(() => draw((options) => blochFigure({ trajectories: [{ x: [0], y: [], z: [0] }] }, options))).toThrow(
      /of one length, got 1, 0, 1/,
    );
  });
});

describe("a sweep", () => {
  const { x, y, values } = grid;

  it("as a map: cells in their places, gaps see-through over hatching, colours around zero where the sign changes", () => {
    const { svg, labels } = draw(figures["sweep as a map"]!);
    const [map, key] = [...svg.querySelectorAll("image")].map(pixelsOf);
    // rows from the top: kappa = 10, then 0.1; 128 is the middle, zero; 0 the colour that is none
    expect(map).toEqual([
      [128, 0, 255],
      [192, 96, 128],
    ]);
    expect(key).toHaveLength(255);
    expect(labels).toEqual(expect.arrayContaining(["g", "kappa", "U_chi_end", "1 of 6 points failed: hatched"]));
    expect(svg.getAttribute("aria-label")).toBe(
      "U_chi_end over g and kappa: 6 points, from -0.250 to 1.00; 1 of 6 points failed: hatched",
    );
    const positive = draw((options) => sweepMapFigure({ ...grid, values: [1, 2, 3, 4, 5, 6] }, options)).svg;
    expect(pixelsOf(positive.querySelector("image")!)).toEqual([
      [52, 153, 255],
      [1, 103, 204],
    ]);
    expect(positive.querySelectorAll('path[d*=" M"]')).toHaveLength(0);
  });

  it("as dots where points stand on no grid, crosses where they failed", () => {
    const { svg } = draw(awkward["scattered points"]!);
    expect(svg.querySelectorAll("circle")).toHaveLength(10);
    expect(svg.querySelectorAll('path[d*="l6,6"]')).toHaveLength(11);
  });

  it("as cells where the sweep is not over, as dots where it was refined", () => {
    // three columns of ten, and a part of the fourth
    const index = Array.from({ length: 34 }, (_, k) => k);
    const begun = draw((options) =>
      sweepMapFigure(
        {
          ...{
            x: { name: "g", values: index.map((k) => Math.floor(k / 10)) },
            y: { name: "h", values: index.map((k) => k % 10) },
          },
          ...{ values: index, quantity: "q" },
        },
        options,
      ),
    ).svg;
    expect(pixelsOf(begun.querySelector("image")!).map((row) => row.length)).toEqual(new Array(10).fill(4));
    expect(pixelsOf(begun.querySelector("image")!)[0]![3]).toBe(0);
    // a cell of the grid cut again and again
    const cuts = [0, 1, 0.5, 0.25, 0.125, 0.0625];
    const refined = draw((options) =>
      sweepMapFigure(
        {
          x: { name: "g", values: cuts },
          y: { name: "h", values: cuts.map((c) => c ** 2) },
          values: cuts,
          quantity: "q",
        },
        options,
      ),
    ).svg;
    expect(refined.querySelectorAll("circle")).toHaveLength(cuts.length);
  });

  it("as curves: one a value, broken where points failed", () => {
    const { svg, labels } = draw(figures["sweep as curves"]!);
    expect(labels).toEqual(expect.arrayContaining(["kappa = 0.1", "kappa = 10", "g", "U_chi_end"]));
    const lines = [...svg.querySelectorAll('[data-mark="line"] path')].map((path) => path.getAttribute("d")!);
    expect(lines.map((d) => d.split("M").length - 1)).toEqual([1, 2]);
    expect(svg.getAttribute("aria-label")).toBe("U_chi_end over g: 6 points, 1 failed (crosses)");
  });

  it("refuses columns of different lengths, and logarithms of what has none", () => {
    expect(() => draw((options) => sweepMapFigure({ x, y, values: [1], quantity: "q" }, options))).toThrow(
      /\(6\), got 1/,
    );
    const negative = { name: "g", values: [1, -1, 1, 1, 1, 1], scale: "log" as const };
    expect(() => draw((options) => sweepCurvesFigure({ x: negative, values, quantity: "q" }, options))).toThrow(
      /x\.values\[1\]: expected a number > 0 .* got -1/,
    );
  });
});

type P = { x: number; y: number };

describe("levels, populations, spectra", () => {
  it("puts degenerate levels side by side, with one name for both", () => {
    const { svg, labels } = draw(figures.levels!);
    expect(labels).toEqual(expect.arrayContaining(["E0", "E1, E2", "energy (ħ = 1)"]));
    expect(svg.querySelectorAll('[data-mark="rule"] line').length).toBeGreaterThanOrEqual(3);
    expect(() => draw((options) => levelsFigure({ energies: [1], labels: [] }, options))).toThrow(
      /labels.*\(1\), got 0/,
    );
  });

  it("draws a bar for each level, and says the mean number", () => {
    const { svg } = draw(figures.populations!);
    expect(svg.querySelectorAll('[data-mark="rect"] rect')).toHaveLength(3);
    expect(svg.getAttribute("aria-label")).toMatch(/3 levels, of mean number 0\.7/);
  });

  it("says where a spectrum is largest, and its unit", () => {
    const { svg, labels } = draw(figures.spectrum!);
    expect(labels).toEqual(expect.arrayContaining(["frequency ω (energy, ħ = 1)", "S(ω)"]));
    expect(svg.getAttribute("aria-label")).toMatch(/ω = 0$/);
    expect(() => draw((options) => spectrumFigure({ frequencies: [1], values: [] }, options))).toThrow(/\(1\), got 0/);
  });
});
