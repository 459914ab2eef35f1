import { describe, expect, it } from "vitest";
import { sample } from "../../plot/src/data.ts";
import { type FigureData, seriesFigure } from "../../plot/src/index.ts";
import { svgFile, toSvg } from "../../plot/src/node.ts";
import { spread } from "../../plot/src/svg.ts";
import { expectInside, readFigure, textBoxes } from "./boxes.ts";
import { hostile } from "./hostile.ts";

const times = Float64Array.from({ length: 11 }, (_, k) => k / 10);
const decay = times.map((t) => Math.exp(-t) - 1);
const bipartite: FigureData = {
  kind: "bipartite",
  times,
  series: { delta_U_A: times.map(() => 0), delta_U_B: times.map(() => 1e-16), delta_U_chi: decay },
  comparisons: [
    { series: "delta_U_chi", formula: "exp(-t) - 1", exact: decay, difference: times.map((t) => 1e-13 * t) },
  ],
};

const draw = (data: FigureData) => readFigure(toSvg(data));

describe("the figure of a bipartite run", () => {
  const { text, svg, labels } = draw(bipartite);

  it("is a self-contained SVG file on white", () => {
    expect(text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(text).not.toMatch(/href=|url\(|<style|class=/);
    expect(svg.querySelector("rect")!.getAttribute("fill")).toBe("white");
  });

  it("names axes, lines and the closed form", () => {
    expect(labels).toContain("energy change ΔU = U(t) − U(0)");
    expect(labels).toContain("time t (1/energy, ħ = 1)");
    expect(labels).toContain("|computed − closed form|");
    for (const name of ["ΔUA", "ΔUB", "ΔUχ"]) expect(labels).toContain(name);
    expect(labels).toContain("ΔUχ = exp(-t) - 1 (closed form)");
  });

  it("draws three lines and a circle for every exact value", () => {
    const strokes = [...svg.querySelectorAll('[data-mark="line"]')].map((node) => node.getAttribute("stroke"));
    expect(strokes).toEqual(["#0072B2", "#D55E00", "#009E73", "#009E73"]);
    expect(svg.querySelectorAll('[data-mark="dot"] circle')).toHaveLength(times.length);
  });

  it("names lines that meet in their order, whatever their rounding", () => {
    const heights = ["ΔUA", "ΔUB"].map((name) => textBoxes(svg).find(({ text }) => text === name)!.y);
    expect(heights[0]).toBeLessThan(heights[1]!);
  });

  it("has its title in two lines where one is too short", () => {
    const narrow = readFigure(svgFile((document) => seriesFigure(bipartite, { document, width: 360 })));
    expect(narrow.labels.slice(0, 2)).toEqual(["Energies of the two parts", "and of their correlation"]);
    expect(narrow.svg.querySelector("title")!.textContent).toBe(labels[0]);
  });

  it("gives the same text for the same data", () => {
    expect(toSvg(bipartite)).toBe(text);
  });
});

describe("the figure of any data", () => {
  it("shows every observable, without a panel of differences", () => {
    const { svg, labels } = draw({
      kind: "lindblad",
      times,
      series: { n: decay, a_re: decay, a_im: decay },
      comparisons: [],
    });
    expect(svg.querySelectorAll('[data-mark="line"]')).toHaveLength(3);
    expect(labels).toEqual(
      expect.arrayContaining(["n", "are", "aim", "expectation value", "time t (1/energy, ħ = 1)"]),
    );
    expect(labels).not.toContain("|computed − closed form|");
  });

  it.each<[string, FigureData]>([
    ["nothing recorded", { kind: "lindblad", times, series: {}, comparisons: [] }],
    ["one time", { kind: "lindblad", times: [0], series: { n: [1] }, comparisons: [] }],
    ["all zero", { kind: "lindblad", times, series: { n: times.map(() => 0) }, comparisons: [] }],
    [
      "twenty lines",
      {
        kind: "lindblad",
        times,
        series: Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`n${k}`, decay])),
        comparisons: [],
      },
    ],
    [
      "a comparison of a series that is not shown",
      {
        ...bipartite,
        series: { ...bipartite.series, U: decay },
        comparisons: [{ ...bipartite.comparisons[0]!, series: "U" }],
      },
    ],
    [
      "a single difference",
      {
        ...bipartite,
        comparisons: [{ ...bipartite.comparisons[0]!, difference: times.map((_, k) => (k === 5 ? 1e-15 : 0)) }],
      },
    ],
  ])("%s", (_what, data) => {
    draw(data);
  });

  it("keeps markup and forbidden characters of names out of the XML", () => {
    const { text, labels } = draw({ ...bipartite, name: 'a < b & "c" ]]> \u0000\u001b\ud800' });
    expect(labels[0]).toBe('a < b & "c" ]]> \ufffd\ufffd\ufffd');
    expect(text).toContain("a &lt; b &amp;");
  });
});

describe("the figure of hostile data", () => {
  it.each(Object.entries(hostile))("%s: all text stands inside the figure", (_what, data) => {
    const { svg, labels } = draw(data);
    expect(labels.length).toBeGreaterThan(4);
    expectInside(svg);
    const narrow = svgFile((document) => seriesFigure(data, { document, width: 360 }));
    expectInside(readFigure(narrow).svg);
  });

  it.each(Object.entries(hostile))("%s: labels of an axis stand apart, and differ", (_what, data) => {
    const { svg } = draw(data);
    for (const axis of ["x-axis tick label", "y-axis tick label"]) {
      for (const group of svg.querySelectorAll(`[data-mark="${axis}"]`)) {
        const boxes = textBoxes(group).sort((a, b) => a.left - b.left);
        expect(new Set(boxes.map(({ text }) => text)).size).toBe(boxes.length);
        expect(boxes.length).toBeGreaterThan(1);
        if (axis.startsWith("y")) continue;
        for (let k = 1; k < boxes.length; k++) expect(boxes[k]!.left).toBeGreaterThan(boxes[k - 1]!.right);
      }
    }
  });

  it("names twelve series so that they can be told apart, at their ends or in a legend", () => {
    for (const what of ["twelve series of long names", "twelve series of short names", "fourteen series"]) {
      const { labels } = draw(hostile[what]!);
      const names = Object.keys(hostile[what]!.series).map((name) => name.replace("_", "").replaceAll("_", " "));
      expect(labels).toEqual(expect.arrayContaining(names));
    }
  });

  it("keeps both ends of a name that is cut", () => {
    const { labels } = draw(hostile["sixty series of the longest names"]!);
    expect(labels).toEqual(expect.arrayContaining([expect.stringMatching(/^W+…W+10$/), expect.stringMatching(/69$/)]));
  });

  it("takes powers of ten out of the labels", () => {
    expect(draw(hostile["values of 1e-9"]!).labels).toEqual(
      expect.arrayContaining(["expectation value, in 10⁻⁹", "4.0"]),
    );
    expect(draw(hostile["times to 1e-9"]!).labels).toContain("time t (10⁻⁹/energy, ħ = 1)");
    expect(draw(hostile["late times"]!).labels).toContain("time t − 1000000 (1/energy, ħ = 1)");
  });

  it("draws the observables of a bipartite run in a panel of their own", () => {
    const { svg, labels } = draw(hostile["a bipartite run with observables"]!);
    expect(labels).toEqual(expect.arrayContaining(["expectation value", "zz", "coherencere", "ΔUχ"]));
    expect(svg.querySelectorAll('[data-mark="line"]')).toHaveLength(6);
    expect(svg.querySelectorAll('[data-mark="dot"] circle')).toHaveLength(11);
  });

  it("draws a single time as dots, and says where there is nothing to draw", () => {
    expect(draw(hostile["one time"]!).svg.querySelectorAll('[data-mark="dot"] circle')).toHaveLength(4);
    for (const what of ["nothing recorded", "no times"]) {
      expect(draw(hostile[what]!).labels).toContain("nothing recorded");
    }
  });
});

describe("spread", () => {
  it("stays within a range, the order kept", () => {
    expect(spread([95, 96, 97], 10, 0, 100)).toEqual([80, 90, 100]);
    expect(spread([1, 2, 50], 10, 0, 100)).toEqual([0, 10, 50]);
    expect(spread([0, 0, 100, 100], 30, 0, 100)).toEqual([0, 30, 70, 100]);
  });

  it("leaves what is apart where it is", () => {
    expect(spread([10, 50, 90], 20)).toEqual([10, 50, 90]);
  });

  it("moves neighbours apart evenly about their middle, in their order", () => {
    expect(spread([50, 50, 50], 10)).toEqual([40, 50, 60]);
    expect(spread([52, 48], 10)).toEqual([55, 45]);
    expect(spread([0, 1, 12], 10)).toEqual([
      expect.closeTo(-5.67, 2),
      expect.closeTo(4.33, 2),
      expect.closeTo(14.33, 2),
    ]);
  });
});

describe("sample", () => {
  it("keeps the ends", () => {
    expect(sample(3, 5)).toEqual([0, 1, 2]);
    expect(sample(101, 5)).toEqual([0, 25, 50, 75, 100]);
  });
});
