/**
 * The sheet that a figure is drawn on: white, with a title, and a description for those who do not see it.
 * @module
 */
import {
  DARK,
  EDGE,
  FONT,
  FONT_SIZE,
  FULL,
  INK,
  LEAST_WIDTH,
  type Sizes,
  TEXT_COLORS,
  type Theme,
  TITLE_SIZE,
  WIDTH,
} from "./style.ts";
import { element, plainText, withText } from "./svg.ts";
import { fit, textWidth } from "./text.ts";

/** What every figure takes. */
export interface FigureOptions {
  /** Where the elements are made: the page's document, or one of linkedom. */
  readonly document: Document;
  /** Width at which the figure is shown, in pixels; the height follows. Default 860. */
  readonly width?: number | undefined;
  /** Default "light". */
  readonly theme?: Theme | undefined;
  /** Whether it is one of several in a page: small text, laid out at its width from 300 pixels up. Default below 500 pixels; not every figure can. */
  readonly compact?: boolean | undefined;
  /** Instead of the figure's own title; of a compact figure, empty for none. */
  readonly title?: string | undefined;
}

/** Whether a figure that may be either is drawn as one among others. */
export function isCompact({ width = WIDTH, compact = width < LEAST_WIDTH }: FigureOptions): boolean {
  return compact;
}

/** Width of the sheet in its own units. @throws RangeError for a width that is none */
export function sheetWidth({ width = WIDTH }: FigureOptions, { least }: Sizes = FULL): number {
  if (!(width > 0 && Number.isFinite(width))) throw new RangeError(`width: expected a positive number, got ${width}`);
  return Math.min(WIDTH, Math.max(least, width));
}

/** From the top to what stands below the title. */
export const TITLE_HEIGHT = 46;

/**
 * @param left where the title begins
 * @param description what the figure shows, in words: its `aria-label`
 * @throws RangeError for a width or a theme that is none
 */
export function canvas(
  options: FigureOptions,
  own: { title: string; description?: string; left: number; height: number },
  content: readonly SVGElement[],
): SVGSVGElement {
  const { document } = options;
  const title = options.title ?? own.title;
  return root(options, own, FULL, (sheet) => [
    withText(document, element(document, "title", {}), title),
    ground(document, sheet, own.height),
    ...titleLines(document, title, own.left, sheet),
    ...content,
  ]);
}

/**
 * A figure among others in a page. It has no `<title>`, which browsers show beside a pointer that rests.
 * @param height of the content, which begins below the title
 * @throws RangeError for a width or a theme that is none
 */
export function tile(
  options: FigureOptions,
  own: { title: string; description: string; sizes: Sizes; height: number },
  content: readonly SVGElement[],
): SVGSVGElement {
  const { document } = options;
  const { sizes, description } = own;
  const title = options.title ?? own.title;
  const lines = tileTitle(document, title, sheetWidth(options, sizes), sizes);
  const top = lines.length === 0 ? 0 : Math.round(sizes.edge + 1.3 * sizes.title * lines.length);
  const height = top + own.height;
  const svg = root(options, { height, description }, sizes, (sheet) => [
    ground(document, sheet, height),
    ...lines,
    below(document, top, ...content),
  ]);
  if (!isDark(options)) recolor(svg.querySelectorAll("text"), TEXT_COLORS);
  return svg;
}

function root(
  options: FigureOptions,
  { height, description }: { height: number; description?: string },
  sizes: Sizes,
  content: (sheet: number) => SVGElement[],
): SVGSVGElement {
  const { document, width = WIDTH } = options;
  const sheet = sheetWidth(options, sizes);
  const svg = element(document, "svg", {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${sheet} ${height}`,
    width,
    height: (height * width) / sheet,
    "font-family": FONT,
    "font-size": sizes.font,
    fill: INK,
    // of Plot's ticks, which have the colour of the page's text
    color: INK,
    ...(description === undefined ? {} : { role: "img", "aria-label": description }),
  }) as SVGSVGElement;
  svg.append(...content(sheet));
  inTheme(options, svg);
  return svg;
}

const ground = (document: Document, width: number, height: number) =>
  element(document, "rect", { width, height, fill: "white" });

/** A title in as many lines as it needs, at most two. */
function tileTitle(document: Document, title: string, sheet: number, { title: size, edge }: Sizes): SVGElement[] {
  const wide = (text: string) => textWidth(text, size, true);
  const room = sheet - 2 * edge;
  const lines = title === "" ? [] : wide(title) > room ? halves(title) : [title];
  return lines.map((line, k) => {
    const y = Math.round(edge + size * (0.9 + 1.3 * k));
    return plainText(document, fit(line, room, wide), { x: edge, y, "font-size": size, "font-weight": "bold" });
  });
}

/** A long title begins further left, then is smaller, then has two lines, then is cut. */
function titleLines(document: Document, title: string, from: number, sheet: number): SVGElement[] {
  const wide = (size: number) => (text: string) => textWidth(text, size, true);
  const room = sheet - 2 * EDGE;
  const left = Math.max(EDGE, Math.min(from, sheet - EDGE - wide(TITLE_SIZE)(title)));
  const size = wide(TITLE_SIZE)(title) > room ? FONT_SIZE : TITLE_SIZE;
  const lines = wide(size)(title) > room ? halves(title) : [title];
  return lines.map((line, k) => {
    const y = lines.length === 1 ? 30 : 18 + 20 * k;
    const shown = fit(line, sheet - left - EDGE, wide(size));
    return plainText(document, shown, { x: left, y, "font-size": size, "font-weight": "bold" });
  });
}

/** A text cut at the space nearest to its middle, or whole where it has none. */
function halves(text: string): string[] {
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
  if (spaces.length === 0) return [text];
  const middle = spaces.reduce((a, b) => (Math.abs(b - text.length / 2) < Math.abs(a - text.length / 2) ? b : a));
  return [text.slice(0, middle), text.slice(middle + 1)];
}

/** @throws RangeError for a theme that is none */
export function isDark({ theme = "light" }: FigureOptions): boolean {
  if (theme !== "light" && theme !== "dark") throw new RangeError(`theme: expected "light" or "dark", got ${theme}`);
  return theme === "dark";
}

/** Gives what is drawn in the colours of a light figure those of the theme. @throws RangeError for a theme that is none */
export function inTheme(options: FigureOptions, drawn: SVGElement): void {
  if (isDark(options)) recolor([drawn, ...drawn.querySelectorAll("*")], DARK);
}

function recolor(nodes: Iterable<Element>, colors: Readonly<Record<string, string>>): void {
  for (const node of nodes) {
    for (const name of ["fill", "stroke", "color"]) {
      const color = node.getAttribute(name);
      if (color !== null && color in colors) node.setAttribute(name, colors[color]!);
    }
  }
}

/** Content moved down by `y`. */
export function below(document: Document, y: number, ...content: readonly SVGElement[]): SVGElement {
  const group = element(document, "g", { transform: `translate(0,${y})` });
  group.append(...content);
  return group;
}
