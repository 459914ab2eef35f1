/**
 * A map of a function on phase space: colours of two kinds, the same distance from white for values of the same size.
 * @module
 */
import { type Axis, timeAxis, valueAxis } from "./axis.ts";
import { canvas, type FigureOptions, isDark, sheetWidth, TITLE_HEIGHT } from "./canvas.ts";
import { fitsBeside, leftMargin, TICKS } from "./chart.ts";
import { pngUri } from "./png.ts";
import { EDGE, FONT_SIZE, INK, MARGIN } from "./style.ts";
import { element, plainText } from "./svg.ts";
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
const BAR_WIDTH = 22;
const BAR_GAP = 28;
const COLORS = 255;
/** From negative to positive: ColorBrewer's RdBu from blue to red. */
const ANCHORS = [
  [5, 48, 97],
  [33, 102, 172],
  [67, 147, 195],
  [146, 197, 222],
  [247, 247, 247],
  [244, 165, 130],
  [214, 96, 77],
  [178, 24, 43],
  [103, 0, 31],
] as const;
/** The same for dark figures: dark in the middle. */
const DARK_ANCHORS = [
  [209, 229, 240],
  [146, 197, 222],
  [67, 147, 195],
  [33, 102, 172],
  [21, 24, 28],
  [178, 24, 43],
  [214, 96, 77],
  [244, 165, 130],
  [253, 219, 199],
] as const;
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
  const widest = Math.min(WIDEST, sheet - 2 * MARGIN.left - BAR_GAP - BAR_WIDTH);
  const scale = Math.min(widest / extentX, HIGHEST / extentY);
  const [width, height] = [Math.max(120, scale * extentX), Math.max(120, scale * extentY)];
  // Where nothing is negative the bar has no colours for it; those of positive values stay what they are.
  const numbers = Array.from(values).filter(Number.isFinite);
  const [least, most] = [numbers.reduce((a, b) => Math.min(a, b), 0), numbers.reduce((a, b) => Math.max(a, b), 0)];
  const range = Math.max(-least, most) || 1;
  const lowest = most > 0 && least >= -ROUNDING * range ? 0 : -range;
  const bar = valueAxis([lowest, range], TICKS);

  const x = timeAxis([columns.low, columns.high], (labels) =>
    fitsBeside(labels, { width: width + 2 * MARGIN.left, left: MARGIN.left, right: MARGIN.left }),
  );
  const y = timeAxis([rows.low, rows.high], (labels) => labels.length * 2 * FONT_SIZE < height);
  const left = leftMargin([y]);
  const top = TITLE_HEIGHT + MARGIN.top;
  const image = (uri: string, at: { x: number; y: number; width: number; height: number }) =>
    element(document, "image", { ...at, preserveAspectRatio: "none", href: uri });

  const palette = Array.from({ length: COLORS }, (_, k) =>
    colorAt(k / (COLORS - 1), isDark(options) ? DARK_ANCHORS : ANCHORS),
  );
  const pixels = new Uint8Array(nx * ny);
  for (let row = 0; row < ny; row++) {
    for (let column = 0; column < nx; column++) {
      const value = values[(rows.rises ? ny - 1 - row : row) * nx + (columns.rises ? column : nx - 1 - column)]!;
      const share = Number.isFinite(value) ? 0.5 + (0.5 * value) / range : 0.5;
      pixels[row * nx + column] = Math.round(share * (COLORS - 1));
    }
  }
  const barX = left + width + BAR_GAP;
  const barCount = lowest === 0 ? (COLORS + 1) / 2 : COLORS;
  const barColors = Uint8Array.from({ length: barCount }, (_, k) => COLORS - 1 - k);
  const frame = (at: { x: number; y: number; width: number; height: number }) =>
    element(document, "rect", { ...at, fill: "none", stroke: INK });
  const [map, key] = [
    { x: left, y: top, width, height },
    { x: barX, y: top, width: BAR_WIDTH, height },
  ];
  const name = (axis: Axis, text: string) => (axis.power === "" ? text : `${text}, in ${axis.power}`);
  const text = (content: string, x: number, y: number, anchor: string) =>
    plainText(document, content, { x, y, "text-anchor": anchor });
  const within = (content: string, room: number) => fit(content, room, (part) => textWidth(part, FONT_SIZE));
  const barTitle = within(name(bar, quantity), sheet / 2);
  const barTitleWidth = textWidth(barTitle, FONT_SIZE);
  const middle = left + width / 2;
  const content = [
    image(pngUri(nx, ny, pixels, palette), map),
    frame(map),
    image(pngUri(1, barCount, barColors, palette), key),
    frame(key),
    ...ticks(document, x, "x", (share) => [left + share * width, top + height]),
    ...ticks(document, y, "y", (share) => [left, top + (1 - share) * height]),
    ...ticks(document, { ...bar, domain: [lowest / bar.unit, range / bar.unit] }, "bar", (share) => [
      barX + BAR_WIDTH,
      top + (1 - share) * height,
    ]),
    text(within(name(x, axes[0]), Math.min(sheet / 2, 2 * middle)), middle, top + height + 50, "middle"),
    text(within(name(y, axes[1]), sheet / 3), left, top - 14, "start"),
    text(barTitle, Math.min(barX + BAR_WIDTH / 2, sheet - EDGE - barTitleWidth / 2), top - 14, "middle"),
  ];
  const description = `Map of ${quantity} on ${nx} by ${ny} points, from ${least.toPrecision(3)} to ${most.toPrecision(3)}`;
  const title = data.quantity === undefined ? "Wigner function" : quantity;
  return canvas(options, { title, description, left, height: top + height + 70 }, content);
}

function ticks(
  document: Document,
  { ticks, format, domain: [low, high] }: Axis,
  side: "x" | "y" | "bar",
  place: (share: number) => readonly [number, number],
): SVGElement[] {
  return ticks.flatMap((tick) => {
    if (tick < low || tick > high) return [];
    const [x, y] = place((tick - low) / (high - low));
    const [dx, dy] = { x: [0, 6], y: [-6, 0], bar: [6, 0] }[side] as [number, number];
    const anchor = { x: "middle", y: "end", bar: "start" }[side];
    const at = {
      x: x + 1.7 * dx,
      y: y + (side === "x" ? 24 : 0),
      dy: side === "x" ? 0 : "0.32em",
      "text-anchor": anchor,
    };
    return [
      element(document, "path", { d: `M${x},${y} l${dx},${dy}`, stroke: INK }),
      plainText(document, format(tick), at),
    ];
  });
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

type Color = readonly [number, number, number];

function colorAt(share: number, anchors: readonly Color[]): Color {
  const at = share * (anchors.length - 1);
  const k = Math.min(anchors.length - 2, Math.floor(at));
  const between = (c: 0 | 1 | 2) => Math.round(anchors[k]![c] + (at - k) * (anchors[k + 1]![c] - anchors[k]![c]));
  return [between(0), between(1), between(2)];
}
