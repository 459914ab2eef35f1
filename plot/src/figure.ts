/**
 * The figure of a run: its series over time with exact values on top, and below how far the two are apart.
 * @module
 */
import { type Axis, timeAxis, valueAxis } from "./axis.ts";
import { below, canvas, type FigureOptions, sheetWidth, TITLE_HEIGHT } from "./canvas.ts";
import { fitsBeside, leftMargin, TICKS } from "./chart.ts";
import { type FigureComparison, type FigureData, groupsOf, type Line, type LineGroup, styleOf } from "./data.ts";
import { flowDiagram } from "./flows.ts";
import type { Frame, Panel } from "./frame.ts";
import { comparisonRow, endMargin, namedAtEnds } from "./legend.ts";
import { differencePanel, seriesPanel } from "./panels.ts";
import { LEGEND_HEIGHT, MARGIN, type Sides } from "./style.ts";

const MAIN_HEIGHT = 390;
const SECOND_HEIGHT = 300;
const DIFFERENCE_HEIGHT = 220;

/** Draws the figure of a run as one SVG element. */
export function seriesFigure(data: FigureData, options: FigureOptions): SVGSVGElement {
  const { document } = options;
  const groups = groupsOf(data);
  const lines = groups.flatMap((group) => group.lines);
  const shown = data.comparisons.filter(({ series }) => lines.some((line) => line.key === series));
  const axes = groups.map((group) => valueAxis(valuesOf(group, shown), TICKS));
  const sides = { width: sheetWidth(options), ...sidesOf(groups, axes) };
  const frame: Frame = { document, data, sides, time: timeAxis(data.times, (labels) => fitsBeside(labels, sides)) };

  const legendEnd = TITLE_HEIGHT + shown.length * LEGEND_HEIGHT;
  const panels = [...panelsOf(frame, groups, axes, shown), ...flowDiagram(frame)];
  const height = panels.reduce((sum, panel) => sum + panel.height, legendEnd);
  const title =
    data.name ??
    (data.kind === "bipartite" ? "Energies of the two parts and of their correlation" : "Expectation values");
  const rows = shown.map((comparison, k) =>
    comparisonRow(document, comparison, lineOf(lines, comparison)!, TITLE_HEIGHT + k * LEGEND_HEIGHT, sides),
  );
  let y = legendEnd;
  const places = panels.map((panel) => {
    const place = below(document, y, panel.group);
    y += panel.height;
    return place;
  });
  return canvas(options, { title, left: sides.left, height }, [...rows, ...places]);
}

function panelsOf(
  frame: Frame,
  groups: readonly LineGroup[],
  axes: readonly Axis[],
  shown: readonly FigureComparison[],
): Panel[] {
  const lines = groups.flatMap((group) => group.lines);
  const differing = frame.data.comparisons.filter(({ difference }) =>
    Array.from(difference).some((x) => x !== 0 && Number.isFinite(x)),
  );
  const panels = groups.map((group, k) =>
    seriesPanel(
      frame,
      group,
      axes[k]!,
      shown.filter((comparison) => lineOf(group.lines, comparison) !== undefined),
      { height: k === 0 ? MAIN_HEIGHT : SECOND_HEIGHT, isLast: differing.length === 0 && k === groups.length - 1 },
    ),
  );
  if (differing.length === 0) return panels;
  const differences = differing.map((comparison, k) => ({
    style: lineOf(lines, comparison) ?? styleOf(lines.length + k),
    values: comparison.difference,
  }));
  return [...panels, differencePanel(frame, differences, DIFFERENCE_HEIGHT)];
}

function lineOf(lines: readonly Line[], comparison: FigureComparison): Line | undefined {
  return lines.find(({ key }) => key === comparison.series);
}

/** Every value that a panel shows. */
function valuesOf({ lines }: LineGroup, shown: readonly FigureComparison[]): number[] {
  return lines.flatMap((line) => [
    ...Array.from(line.values),
    ...shown.filter(({ series }) => series === line.key).flatMap(({ exact }) => Array.from(exact)),
  ]);
}

/** Margins in which the longest labels fit. */
function sidesOf(groups: readonly LineGroup[], axes: readonly Axis[]): Omit<Sides, "width"> {
  const ends = groups.map(({ lines }) => (namedAtEnds(lines) ? endMargin(lines) : 0));
  return {
    left: leftMargin(axes),
    right: Math.ceil(Math.max(MARGIN.right, ...ends)),
  };
}
