/** Where the text of a figure stands, as wide as the widest usual font makes it. */
import { DOMParser } from "linkedom";
import { expect } from "vitest";
import { textWidth } from "../../plot/src/text.ts";

/** One line of text in the figure's coordinates. */
interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly y: number;
  /** Of its capitals, or of a text that stands upright. */
  readonly top: number;
  readonly bottom: number;
}

/** The boxes of all text elements below `root`. */
export function textBoxes(root: Element): TextBox[] {
  return [...root.querySelectorAll("text")].filter((node) => node.textContent !== "").map(boxOf);
}

function boxOf(node: Element): TextBox {
  const size = Number(inherited(node, "font-size"));
  const at = (name: string) => lengthOf(node.getAttribute(name) ?? "0", size);
  let [x, y] = [at("x"), at("y")];
  for (let up: Element | null = node; up !== null; up = up.parentElement) {
    const [, dx = 0, dy = 0] = (
      /translate\(([-\d.e]+),([-\d.e]+)\)/.exec(up.getAttribute("transform") ?? "") ?? []
    ).map(Number);
    x += dx;
    y += dy;
  }
  const width = widthOf(node, size, inherited(node, "font-weight") === "bold");
  const share = { start: 0, middle: 0.5, end: 1 }[inherited(node, "text-anchor") ?? "start"]!;
  const text = node.textContent ?? "";
  // by a quarter, to read upwards
  if (node.getAttribute("transform")?.includes("rotate(-90)")) {
    const half = size / 2;
    return { text, left: x - half, right: x + half, y, top: y - (1 - share) * width, bottom: y + share * width };
  }
  return { text, left: x - share * width, right: x + (1 - share) * width, y, top: y - 0.75 * size, bottom: y };
}

function lengthOf(text: string, size: number): number {
  return text.endsWith("em") ? Number.parseFloat(text) * size : Number(text);
}

/** Parts of a text have sizes of their own, in percent. */
function widthOf(node: Element, size: number, bold: boolean): number {
  return [...node.childNodes].reduce((sum, child) => {
    if (child.nodeType !== 1) return sum + textWidth(child.textContent ?? "", size, bold);
    const percent = Number.parseFloat((child as Element).getAttribute("font-size") ?? "100");
    return sum + widthOf(child as Element, (size * percent) / 100, bold);
  }, 0);
}

/** An attribute of a node, or of what it stands in. */
export function inherited(node: Element, name: string): string | null {
  for (let up: Element | null = node; up !== null; up = up.parentElement) {
    const value = up.getAttribute(name);
    if (value !== null) return value;
  }
  return null;
}

/** Relative luminance (WCAG 2.2). */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt((color === "white" ? "#ffffff" : color).slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of two colours, from 1 to 21 (WCAG 2.2). */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** A figure's file, its root and its texts; that no number went wrong on its way into it. */
export function readFigure(text: string) {
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement as unknown as SVGSVGElement;
  const labels = [...svg.querySelectorAll("text")].map((node) => node.textContent ?? "");
  return { text, svg, labels };
}

/** That all text stands inside the figure. */
export function expectInside(svg: SVGSVGElement): void {
  const [, , width, height] = svg.getAttribute("viewBox")!.split(" ").map(Number) as [0, 0, number, number];
  for (const box of textBoxes(svg)) {
    expect(box.left, box.text).toBeGreaterThanOrEqual(0);
    expect(box.right, box.text).toBeLessThanOrEqual(width);
    expect(box.y, box.text).toBeGreaterThan(0);
    expect(box.bottom, box.text).toBeLessThan(height);
  }
}
