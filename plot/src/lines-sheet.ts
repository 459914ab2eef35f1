/**
 * A figure of one chart whose lines are named at their ends, or above where there is no room.
 * @module
 */
import type * as Plot from "@observablehq/plot";
import type { Axis } from "./axis.ts";
import { below, canvas, type FigureOptions, sheetWidth, TITLE_HEIGHT } from "./canvas.ts";
import { type ChartFrame, chart, leftMargin } from "./chart.ts";
import type { Line } from "./data.ts";
import { endLabels, endMargin, lineLegend, namedAtEnds } from "./legend.ts";
import { MARGIN, type Sides } from "./style.ts";
import { asGroup } from "./svg.ts";

/** Margins in which the names of lines and the labels of the axis fit. */
export function sidesOf(options: FigureOptions, lines: readonly Line[], y: Axis): Sides {
  return {
    width: sheetWidth(options),
    left: leftMargin([y]),
    right: Math.ceil(Math.max(MARGIN.right, namedAtEnds(lines) ? endMargin(lines) : 0)),
  };
}

/** Draws the chart on its sheet. */
export function linesSheet(
  options: FigureOptions,
  content: {
    readonly lines: readonly Line[];
    readonly frame: ChartFrame;
    readonly marks: readonly Plot.Markish[];
    readonly title: string;
    readonly description: string;
  },
): SVGSVGElement {
  const { document } = options;
  const { lines, frame, marks, title, description } = content;
  const { sides, height, y } = frame;
  const plot = chart(document, frame, marks);
  const named = namedAtEnds(lines);
  const legend = named ? undefined : lineLegend(document, lines, sides);
  if (named) {
    const scale = plot.scale("y")!;
    const ends = lines.map(({ values }) => Math.round(scale.apply((values[values.length - 1] ?? 0) / y.unit)));
    plot.append(...endLabels(document, lines, ends, sides, [MARGIN.top, height - MARGIN.bottom]));
  }
  const top = TITLE_HEIGHT + (legend?.height ?? 0);
  return canvas(options, { title, description, left: sides.left, height: top + height }, [
    below(document, TITLE_HEIGHT, ...(legend?.entries ?? [])),
    below(document, top, asGroup(document, plot, 0)),
  ]);
}
