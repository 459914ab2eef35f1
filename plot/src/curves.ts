/**
 * Curves over any quantity, each beside its exact values.
 * @module
 */
import * as Plot from "@observablehq/plot";
import { type Axis, logAxis, nameOf, valueAxis } from "./axis.ts";
import type { FigureOptions } from "./canvas.ts";
import { axisTitle, type ChartFrame, fitsBeside, TICKS } from "./chart.ts";
import { type Line, styleOf } from "./data.ts";
import { linesSheet, sidesOf } from "./lines-sheet.ts";
import { lineMark } from "./panels.ts";
import { axisOf, coordinates, rangeOf, type SweepAxis, titleOf } from "./parameter.ts";
import { EXACT_DASH, FONT_SIZE, FULL, INK } from "./style.ts";
import { plainText } from "./svg.ts";
import { fit, textWidth } from "./text.ts";

/** One curve; where a number is not finite it has a gap. */
export interface Curve {
  /** What follows an underscore is a subscript. Not shown where the curve is the only one. */
  readonly label: string;
  /** One value a point. */
  readonly values: ArrayLike<number>;
  /** Of the values; a band of one of them to either side. */
  readonly stdError?: ArrayLike<number> | undefined;
  /** Values of the closed form: a dashed line over the curve. */
  readonly exact?: ArrayLike<number> | undefined;
  /** Where the values are, if not where those of the figure are. */
  readonly x?: ArrayLike<number> | undefined;
}

/** What is computed, over one quantity, beside closed forms. */
export interface CurvesData {
  /** The quantity on the horizontal axis, and its values at the points. */
  readonly x: SweepAxis;
  /** The curves over it. */
  readonly curves: readonly Curve[];
  /** What is on the vertical axis, with its unit. */
  readonly quantity: string;
  /** Of the vertical axis; what is not positive is a gap on a logarithmic one. Default "linear". */
  readonly scale?: "linear" | "log" | undefined;
  /** The closed form of the dashed lines, as the legend writes it. */
  readonly formula?: string | undefined;
  /** Vertical lines at places that theory names. */
  readonly marks?:
    | readonly {
        /** Where on the horizontal axis. */
        readonly at: number;
        /** What stands above it. */
        readonly label: string;
      }[]
    | undefined;
}

const HEIGHT = 430;
/** Curves with up to so many points show where these are. */
const FEW_POINTS = 40;
/** Height of the names of vertical lines. */
const MARK_ROOM = 18;
const MARK_COLOR = "#777777";

/**
 * Draws curves, closed forms as dashed lines over them.
 * @throws RangeError where there is not one value a point, or a logarithm of what is not positive
 */
export function curvesFigure(data: CurvesData, options: FigureOptions): SVGSVGElement {
  const { quantity, curves, scale, marks: places = [] } = data;
  const height = scale === "log" ? (value: number) => (value > 0 ? Math.log10(value) : Number.NaN) : Number;
  const drawn = curves.map((curve, k) => {
    const { values, stdError, exact } = curve;
    const given = { ...data.x, values: curve.x ?? data.x.values };
    const x = coordinates(given, values, `curves[${k}]`);
    for (const [name, series] of Object.entries({ stdError, exact })) {
      if (series === undefined || series.length === x.length) continue;
      throw new RangeError(`curves[${k}].${name}: expected one a point (${x.length}), got ${series.length}`);
    }
    const band = Array.from(stdError ?? [], (error, i) => [height(values[i]! - error), height(values[i]! + error)]);
    const heights = Float64Array.from(values, height);
    const line: Line = { key: curve.label, label: curve.label, ...styleOf(k), width: 2.5, values: heights };
    return { x, line, band, exact: Float64Array.from(exact ?? [], height) };
  });
  const y = heightAxis(
    drawn.flatMap(({ line, band, exact }) => [...Array.from(line.values), ...band.flat(), ...exact]),
    scale,
  );
  // a single one is named on the axis
  const lines = drawn.length === 1 ? [] : drawn.map(({ line }) => line);
  // names of vertical lines stand between the chart and the name of its axis
  const { margin } = FULL;
  const sizes = places.length === 0 ? FULL : { ...FULL, margin: { ...margin, top: margin.top + MARK_ROOM } };
  const sides = { ...sidesOf(options, lines, y), sizes };
  const range = rangeOf(Float64Array.from(drawn.flatMap(({ x }) => Array.from(x))));
  const axis = axisOf(data.x, range, (labels) => fitsBeside(labels, sides));
  const across = (at: number) => (at - axis.origin) / axis.unit;
  const path = (x: Float64Array, values: ArrayLike<number>) =>
    Array.from(values, (value, k): [number, number] => [across(x[k]!), value / y.unit]);
  const few = drawn.filter(({ x }) => x.length <= FEW_POINTS);
  const named = places.map((mark) => mark.at);
  const at = coordinates({ ...data.x, values: named }, named, "marks").map(across);
  const marks = [
    Plot.ruleX(at, { stroke: MARK_COLOR, strokeWidth: 1.2, strokeDasharray: "2 4" }),
    ...drawn.map(({ x, band, line }) =>
      Plot.areaY(
        band.map(([low, high], k) => ({ x: across(x[k]!), low: low! / y.unit, high: high! / y.unit })),
        { x: "x", y1: "low", y2: "high", fill: line.color, fillOpacity: 0.22 },
      ),
    ),
    ...drawn.map(({ x, line }) => lineMark(line, path(x, line.values), line.width)),
    ...few.map(({ x, line }) =>
      Plot.dot(
        path(x, line.values).filter(([, value]) => Number.isFinite(value)),
        { r: 3, fill: line.color, stroke: "none" },
      ),
    ),
    ...drawn.map(({ x, exact }) => lineMark({ color: INK, dash: EXACT_DASH }, path(x, exact), 1.4)),
  ];
  const frame = { x: axis, y, sides, height: HEIGHT, xTitle: titleOf(axis, data.x.name), yTitle: "" };
  const title = `${quantity} over ${data.x.name}`;
  const exact = data.formula === undefined ? "" : `, beside the closed form ${data.formula}`;
  const names = drawn.map(({ line }) => line.label).filter((label) => label !== "");
  const description = `${title}: ${names.join(", ") || "nothing"}${exact}`;
  const labels = places.map(({ label }, k) => markLabel(options.document, label, at[k]!, frame));
  const over = [...labels, ...axisTitle(options.document, nameOf(y, quantity), { ...sides, sizes: FULL })];
  return linesSheet(options, { lines, frame, marks, title, description, formula: data.formula, over });
}

function heightAxis(heights: readonly number[], scale: "linear" | "log" | undefined): Axis {
  if (scale !== "log") return valueAxis(heights, TICKS);
  return logAxis(rangeOf(Float64Array.from(heights)), (labels) => labels.length <= TICKS + 2);
}

/** The name of a vertical line, above its end, inside the figure. */
function markLabel(document: Document, label: string, at: number, { x, sides }: ChartFrame): SVGElement {
  const [low, high] = x.domain;
  const { left, right, width } = sides;
  const place = left + ((at - low) / (high - low)) * (width - left - right);
  const shown = fit(label, width / 3, (text) => textWidth(text, FONT_SIZE - 2));
  const half = textWidth(shown, FONT_SIZE - 2) / 2;
  return plainText(document, shown, {
    x: Math.max(half, Math.min(place, width - half)),
    y: FULL.margin.top + MARK_ROOM - 4,
    fill: MARK_COLOR,
    "font-size": FONT_SIZE - 2,
    "text-anchor": "middle",
  });
}
