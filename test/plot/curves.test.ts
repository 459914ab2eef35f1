/**
 * Curves beside their closed forms, and lines of theory in maps: what is drawn where.
 */
import { describe, expect, it } from "vitest";
import { type CurvesData, curvesFigure, type SweepMapData, sweepMapFigure } from "../../plot/src/index.ts";
import { svgFile } from "../../plot/src/node.ts";
import { readFigure, textBoxes } from "./boxes.ts";

const draw = (data: CurvesData) => readFigure(svgFile((document) => curvesFigure(data, { document })));
const x = { name: "detuning Δ", values: [0, 1, 2, 3] };
const base: CurvesData = {
  x,
  curves: [
    { label: "a", values: [1, 10, 100, 1000], exact: [1, 10, 100, 1000] },
    { label: "b", values: [1, 1, 1, 1] },
  ],
  quantity: "q",
};

/** Corners of a path, as Plot writes it. */
const corners = (path: Element) =>
  [...path.getAttribute("d")!.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
const pathsOf = (svg: Element) => [...svg.querySelectorAll('[data-mark="line"] path')];

describe("curves", () => {
  it("dashed closed forms lie on what is computed", () => {
    const { svg, labels } = draw({ ...base, formula: "10^Δ" });
    const [computed, constant, exact] = pathsOf(svg);
    expect(corners(exact!)).toEqual(corners(computed!));
    expect(corners(constant!)).not.toEqual(corners(computed!));
    expect(exact!.parentElement!.getAttribute("stroke-dasharray")).toBe("5 5");
    expect(labels).toEqual(expect.arrayContaining(["closed form: 10^Δ", "a", "b", "detuning Δ", "q"]));
    expect(svg.getAttribute("aria-label")).toBe("q over detuning Δ: a, b, beside the closed form 10^Δ");
  });

  it("a logarithmic axis makes a straight line of a power, and a gap of what is not positive", () => {
    const straight = corners(pathsOf(draw({ ...base, scale: "log" }).svg)[0]!);
    const steps = straight.slice(1).map(([, y], k) => y - straight[k]![1]);
    // coordinates have three decimals
    for (const step of steps) expect(step).toBeCloseTo(steps[0]!, 2);
    const broken = draw({ ...base, scale: "log", curves: [{ label: "", values: [1, 0, 10, 100] }] });
    expect(pathsOf(broken.svg)[0]!.getAttribute("d")!.match(/M/g)).toHaveLength(2);
  });

  it("a curve may have places of its own, and go back", () => {
    const { svg } = draw({ ...base, curves: [{ label: "", x: [0, 3, 1], values: [0, 1, 2] }] });
    const [from, turn, to] = corners(pathsOf(svg)[0]!).map(([x]) => x);
    expect((to! - from!) / (turn! - from!)).toBeCloseTo(1 / 3, 6);
  });

  it("a single curve is named on the axis alone, several by their names", () => {
    const single = draw({ ...base, curves: [{ label: "alone", values: [0, 1, 2, 3] }] });
    expect(single.labels).not.toContain("alone");
  });

  it("names vertical lines above the chart, below the name of the axis", () => {
    const { svg, labels } = draw({ ...base, marks: [{ at: 1.5, label: "edge" }] });
    expect(labels).toContain("edge");
    const heights = ["q", "edge"].map((label) => textBoxes(svg).find(({ text }) => text === label)!.y);
    expect(heights[1]! - heights[0]!).toBeGreaterThan(16);
    const rule = svg.querySelector(
      '[data-mark="rule"] line[stroke-dasharray], [data-mark="rule"][stroke-dasharray] line',
    )!;
    const [left, right] = [corners(pathsOf(svg)[0]!)[1]![0], corners(pathsOf(svg)[0]!)[2]![0]];
    expect(Number(rule.getAttribute("x1"))).toBeCloseTo((left + right) / 2, 0);
  });

  it("refuses series of another length, and logarithms of what has none", () => {
    expect(() => draw({ ...base, curves: [{ label: "a", values: [1] }] })).toThrow(/one a point \(4\), got 1/);
    const short = [{ label: "a", values: [1, 2, 3, 4], exact: [1] }];
    expect(() => draw({ ...base, curves: short })).toThrow(/curves\[0\]\.exact: expected one a point \(4\), got 1/);
    expect(() => draw({ ...base, x: { ...x, scale: "log" } })).toThrow(/curves\[0\]\.values\[0\].*> 0.*got 0/);
    const negative = { ...x, values: [1, 2, 3, 4], scale: "log" as const };
    expect(() => draw({ ...base, x: negative, marks: [{ at: -1, label: "" }] })).toThrow(/marks.*> 0.*got -1/);
  });
});

describe("a line of theory in a map", () => {
  const map: SweepMapData = {
    x: { name: "g", values: [0, 0, 1, 1] },
    y: { name: "κ", values: [0.1, 10, 0.1, 10], scale: "log" },
    values: [0, 1, 2, 3],
    quantity: "n",
  };
  const lines = (boundary: { x: number[]; y: number[] }) => {
    const figure = readFigure(
      svgFile((document) => sweepMapFigure({ ...map, boundary: { ...boundary, formula: "κ = 10^g" } }, { document })),
    );
    return { ...figure, paths: [...figure.svg.querySelectorAll('[data-mark="boundary"] path')] };
  };

  it("goes through the middles of the cells it is given", () => {
    const { svg, paths, labels } = lines({ x: [0, 1], y: [0.1, 10] });
    expect(labels).toContain("closed form: κ = 10^g");
    const frame = svg.querySelector("image")!;
    const [left, top, width, height] = ["x", "y", "width", "height"].map((name) =>
      Number(frame.getAttribute(name)),
    ) as [number, number, number, number];
    const [from, to] = corners(paths[0]!);
    // two columns and two rows: middles at a quarter and three quarters
    expect(from).toEqual([left + width / 4, top + (3 * height) / 4]);
    expect(to).toEqual([left + (3 * width) / 4, top + height / 4]);
  });

  it("has gaps outside the map and where it is not finite", () => {
    const { paths } = lines({ x: [0, 0.2, Number.NaN, 0.5, 0.7, 9, 1], y: [1, 1, 1, 1, 1, 1, 1] });
    expect(paths[0]!.getAttribute("d")!.match(/[ML]/g)!.join("")).toBe("MLMLM");
  });
});
