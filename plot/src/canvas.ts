/**
 * The sheet that a figure is drawn on: white, with a title, and a description for those who do not see it.
 * @module
 */
import { DARK, EDGE, FONT, FONT_SIZE, INK, LEAST_WIDTH, type Theme, TITLE_SIZE, WIDTH } from "./style.ts";
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
  /** Instead of the figure's own title. */
  readonly title?: string | undefined;
}

/** Width of the sheet in its own units. @throws RangeError for a width that is none */
export function sheetWidth({ width = WIDTH }: FigureOptions): number {
  if (!(width > 0 && Number.isFinite(width))) throw new RangeError(`width: expected a positive number, got ${width}`);
  return Math.min(WIDTH, Math.max(LEAST_WIDTH, width));
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
  const { document, width = WIDTH } = options;
  const sheet = sheetWidth(options);
  const { height, description } = own;
  const title = options.title ?? own.title;
  // A long title begins further left, then is smaller, then is cut.
  const wide = (size: number) => (text: string) => textWidth(text, size, true);
  const left = Math.max(EDGE, Math.min(own.left, sheet - EDGE - wide(TITLE_SIZE)(title)));
  const size = wide(TITLE_SIZE)(title) > sheet - left - EDGE ? FONT_SIZE : TITLE_SIZE;
  const shown = fit(title, sheet - left - EDGE, wide(size));
  const svg = element(document, "svg", {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${sheet} ${height}`,
    width,
    height: (height * width) / sheet,
    "font-family": FONT,
    "font-size": FONT_SIZE,
    fill: INK,
    // of Plot's ticks, which have the colour of the page's text
    color: INK,
    ...(description === undefined ? {} : { role: "img", "aria-label": description }),
  }) as SVGSVGElement;
  svg.append(
    withText(document, element(document, "title", {}), title),
    element(document, "rect", { width: sheet, height, fill: "white" }),
    plainText(document, shown, { x: left, y: 30, "font-size": size, "font-weight": "bold" }),
    ...content,
  );
  if (isDark(options)) darken(svg);
  return svg;
}

/** @throws RangeError for a theme that is none */
export function isDark({ theme = "light" }: FigureOptions): boolean {
  if (theme !== "light" && theme !== "dark") throw new RangeError(`theme: expected "light" or "dark", got ${theme}`);
  return theme === "dark";
}

function darken(svg: SVGElement): void {
  for (const node of [svg, ...svg.querySelectorAll("*")]) {
    for (const name of ["fill", "stroke", "color"]) {
      const color = node.getAttribute(name);
      if (color !== null && color in DARK) node.setAttribute(name, DARK[color]!);
    }
  }
}

/** Content moved down by `y`. */
export function below(document: Document, y: number, ...content: readonly SVGElement[]): SVGElement {
  const group = element(document, "g", { transform: `translate(0,${y})` });
  group.append(...content);
  return group;
}
