/** Figures of measurements: lines over two logarithmic axes, in the style of @lindblad/plot. */
import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";
import { styleOf } from "../../plot/dist/data.js";
import { endLabels, endMargin } from "../../plot/dist/legend.js";
import { FONT, FONT_SIZE, GRID, INK, MARGIN, TITLE_SIZE, WIDTH } from "../../plot/dist/style.js";
import { asGroup, element, plainText, withText } from "../../plot/dist/svg.js";

const HEIGHT = 540;
const TITLE_HEIGHT = 44;
const LEFT = 92;
/** From an axis' end to the outermost value. */
const MARGIN_DECADES = 0.08;

/**
 * An SVG file. A line is `{ label, dash, color, points: [[x, y], …] }`: solid with an empty dash, colours by number. With `reverse` x falls to the right.
 * A name stands at its line's end, at the right.
 */
export function logFigure({ title, x, y, lines, reverse = false }) {
  const document = new DOMParser().parseFromString('<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml");
  const shown = lines
    .map((line) => ({
      ...line,
      points: line.points.filter((point) => point.every((value) => value > 0 && Number.isFinite(value))),
    }))
    .filter(({ points }) => points.length > 0)
    .map((line, k) => ({ ...line, color: styleOf(line.color ?? k).color }));
  const right = Math.ceil(endMargin(shown));
  const [horizontal, vertical] = [0, 1].map((k) =>
    axisOf(shown.flatMap(({ points }) => points.map((point) => point[k]))),
  );
  const plot = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: LEFT,
    marginRight: right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom + 6,
    x: { ...horizontal, type: "log", reverse, label: x, labelAnchor: "center", labelArrow: "none", labelOffset: 48 },
    y: { ...vertical, type: "log", label: null },
    marks: [
      Plot.gridY(vertical.ticks, { stroke: GRID, strokeOpacity: 1 }),
      Plot.gridX(horizontal.ticks, { stroke: GRID, strokeOpacity: 1 }),
      ...shown.flatMap(({ points, color, dash }) => [
        Plot.line(points, { stroke: color, strokeWidth: 2, strokeDasharray: dash }),
        Plot.dot(points, { r: dash === "" ? 4 : 2.6, fill: color, stroke: "none" }),
      ]),
    ],
  });
  plot.append(plainText(document, y, { x: LEFT, y: MARGIN.top - 14, "text-anchor": "start" }));
  const scales = { x: plot.scale("x"), y: plot.scale("y") };
  const ends = shown.map(({ points }) => {
    const last = points.reduce((a, b) => (scales.x.apply(b[0]) > scales.x.apply(a[0]) ? b : a));
    return Math.round(scales.y.apply(last[1]));
  });
  plot.append(...endLabels(document, shown, ends, { left: LEFT, right }, [MARGIN.top, HEIGHT - MARGIN.bottom]));
  return svgOf(document, title, plot);
}

function svgOf(document, title, plot) {
  const height = HEIGHT + TITLE_HEIGHT;
  const svg = element(document, "svg", {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${WIDTH} ${height}`,
    width: WIDTH,
    height,
    "font-family": FONT,
    "font-size": FONT_SIZE,
    fill: INK,
  });
  svg.append(
    withText(document, element(document, "title", {}), title),
    element(document, "rect", { width: WIDTH, height, fill: "white" }),
    plainText(document, title, { x: LEFT, y: 30, "font-size": TITLE_SIZE, "font-weight": "bold" }),
    asGroup(document, plot, TITLE_HEIGHT),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.outerHTML}\n`;
}

/** A range around the values, and its ticks: powers of ten, or also their double and fivefold when there are few of those. */
function axisOf(values) {
  const logs = values.map(Math.log10);
  const [low, high] = [Math.min(...logs) - MARGIN_DECADES, Math.max(...logs) + MARGIN_DECADES];
  const every = high - low > 9 ? 2 : 1;
  const factors = high - low < 2.5 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(low); power <= high; power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) ticks.push(Number(`${factor}e${power}`));
  }
  const domain = [10 ** low, 10 ** high];
  const inside = ticks.filter((tick) => tick >= domain[0] && tick <= domain[1]);
  return { domain, ticks: inside, tickFormat: (tick) => tickLabel(tick) };
}

function tickLabel(tick) {
  if (tick >= 1e-3 && tick < 1e4) return `${tick}`;
  const [factor, power] = tick.toExponential().split("e");
  const raised = [...String(Number(power))].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
  return factor === "1" ? `10${raised}` : `${factor}·10${raised}`;
}
