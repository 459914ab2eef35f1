/**
 * A map of a function on phase space: colours of two kinds, the same distance from white for values of the same size.
 * @module
 */
import { nameOf, timeAxis } from "./axis.ts";
import { canvas, type FigureOptions, isDark, sheetWidth, TITLE_HEIGHT } from "./canvas.ts";
import { fitsBeside, leftMargin } from "./chart.ts";
import { colorKey, frameAt, imageAt, KEY_GAP, KEY_WIDTH, ticksAt } from "./color-key.ts";
import { COLORS, divergingColors } from "./palette.ts";
import { pngUri } from "./png.ts";
import { FONT_SIZE, MARGIN } from "./style.ts";
import { plainText } from "./svg.ts";
import { fit, textWidth } from "./text.ts";

/** Values on an even grid: what `wigner` and `qfunc` of lindblad return. */
export interface MapData {
  /** Coordinates of the columns, evenly spaced. */
  readonly x: ArrayLike<number>;
  /** Coordinates of the rows. */
  readonly y: ArrayLike<number>;
  /** Row by row. */
  readonly values: ArrayLike<number>;
  /** What the colours mean. Default "W(x, y)". */
  readonly quantity?: string | undefined;
  /** Names of the axes. Default "x" and "y". */
  readonly axes?: readonly [string, string] | undefined;
}

const WIDEST = 600;
const HIGHEST = 620;
/** What rounding makes of a value of 0, as a share of the largest. */
const ROUNDING = 1e-9;

/**
 * Draws a map, with a bar that says what the colours mean.
 * @throws RangeError where the grid is not even, or values are missing
 */
export function wignerFigure(data: MapData, options: FigureOptions): SVGSVGElement {
  const { document } = options;
  const { values, quantity = "W(x, y)", axes = ["x", "y"] } = data;
  const [columns, rows] = [ends(data.x, "x"), ends(data.y, "y")];
  const [nx, ny] = [data.x.length, data.y.length];
  if (values.length !== nx * ny) {
    throw new RangeError(`values: expected ${nx} x ${ny} = ${nx * ny} of them, got ${values.length}`);
  }
  const [extentX, extentY] = [columns.high - columns.low, rows.high - rows.low];
  const sheet = sheetWidth(options);
  const widest = Math.min(WIDEST, sheet - 2 * MARGIN.left - KEY_GAP - KEY_WIDTH);
  const scale = Math.min(widest / extentX, HIGHEST / extentY);
  const [width, height] = [Math.max(120, scale * extentX), Math.max(120, scale * extentY)];
  // Where nothing is negative the key has no colours for it; those of positive values stay what they are.
  const numbers = Array.from(values).filter(Number.isFinite);
  const [least, most] = [numbers.reduce((a, b) => Math.min(a, b), 0), numbers.reduce((a, b) => Math.max(a, b), 0)];
  const range = Math.max(-least, most) || 1;
  const lowest = most > 0 && least >= -ROUNDING * range ? 0 : -range;

  const x = timeAxis([columns.low, columns.high], (labels) =>
    fitsBeside(labels, { width: width + 2 * MARGIN.left, left: MARGIN.left, right: MARGIN.left }),
  );
  const y = timeAxis([rows.low, rows.high], (labels) => labels.length * 2 * FONT_SIZE < height);
  const left = leftMargin([y]);
  const top = TITLE_HEIGHT + MARGIN.top;

  const palette = divergingColors(isDark(options));
  const pixels = new Uint8Array(nx * ny);
  for (let row = 0; row < ny; row++) {
    for (let column = 0; column < nx; column++) {
      const value = values[(rows.rises ? ny - 1 - row : row) * nx + (columns.rises ? column : nx - 1 - column)]!;
      const share = Number.isFinite(value) ? 0.5 + (0.5 * value) / range : 0.5;
      pixels[row * nx + column] = Math.round(share * (COLORS - 1));
    }
  }
  const area = { x: left, y: top, width, height };
  const within = (content: string, room: number) => fit(content, room, (part) => textWidth(part, FONT_SIZE));
  const text = (content: string, x: number, y: number, anchor: string) =>
    plainText(document, content, { x, y, "text-anchor": anchor });
  const middle = left + width / 2;
  const colors = lowest === 0 ? palette.slice((COLORS - 1) / 2) : palette;
  const content = [
    imageAt(document, pngUri(nx, ny, pixels, palette), area),
    frameAt(document, area),
    ...ticksAt(document, x, "x", (share) => [left + share * width, top + height]),
    ...ticksAt(document, y, "y", (share) => [left, top + (1 - share) * height]),
    text(within(nameOf(x, axes[0]), Math.min(sheet / 2, 2 * middle)), middle, top + height + 50, "middle"),
    text(within(nameOf(y, axes[1]), sheet / 3), left, top - 14, "start"),
    ...colorKey(document, { colors, range: [lowest, range], quantity, beside: area, sheet }),
  ];
  const description = `Map of ${quantity} on ${nx} by ${ny} points, from ${least.toPrecision(3)} to ${most.toPrecision(3)}`;
  const title = data.quantity === undefined ? "Wigner function" : quantity;
  return canvas(options, { title, description, left, height: top + height + 70 }, content);
}

/** Where the cells of evenly spaced points begin and end. @throws RangeError */
function ends(points: ArrayLike<number>, where: string): { low: number; high: number; rises: boolean } {
  if (points.length === 0) throw new RangeError(`${where}: expected at least one coordinate, got none`);
  const [first, last] = [points[0]!, points[points.length - 1]!];
  const step = points.length === 1 ? 1 : (last - first) / (points.length - 1);
  for (let k = 0; k < points.length; k++) {
    if (!(step !== 0 && Math.abs(points[k]! - (first + k * step)) <= 1e-6 * Math.abs(step))) {
      throw new RangeError(`${where}[${k}]: expected evenly spaced coordinates, got ${points[k]}`);
    }
  }
  const [a, b] = [first - step / 2, last + step / 2];
  return { low: Math.min(a, b), high: Math.max(a, b), rises: step > 0 };
}
