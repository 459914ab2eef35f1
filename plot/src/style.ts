/**
 * Sizes, fonts and colours that the parts of a figure share.
 * @module
 */

/** Of a figure, in its own units; one that is shown smaller is laid out anew, but not below this: text stays readable on a telephone. */
export const WIDTH = 860;
export const LEAST_WIDTH = 500;
/** Free space at the right edge, beside text that may reach that far. */
export const EDGE = 16;
export const MARGIN = { left: 84, right: 96, top: 40, bottom: 58, bottomBare: 30 };
export const FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";
export const FONT_SIZE = 16;
export const TITLE_SIZE = 20;
/** Of the names at the lines' ends. */
export const LABEL_SIZE = 18;
export const LEGEND_HEIGHT = 26;
export const INK = "#222222";
export const GRID = "#d9d9d9";

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

/** Where panels begin and end, left and right: the same for all, so that times stand above each other; and how wide the figure is. */
export interface Sides {
  readonly width: number;
  readonly left: number;
  readonly right: number;
}
