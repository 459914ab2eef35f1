/**
 * Figures for a page that shows several: laid out at the width they are shown at, readable in both themes, nothing in them that a strict
 * content security policy forbids.
 */
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { type FigureOptions, seriesFigure } from "../../plot/src/index.ts";
import { svgFile } from "../../plot/src/node.ts";
import { contrast, expectInside, inherited, readFigure, textBoxes } from "./boxes.ts";
import { awkwardTiles, tiles, twoQubits } from "./fixtures.ts";

const draw = (figure: (options: FigureOptions) => SVGSVGElement, options: Omit<FigureOptions, "document"> = {}) =>
  readFigure(svgFile((document) => figure({ document, ...options })));

const WIDTHS = [300, 420, 640] as const;

describe.each(Object.entries(tiles))("%s", (_name, figure) => {
  it.each(WIDTHS)("is laid out at %i pixels, in text of at least 12", (width) => {
    const { svg } = draw(figure, { width });
    const [, , units, tall] = svg.getAttribute("viewBox")!.split(" ").map(Number);
    expect([units, tall]).toEqual([width, Number(svg.getAttribute("height"))]);
    expect(Number(svg.getAttribute("font-size"))).toBeGreaterThanOrEqual(12);
    expectInside(svg);
  });

  it.each(WIDTHS)("has no texts on each other at %i pixels", (width) => {
    const { svg } = draw(figure, { width });
    const boxes = textBoxes(svg);
    boxes.forEach((a, k) => {
      for (const b of boxes.slice(k + 1)) {
        const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        expect(apart, `${a.text} and ${b.text}`).toBe(true);
      }
    });
  });

  it("is described in words, with numbers", () => {
    const { svg } = draw(figure, { width: 300 });
    expect(svg.getAttribute("role")).toBe("img");
    expect(svg.getAttribute("aria-label")).toMatch(/\d|none/);
    // which browsers would show beside the pointer
    expect(svg.querySelector("title")).toBeNull();
  });

  it.each(["light", "dark"] as const)("can be read in the %s theme", (theme) => {
    const { svg } = draw(figure, { width: 420, theme });
    const ground = svg.querySelector("rect")!.getAttribute("fill")!;
    for (const node of svg.querySelectorAll("text")) {
      // as the guidelines for the web's accessibility (WCAG 2.2, 1.4.3) ask
      expect(contrast(inherited(node, "fill")!, ground), node.textContent!).toBeGreaterThan(4.5);
    }
  });

  it("has another title, or none", () => {
    expect(draw(figure, { title: "a <b>" }).labels[0]).toBe("a <b>");
    const { svg, labels } = draw(figure, { title: "" });
    expect(labels).not.toContain("");
    expect(svg.querySelector('[font-weight="bold"][x="6"]')).toBeNull();
    expectInside(svg);
  });

  it("is scaled down below 300 pixels, and refuses what is no width or theme", () => {
    const { svg } = draw(figure, { width: 200 });
    expect(svg.getAttribute("viewBox")).toMatch(/^0 0 300 /);
    expect(svg.getAttribute("width")).toBe("200");
    expect(() => draw(figure, { width: Number.NaN })).toThrow(/width: expected a positive number, got NaN/);
    expect(() => draw(figure, { theme: "grey" as "dark" })).toThrow(/theme: expected "light" or "dark", got grey/);
  });
});

it.each(Object.entries(awkwardTiles))("all text stands inside the figure: %s", (_what, figure) => {
  for (const width of WIDTHS) expectInside(draw(figure, { width }).svg);
});

it.each([
  ...Object.entries(tiles),
  ["the sheet", (options: FigureOptions) => seriesFigure(twoQubits, options)] as const,
])("a strict content security policy allows %s", (_name, figure) => {
  // of the tree itself: text hides what is set through properties
  const { document } = parseHTML("<p></p>");
  const svg = figure({ document });
  for (const node of [svg, ...svg.querySelectorAll("*")]) {
    expect(["style", "script"]).not.toContain(node.localName);
    for (const { name } of [...node.attributes]) expect(name).not.toMatch(/^(style|on.*)$/);
  }
});
