/**
 * Figures of sweeps: a scalar as curves over one parameter, or as a map over two.
 * @module
 */
import * as Plot from "@observablehq/plot";
import { valueAxis } from "./axis.ts";
import { below, canvas, type FigureOptions, isCompact, isDark, sheetWidth, TITLE_HEIGHT, tile } from "./canvas.ts";
import { fitsBeside, leftMargin, TICKS } from "./chart.ts";
import { type Area, colorKey, frameAt, imageAt, keyRoom, ticksAt } from "./color-key.ts";
import { type Line, styleOf } from "./data.ts";
import { formulaRow } from "./legend.ts";
import { linesSheet, sidesOf } from "./lines-sheet.ts";
import { COLORS, type Color, divergingColors, hex, sequentialColors } from "./palette.ts";
import { lineMark } from "./panels.ts";
import { axisOf, coordinates, rangeOf, type SweepAxis, titleOf } from "./parameter.ts";
import { pngUri } from "./png.ts";
import { compactSizes, EXACT_DASH, FULL, INK, LEGEND_HEIGHT, WIDTH } from "./style.ts";
import { element, plainText } from "./svg.ts";
import { fit, textWidth } from "./text.ts";

/** A scalar over one parameter. */
export interface SweepCurvesData {
  /** The parameter on the horizontal axis. */
  readonly x: SweepAxis;
  /** The scalar, one value a point; where it is not finite the curve has a gap. */
  readonly values: ArrayLike<number>;
  /** What is on the vertical axis: the name of the scalar. */
  readonly quantity: string;
  /** A second parameter: one curve for each of its values. */
  readonly curves?: SweepAxis | undefined;
}

/** A scalar over two parameters. Points on a grid become cells, others dots. */
export interface SweepMapData {
  /** The parameter on the horizontal axis. */
  readonly x: SweepAxis;
  /** The parameter on the vertical axis. */
  readonly y: SweepAxis;
  /** The scalar, one value a point; where it is not finite the map has a gap. */
  readonly values: ArrayLike<number>;
  /** What the colours mean: the name of the scalar. */
  readonly quantity: string;
  /** A line that theory draws through the map: dashed, with its formula above. It has gaps outside the map, and where it is not finite. Not of a compact figure. */
  readonly boundary?:
    | {
        /** Its points along x. */
        readonly x: ArrayLike<number>;
        /** And along y. */
        readonly y: ArrayLike<number>;
        /** What it is, as text. */
        readonly formula: string;
      }
    | undefined;
}

const HEIGHT = 430;
/** Curves with up to so many points show where these are. */
const FEW_POINTS = 60;
const [WIDEST, HIGHEST] = [600, 440];
/** Of the cells of the usual column or row, so many have to be there: a sweep may not be over, a refined one stands on no grid. */
const LEAST_SHARE = 0.5;
/** Cells of an image whose cells differ in size. */
const PIXELS = 600;
/** Marks what failed. */
const GAP_COLOR = "#9a9a9a";
/** A line over colours, and what it is laid on: those of no theme, as the colours of the map are. */
const BOUNDARY = ["#111111", "#ffffff"] as const;

/** Draws a scalar over a parameter. @throws RangeError where there is not one value a point, or a logarithm of what is not positive */
export function sweepCurvesFigure(data: SweepCurvesData, options: FigureOptions): SVGSVGElement {
  const { quantity, curves } = data;
  const x = coordinates(data.x, data.values, "x");
  const groups = curves === undefined ? [{ label: quantity, members: indices(x) }] : groupsOf(curves);
  const y = valueAxis(Array.from(data.values), TICKS);
  const paths = groups.map(({ label, members }, k) => {
    const order = [...members].sort((a, b) => x[a]! - x[b]!);
    const path = order.map((index): [number, number] => [x[index]!, data.values[index]! / y.unit]);
    const finite = path.filter(([, value]) => Number.isFinite(value));
    const values = finite.map(([, value]) => value * y.unit);
    const line: Line = { key: label, label, ...styleOf(k), width: 2.5, values };
    return { line, path, finite };
  });
  // a single one is named on the axis
  const lines = curves === undefined ? [] : paths.map(({ line }) => line);
  const sides = sidesOf(options, lines, y);
  const axis = axisOf(data.x, rangeOf(x), (labels) => fitsBeside(labels, sides));
  const inUnit = ([at, value]: [number, number]): [number, number] => [(at - axis.origin) / axis.unit, value];
  const failed = indices(x).filter((k) => !Number.isFinite(data.values[k]));
  const bottom = y.domain[0];
  const marks = [
    // a line is broken where a value is missing
    ...paths.map(({ line, path }) => lineMark(line, path.map(inUnit), line.width)),
    ...paths
      .filter(({ finite }) => finite.length <= FEW_POINTS)
      .map(({ line, finite }) => Plot.dot(finite.map(inUnit), { r: 3, fill: line.color, stroke: "none" })),
    Plot.dot(
      failed.map((k) => inUnit([x[k]!, bottom])),
      { symbol: "times", r: 4, stroke: GAP_COLOR, strokeWidth: 1.6 },
    ),
  ];
  const frame = { x: axis, y, sides, height: HEIGHT, xTitle: titleOf(axis, data.x.name), yTitle: quantity };
  const title = `${quantity} over ${data.x.name}`;
  const description = `${title}: ${x.length} points${failed.length === 0 ? "" : `, ${failed.length} failed (crosses)`}`;
  return linesSheet(options, { lines, frame, marks, title, description });
}

/** Draws a scalar over two parameters. @throws RangeError as {@link sweepCurvesFigure} */
export function sweepMapFigure(data: SweepMapData, options: FigureOptions): SVGSVGElement {
  const { document } = options;
  const { values, quantity } = data;
  const compact = isCompact(options);
  const sizes = compact ? compactSizes(options.width ?? WIDTH) : FULL;
  const { font, margin } = sizes;
  const [x, y] = [coordinates(data.x, values, "x"), coordinates(data.y, values, "y")];
  const cells = cellsOf(x, y);
  const bounds = (at: Float64Array, edges: Float64Array | undefined) =>
    edges === undefined ? widened(rangeOf(at)) : rangeOf(edges);
  const sheet = sheetWidth(options, sizes);
  const [rangeX, rangeY] = [bounds(x, cells?.x), bounds(y, cells?.y)];
  const height = compact ? Math.round(Math.min(HIGHEST, 0.75 * sheet)) : HIGHEST;
  const fitsHigh = (labels: readonly string[]) => labels.length * 2 * font < height;
  const axisY = axisOf(data.y, rangeY, fitsHigh);
  const left = leftMargin([axisY], sizes);
  const scale = colorScale(values, isDark(options));
  const key = keyRoom(scale.range, sizes);
  const right = key.gap + key.bar + (compact ? key.labels + sizes.edge : margin.left);
  // of a compact figure the title stands apart, and says what the colours are
  const boundary = compact ? undefined : data.boundary;
  const rows = boundary === undefined ? 0 : LEGEND_HEIGHT;
  const top = compact ? 1.8 * font : TITLE_HEIGHT + rows + margin.top;
  const area = { x: left, y: top, width: Math.min(WIDEST, sheet - left - right), height };
  const beside = compact ? { left: left / 2, right: right / 2 } : { left: margin.left, right: margin.left };
  const around = { ...beside, width: area.width + beside.left + beside.right, sizes };
  const axisX = axisOf(data.x, rangeX, (labels) => fitsBeside(labels, around));
  const failed = indices(values).filter((k) => !Number.isFinite(values[k])).length;
  const place = (share: number, axis: "x" | "y") =>
    axis === "x" ? area.x + share * area.width : area.y + (1 - share) * area.height;
  const shareX = (at: number) => (at - rangeX[0]) / (rangeX[1] - rangeX[0]);
  const shareY = (at: number) => (at - rangeY[0]) / (rangeY[1] - rangeY[0]);
  const within = (text: string, room: number) => fit(text, room, (part) => textWidth(part, font));
  const text = (content: string, at: { x: number; y: number; "text-anchor": string }) =>
    plainText(document, content, at);
  const bottom = area.y + area.height;
  const notes = failed === 0 ? [] : [`${failed} of ${x.length} points failed: ${cells ? "hatched" : "crosses"}`];
  const content = [
    ...(cells === undefined
      ? dots(document, x, values, scale, (k) => [place(shareX(x[k]!), "x"), place(shareY(y[k]!), "y")])
      : cellImage(document, cells, x, y, values, scale, area, failed > 0)),
    ...(boundary === undefined
      ? []
      : [
          below(document, TITLE_HEIGHT, formulaRow(document, boundary.formula, { width: sheet, left })),
          boundaryLine(document, boundary, data, (x, y) => {
            const shares = [shareX(x), shareY(y)] as const;
            const isInside = shares.every((share) => share >= 0 && share <= 1);
            return isInside ? [place(shares[0], "x"), place(shares[1], "y")] : undefined;
          }),
        ]),
    frameAt(document, area),
    ...ticksAt(document, axisX, "x", (share) => [place(share, "x"), bottom], sizes),
    ...ticksAt(document, axisY, "y", (share) => [area.x, place(share, "y")], sizes),
    text(within(titleOf(axisX, data.x.name), sheet / 2), {
      ...{ x: area.x + area.width / 2, y: bottom + 3.125 * font },
      "text-anchor": "middle",
    }),
    text(within(titleOf(axisY, data.y.name), sheet / 3), {
      x: area.x,
      y: area.y - 0.875 * font,
      "text-anchor": "start",
    }),
    ...colorKey(
      document,
      { colors: scale.colors, range: scale.range, quantity: compact ? "" : quantity, beside: area, sheet },
      sizes,
    ),
    ...notes.map((note) =>
      text(within(note, compact ? sheet - area.x : sheet / 2), {
        ...{ x: area.x, y: bottom + 4.875 * font },
        "text-anchor": "start",
      }),
    ),
  ];
  const title = `${quantity} over ${data.x.name} and ${data.y.name}`;
  const shown = failed === x.length ? "" : `, from ${short(scale.data[0])} to ${short(scale.data[1])}`;
  const description = [`${title}: ${x.length} points${shown}`, ...notes].join("; ");
  const whole = Math.round(bottom + (4.375 + 1.5 * notes.length) * font);
  return compact
    ? tile(options, { title, description, sizes, height: whole }, content)
    : canvas(options, { title, description, left, height: whole }, content);
}

/** The line of theory on white, so that it is seen on every colour. @param place undefined outside the map */
function boundaryLine(
  document: Document,
  boundary: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> },
  data: SweepMapData,
  place: (x: number, y: number) => readonly [number, number] | undefined,
): SVGElement {
  const x = coordinates({ ...data.x, values: boundary.x }, boundary.x, "boundary.x");
  const y = coordinates({ ...data.y, values: boundary.y }, boundary.x, "boundary.y");
  const points = indices(x).map((k) =>
    place(x[k]!, y[k]!)
      ?.map((at) => at.toFixed(2))
      .join(","),
  );
  const steps = points.flatMap((point, k) =>
    point === undefined ? [] : [`${points[k - 1] === undefined ? "M" : "L"}${point}`],
  );
  const line = { d: steps.join(" "), fill: "none" };
  const group = element(document, "g", { "data-mark": "boundary" });
  group.append(
    element(document, "path", { ...line, stroke: BOUNDARY[1], "stroke-width": 3, "stroke-opacity": 0.85 }),
    element(document, "path", { ...line, stroke: BOUNDARY[0], "stroke-width": 1.6, "stroke-dasharray": EXACT_DASH }),
  );
  return group;
}

const short = (value: number) => value.toPrecision(3);
const indices = (values: ArrayLike<number>) => Array.from({ length: values.length }, (_, k) => k);

/** With room for the dots at the ends. */
function widened([low, high]: readonly [number, number]): readonly [number, number] {
  const room = 0.03 * (high - low);
  return [low - room, high + room];
}

/** Points by the value of a parameter. */
function groupsOf({ name, values }: SweepAxis): { label: string; members: number[] }[] {
  const groups = new Map<number, number[]>();
  indices(values).forEach((k) => {
    const members = groups.get(values[k]!);
    if (members === undefined) groups.set(values[k]!, [k]);
    else members.push(k);
  });
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([value, members]) => ({ label: `${name} = ${Number(value.toPrecision(4))}`, members }));
}

/** Edges of the cells of a grid. */
interface Cells {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The cells of points that stand on a grid; undefined where they do not. */
function cellsOf(x: Float64Array, y: Float64Array): Cells | undefined {
  const [columns, rows] = [countsOf(x), countsOf(y)];
  if (x.length === 0) return undefined;
  const share = Math.max(medianOf(columns.values()) / rows.size, medianOf(rows.values()) / columns.size);
  if (share < LEAST_SHARE) return undefined;
  return { x: edgesOf(Float64Array.from(columns.keys()).sort()), y: edgesOf(Float64Array.from(rows.keys()).sort()) };
}

/** How often each value is there. */
function countsOf(values: Float64Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function medianOf(numbers: Iterable<number>): number {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[sorted.length >> 1] ?? 0;
}

/** In the middle between neighbours, and as far outside. */
function edgesOf(places: Float64Array): Float64Array {
  const last = places.length - 1;
  if (last === 0) return Float64Array.of(places[0]! - 0.5, places[0]! + 0.5);
  return Float64Array.from({ length: places.length + 1 }, (_, k) => {
    if (k === 0) return 1.5 * places[0]! - 0.5 * places[1]!;
    return k > last ? 1.5 * places[last]! - 0.5 * places[last - 1]! : 0.5 * (places[k - 1]! + places[k]!);
  });
}

interface ColorScale {
  readonly colors: readonly Color[];
  readonly range: readonly [number, number];
  /** The least and the largest value. */
  readonly data: readonly [number, number];
  /** Number of the colour of a value. */
  of(value: number): number;
}

/** Around zero where the sign changes, else from the least to the largest. */
function colorScale(values: ArrayLike<number>, dark: boolean): ColorScale {
  const data = Float64Array.from(values).filter(Number.isFinite);
  const [least, most] =
    data.length === 0 ? [0, 1] : [data.reduce((a, b) => Math.min(a, b)), data.reduce((a, b) => Math.max(a, b))];
  const largest = Math.max(-least, most);
  const changes = least < 0 && most > 0;
  const range = changes ? ([-largest, largest] as const) : rangeOf(Float64Array.of(least, most));
  return {
    colors: changes ? divergingColors(dark) : sequentialColors(),
    range,
    data: [least, most],
    of: (value) => Math.round(((value - range[0]) / (range[1] - range[0])) * (COLORS - 1)),
  };
}

/** One pixel a cell where cells are of one size, over hatching that shows where there is none. */
function cellImage(
  document: Document,
  cells: Cells,
  x: Float64Array,
  y: Float64Array,
  values: ArrayLike<number>,
  scale: ColorScale,
  area: Area,
  hasGaps: boolean,
): SVGElement[] {
  const [columns, rows] = [cells.x.length - 1, cells.y.length - 1];
  const grid = new Float64Array(columns * rows).fill(Number.NaN);
  const cellAt = (edges: Float64Array, at: number) => {
    let [low, high] = [0, edges.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (edges[middle]! <= at) low = middle;
      else high = middle;
    }
    return low;
  };
  for (let k = 0; k < x.length; k++) grid[cellAt(cells.y, y[k]!) * columns + cellAt(cells.x, x[k]!)] = values[k]!;
  const sizeOf = (edges: Float64Array) => (isEven(edges) ? edges.length - 1 : PIXELS);
  const [width, height] = [sizeOf(cells.x), sizeOf(cells.y)];
  const middleOf = (edges: Float64Array, share: number) => edges[0]! + share * (edges.at(-1)! - edges[0]!);
  const pixels = new Uint8Array(width * height);
  // the first colour lets the hatching through
  for (let row = 0; row < height; row++) {
    const cellY = cellAt(cells.y, middleOf(cells.y, 1 - (row + 0.5) / height));
    for (let column = 0; column < width; column++) {
      const value = grid[cellY * columns + cellAt(cells.x, middleOf(cells.x, (column + 0.5) / width))]!;
      pixels[row * width + column] = Number.isFinite(value) ? scale.of(value) + 1 : 0;
    }
  }
  const image = imageAt(document, pngUri(width, height, pixels, [[0, 0, 0], ...scale.colors], 0), area);
  // cells, not a smooth surface
  image.setAttribute("image-rendering", "pixelated");
  const isFull = !hasGaps && grid.every(Number.isFinite);
  return isFull ? [image] : [hatching(document, area), image];
}

function isEven(edges: Float64Array): boolean {
  const step = (edges.at(-1)! - edges[0]!) / (edges.length - 1);
  return edges.every((edge, k) => Math.abs(edge - edges[0]! - k * step) <= 1e-6 * step);
}

/** Diagonal lines over an area. */
function hatching(document: Document, { x, y, width, height }: Area): SVGElement {
  const gap = 8;
  const lines: string[] = [];
  for (let at = gap; at < width + height; at += gap) {
    const [fromX, fromY] = at < height ? [0, at] : [at - height, height];
    const [toX, toY] = at < width ? [at, 0] : [width, at - width];
    lines.push(`M${x + fromX},${y + fromY} L${x + toX},${y + toY}`);
  }
  return element(document, "path", { d: lines.join(" "), stroke: GAP_COLOR, "stroke-width": 1, fill: "none" });
}

/** A dot a point, and a cross where it failed. */
function dots(
  document: Document,
  x: Float64Array,
  values: ArrayLike<number>,
  scale: ColorScale,
  place: (k: number) => readonly [number, number],
): SVGElement[] {
  const r = Math.max(1.5, Math.min(5, Math.sqrt(20_000 / Math.max(x.length, 1))));
  // an outline: the colour of zero is that of the sheet
  const dot = { r, stroke: GAP_COLOR, "stroke-width": 0.5 };
  return indices(x).map((k) => {
    const [cx, cy] = place(k);
    const value = values[k]!;
    if (Number.isFinite(value))
      return element(document, "circle", { ...dot, cx, cy, fill: hex(scale.colors[scale.of(value)]!) });
    const d = `M${cx - 3},${cy - 3} l6,6 M${cx - 3},${cy + 3} l6,-6`;
    return element(document, "path", { d, stroke: INK, fill: "none" });
  });
}
