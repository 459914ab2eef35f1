/**
 * The figure of a run: its series over time with exact values on top, and below how far the two are apart.
 * @module
 */
import { type Axis, timeAxis, valueAxis } from "./axis.ts";
import { type FigureComparison, type FigureData, groupsOf, type Line, type LineGroup, styleOf } from "./data.ts";
import { flowDiagram } from "./flows.ts";
import { comparisonRow, endMargin, namedAtEnds } from "./legend.ts";
import { differencePanel, type Frame, type Panel, seriesPanel } from "./panels.ts";
import { EDGE, FONT, FONT_SIZE, INK, LEGEND_HEIGHT, MARGIN, type Sides, TITLE_SIZE, WIDTH } from "./style.ts";
import { element, plainText, withText } from "./svg.ts";
import { fit, textWidth } from "./text.ts";

/** Options of {@link seriesFigure}. */
export interface FigureOptions {
  /** Where the elements are made: the page's document, or one of linkedom. */
  readonly document: Document;
}

const MAIN_HEIGHT = 390;
const SECOND_HEIGHT = 300;
const DIFFERENCE_HEIGHT = 220;
const TITLE_HEIGHT = 46;
/** Ticks of a vertical axis. */
const TICKS = 6;
/** From the axis to the labels of its ticks, and the tick itself. */
const TICK_SPACE = 14;

/** Draws the figure of a run as one SVG element. */
export function seriesFigure(data: FigureData, { document }: FigureOptions): SVGSVGElement {
  const groups = groupsOf(data);
  const lines = groups.flatMap((group) => group.lines);
  const shown = data.comparisons.filter(({ series }) => lines.some((line) => line.key === series));
  const axes = groups.map((group) => valueAxis(valuesOf(group, shown), TICKS));
  const sides = sidesOf(groups, axes);
  const frame: Frame = { document, data, sides, time: timeAxis(data.times, (labels) => fitsBeside(labels, sides)) };

  const legendEnd = TITLE_HEIGHT + shown.length * LEGEND_HEIGHT;
  const panels = [...panelsOf(frame, groups, axes, shown), ...flowDiagram(frame)];
  const height = panels.reduce((sum, panel) => sum + panel.height, legendEnd);
  const svg = element(document, "svg", {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${WIDTH} ${height}`,
    width: WIDTH,
    height,
    "font-family": FONT,
    "font-size": FONT_SIZE,
    fill: INK,
  }) as SVGSVGElement;
  const title =
    data.name ??
    (data.kind === "bipartite" ? "Energies of the two parts and of their correlation" : "Expectation values");
  const shownTitle = fit(title, WIDTH - sides.left - EDGE, (text) => textWidth(text, TITLE_SIZE, true));
  svg.append(
    withText(document, element(document, "title", {}), title),
    element(document, "rect", { width: WIDTH, height, fill: "white" }),
    plainText(document, shownTitle, { x: sides.left, y: 30, "font-size": TITLE_SIZE, "font-weight": "bold" }),
    ...shown.map((comparison, k) =>
      comparisonRow(document, comparison, lineOf(lines, comparison)!, TITLE_HEIGHT + k * LEGEND_HEIGHT, sides),
    ),
  );
  let y = legendEnd;
  for (const panel of panels) {
    const place = element(document, "g", { transform: `translate(0,${y})` });
    place.append(panel.group);
    svg.append(place);
    y += panel.height;
  }
  return svg;
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
function sidesOf(groups: readonly LineGroup[], axes: readonly Axis[]): Sides {
  const labels = axes.flatMap(({ ticks, format }) => ticks.map((tick) => textWidth(format(tick), FONT_SIZE)));
  const ends = groups.map(({ lines }) => (namedAtEnds(lines) ? endMargin(lines) : 0));
  return {
    left: Math.ceil(Math.max(MARGIN.left, ...labels.map((width) => width + TICK_SPACE))),
    right: Math.ceil(Math.max(MARGIN.right, ...ends)),
  };
}

/** Whether labels of ticks stand apart, the outermost inside the figure. */
function fitsBeside(labels: readonly string[], { left, right }: Sides): boolean {
  const widest = labels.reduce((most, label) => Math.max(most, textWidth(label, FONT_SIZE)), 0);
  const room = (WIDTH - left - right) / Math.max(labels.length, 1);
  return widest + FONT_SIZE / 2 <= room && widest / 2 <= Math.min(left, right);
}
