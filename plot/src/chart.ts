/**
 * One pair of axes with marks: what the figures of lines and bars share.
 * @module
 */
import * as Plot from "@observablehq/plot";
import { type Axis, nameOf } from "./axis.ts";
import { FULL, GRID, type Sides, type Sizes } from "./style.ts";
import { plainText } from "./svg.ts";
import { fit, textWidth } from "./text.ts";

/** Ticks of a vertical axis. */
export const TICKS = 6;
/** From the axis to the labels of its ticks, and the tick itself. */
const TICK_SPACE = 14;

/** What a chart has besides its marks. */
export interface ChartFrame {
  readonly x: Axis;
  readonly y: Axis;
  readonly sides: Sides;
  readonly height: number;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Whether labels of the horizontal axis stand upright. Default no. */
  readonly isUpright?: boolean;
}

/** Draws marks, whose coordinates count in the units of the axes. */
export function chart(document: Document, frame: ChartFrame, marks: readonly Plot.Markish[]) {
  const { y, sides } = frame;
  const plot = Plot.plot({
    ...frameOptions(document, { ...frame, marginBottom: (sides.sizes ?? FULL).margin.bottom }),
    y: { label: null, domain: [...y.domain], ticks: [...y.ticks], tickFormat: y.format, inset: 8 },
    marks: [
      Plot.gridY(y.ticks, { stroke: GRID, strokeOpacity: 1 }),
      Plot.ruleY(y.domain[0] <= 0 && y.domain[1] >= 0 ? [0] : [], { stroke: GRID, strokeWidth: 2 }),
      ...marks,
    ],
  });
  plot.append(...axisTitle(document, nameOf(y, frame.yTitle), sides));
  return plot;
}

/** What all panels over a horizontal axis have in common. */
export function frameOptions(
  document: Document,
  frame: Pick<ChartFrame, "x" | "sides" | "height" | "isUpright"> & { xTitle: string | null; marginBottom: number },
) {
  const { x, sides, height, xTitle, marginBottom } = frame;
  const { font, margin } = sides.sizes ?? FULL;
  const middle = (sides.left + sides.width - sides.right) / 2;
  const room = 2 * Math.min(middle, sides.width - middle);
  return {
    document,
    width: sides.width,
    height,
    marginLeft: sides.left,
    marginRight: sides.right,
    marginTop: margin.top,
    marginBottom,
    x: {
      domain: [...x.domain],
      ticks: [...x.ticks],
      tickFormat: x.format,
      tickRotate: frame.isUpright ? -90 : 0,
      label: xTitle === null ? null : fit(xTitle, room, (text) => textWidth(text, font)),
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: margin.bottom - 12,
    },
  } satisfies Plot.PlotOptions;
}

/** The quantity on the vertical axis, written above it: easier to read than turned by a quarter. */
export function axisTitle(document: Document, content: string, { left, width, sizes = FULL }: Sides): SVGElement[] {
  if (content === "") return [];
  const { edge, font, margin } = sizes;
  const measure = (text: string) => textWidth(text, font);
  const x = Math.max(edge, Math.min(left, width - edge - measure(content)));
  const shown = fit(content, width - edge - x, measure);
  return [plainText(document, shown, { x, y: margin.top - 14, "text-anchor": "start" })];
}

/** Margins of a chart in a page, whose quantity is its title: above the axis is no more than its power of ten. */
export function tileSides(width: number, axis: Axis, sizes: Sizes, right = 0): Sides {
  const { margin, font } = sizes;
  return {
    width,
    left: leftMargin([axis], sizes),
    right: Math.ceil(Math.max(margin.right, right)),
    sizes: axis.power === "" ? sizes : { ...sizes, margin: { ...margin, top: font + 14 } },
  };
}

/** A margin in which the labels of vertical axes fit. */
export function leftMargin(axes: readonly Axis[], { font, margin }: Sizes = FULL): number {
  const labels = axes.flatMap(({ ticks, format }) => ticks.map((tick) => textWidth(format(tick), font)));
  return Math.ceil(Math.max(margin.left, ...labels.map((width) => width + TICK_SPACE)));
}

/** Whether labels of ticks stand apart over `width`, the outermost inside the figure. */
export function fitsBeside(labels: readonly string[], { width, left, right, sizes = FULL }: Sides): boolean {
  const widest = labels.reduce((most, label) => Math.max(most, textWidth(label, sizes.font)), 0);
  return (
    widest + sizes.font / 2 <= (width - left - right) / Math.max(labels.length, 1) &&
    widest / 2 <= Math.min(left, right)
  );
}
