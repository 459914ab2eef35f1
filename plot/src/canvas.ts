/**
 * The sheet that a figure is drawn on: white, with a title, and a description for those who do not see it.
 * @module
 */
import { EDGE, FONT, FONT_SIZE, INK, TITLE_SIZE, WIDTH } from "./style.ts";
import { element, plainText, withText } from "./svg.ts";
import { fit, textWidth } from "./text.ts";

/** What every figure takes. */
export interface FigureOptions {
  /** Where the elements are made: the page's document, or one of linkedom. */
  readonly document: Document;
  /** Width at which the figure is shown, in pixels; the height follows. Default 860. */
  readonly width?: number | undefined;
  /** Instead of the figure's own title. */
  readonly title?: string | undefined;
}

/** From the top to what stands below the title. */
export const TITLE_HEIGHT = 46;

/**
 * @param left where the title begins
 * @param description what the figure shows, in words: its `aria-label`
 * @throws RangeError for a width that is none
 */
export function canvas(
  { document, width = WIDTH, title: chosen }: FigureOptions,
  own: { title: string; description?: string; left: number; height: number },
  content: readonly SVGElement[],
): SVGSVGElement {
  if (!(width > 0 && Number.isFinite(width))) throw new RangeError(`width: expected a positive number, got ${width}`);
  const { left, height, description } = own;
  const title = chosen ?? own.title;
  const shown = fit(title, WIDTH - left - EDGE, (text) => textWidth(text, TITLE_SIZE, true));
  const svg = element(document, "svg", {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${WIDTH} ${height}`,
    width,
    height: (height * width) / WIDTH,
    "font-family": FONT,
    "font-size": FONT_SIZE,
    fill: INK,
    ...(description === undefined ? {} : { role: "img", "aria-label": description }),
  }) as SVGSVGElement;
  svg.append(
    withText(document, element(document, "title", {}), title),
    element(document, "rect", { width: WIDTH, height, fill: "white" }),
    plainText(document, shown, { x: left, y: 30, "font-size": TITLE_SIZE, "font-weight": "bold" }),
    ...content,
  );
  return svg;
}

/** Content moved down by `y`. */
export function below(document: Document, y: number, ...content: readonly SVGElement[]): SVGElement {
  const group = element(document, "g", { transform: `translate(0,${y})` });
  group.append(...content);
  return group;
}
