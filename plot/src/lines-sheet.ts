/**
 * A figure of one chart whose lines are named at their ends, or above where there is no room.
 * @module
 */
import type * as Plot from "@observablehq/plot";
import type { Axis } from "./axis.ts";
import { below, canvas, type FigureOptions, sheetWidth, TITLE_HEIGHT } from "./canvas.ts";
import { type ChartFrame, chart, leftMargin } from "./chart.ts";
import type { Line } from "./data.ts";
import { endLabels, endMargin, formulaRow, lineLegend, namedAtEnds } from "./legend.ts";
import { LEGEND_HEIGHT, MARGIN, type Sides } from "./style.ts";
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
    /** Of the dashed lines: a row above the chart. */
    readonly formula?: string | undefined;
    /** What stands over the marks, in the coordinates of the chart. */
    readonly over?: readonly SVGElement[];
  },
): SVGSVGElement {
  const { document } = options;
  const { lines, frame, marks, title, description, formula, over = [] } = content;
  const { sides, height, y } = frame;
  const plot = chart(document, frame, marks);
  const named = namedAtEnds(lines);
  const legend = named ? undefined : lineLegend(document, lines, sides);
  if (named) {
    const scale = plot.scale("y")!;
    const ends = lines.map(({ values }) => Math.round(scale.apply((values[values.length - 1] ?? 0) / y.unit)));
    plot.append(...endLabels(document, lines, ends, sides, [MARGIN.top, height - MARGIN.bottom]));
  }
  plot.append(...over);
  const rows = formula === undefined ? 0 : LEGEND_HEIGHT;
  const top = TITLE_HEIGHT + rows + (legend?.height ?? 0);
  return canvas(options, { title, description, left: sides.left, height: top + height }, [
    ...(formula === undefined ? [] : [below(document, TITLE_HEIGHT, formulaRow(document, formula, sides))]),
    below(document, TITLE_HEIGHT + rows, ...(legend?.entries ?? [])),
    below(document, top, asGroup(document, plot, 0)),
  ]);
}
