/**
 * Sizes, fonts and colours that the parts of a figure share.
 * @module
 */

/** Of a figure, in its own units; one that is shown smaller is laid out anew, but not below this: text stays readable on a telephone. */
export const WIDTH = 860;
export const LEAST_WIDTH = 500;
/** Free space at the right edge, beside text that may reach that far. */
export const EDGE = 16;
export const MARGIN: { readonly [side in "left" | "right" | "top" | "bottom" | "bottomBare"]: number } = {
  left: 84,
  right: 96,
  top: 40,
  bottom: 58,
  bottomBare: 30,
};
export const FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";
export const FONT_SIZE = 16;
export const TITLE_SIZE = 20;
/** Of the names at the lines' ends. */
export const LABEL_SIZE = 18;
export const LEGEND_HEIGHT = 26;
export const INK = "#222222";
export const GRID = "#d9d9d9";

/** How exact values are marked: a circle for some of them, or a dashed line. */
export type ExactMarks = "circles" | "dashed";
/** Dashes of that line, over the solid one that is computed. */
export const EXACT_DASH = "5 5";

/** "light" is ink on white, "dark" light ink on nearly black. */
export type Theme = "light" | "dark";

/** What the colours of a light figure become in a dark one; others stay what they are. */
export const DARK: Readonly<Record<string, string>> = {
  white: "#15181c",
  [INK]: "#e8e8e8",
  [GRID]: "#3b4149",
  "#000000": "#ffffff",
  "#ececec": "#262b31",
  "#f6f8fa": "#1d2126",
  "#9a9a9a": "#868c94",
  "#777777": "#a8aeb6",
  "#7a8794": "#a3b0bd",
  "#0072B2": "#4ea9e6",
  "#D55E00": "#f08a3c",
  "#009E73": "#2bc398",
  "#CC79A7": "#e09cc4",
};

/** Sizes of text, and of the room that it needs. */
export interface Sizes {
  /** Of all text but these two: titles, and names at the ends of lines. */
  readonly font: number;
  readonly title: number;
  readonly label: number;
  /** From one row of a legend to the next, and the most names in it. */
  readonly row: number;
  readonly mostNames: number;
  /** Free space at the edges. */
  readonly edge: number;
  /** From the end of a line to its name, and the widest name that stands there. */
  readonly gap: number;
  readonly widestName: number;
  /** Around the axes; at least so much on the left and right. */
  readonly margin: typeof MARGIN;
  /** Widths of lines, as shares of those on a full sheet. */
  readonly stroke: number;
  /** A figure that is shown narrower than this is scaled down. */
  readonly least: number;
}

/** Of a sheet that is read alone. */
export const FULL: Sizes = {
  font: FONT_SIZE,
  title: TITLE_SIZE,
  label: LABEL_SIZE,
  row: LEGEND_HEIGHT,
  mostNames: Number.POSITIVE_INFINITY,
  edge: EDGE,
  gap: 12,
  widestName: 190,
  margin: MARGIN,
  stroke: 1,
  least: LEAST_WIDTH,
};

/** Of a figure among others in a page, laid out at the pixels that it has. */
export function compactSizes(width: number): Sizes {
  const font = width < 360 ? 12 : width < 560 ? 13 : 14;
  return {
    font,
    title: font + 1,
    label: font + 1,
    row: Math.round(1.5 * font),
    mostNames: 16,
    edge: 6,
    gap: 6,
    widestName: 0.25 * width,
    margin: { left: 2 * font, right: font, top: 8, bottom: Math.round(3.6 * font), bottomBare: 2 * font },
    stroke: 0.8,
    least: 300,
  };
}

/** Colours of lines on white as those of small text: the contrast is at least 5 (WCAG 2.2 asks for 4.5). */
export const TEXT_COLORS: Readonly<Record<string, string>> = {
  "#777777": "#6b6b6b",
  "#D55E00": "#b34f00",
  "#009E73": "#00795a",
  "#CC79A7": "#a8457c",
  "#56B4E9": "#1f74ab",
  "#E69F00": "#8f6300",
};

/** Where panels begin and end, left and right: the same for all, so that times stand above each other; and how wide the figure is. */
export interface Sides {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  /** Default those of a full sheet. */
  readonly sizes?: Sizes | undefined;
}
