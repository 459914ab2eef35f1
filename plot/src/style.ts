/**
 * Sizes, fonts and colours that the parts of a figure share.
 * @module
 */

export const WIDTH = 860;
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

/** Where panels begin and end, left and right: the same for all, so that times stand above each other. */
export interface Sides {
  readonly left: number;
  readonly right: number;
}
