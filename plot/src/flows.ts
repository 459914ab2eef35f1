/**
 * The energy ledger as a picture: baths, the parts A and B and their correlation chi as nodes, integrated flows as arrows whose widths are
 * their sizes.
 * @module
 */
import { type FigureOptions, sheetWidth, tile } from "./canvas.ts";
import { axisTitle } from "./chart.ts";
import type { FigureData } from "./data.ts";
import { above, BATH_COLOR, beside, type FlowLayout, type Node, type Point, type Stream } from "./flow-layout.ts";
import type { Frame, Panel } from "./frame.ts";
import { compactSizes, FULL, INK, type Sizes, WIDTH } from "./style.ts";
import { element, labelText, plainText } from "./svg.ts";
import { fit, labelWidth, numeral, textWidth } from "./text.ts";

/** What the diagram takes. */
export interface FlowsOptions extends FigureOptions {
  /** Number of the time up to which flows are integrated. Default the last. */
  readonly at?: number | undefined;
}

/** Energy that has flowed from one node to another; never negative. */
interface Arrow {
  readonly from: Node;
  readonly to: Node;
  readonly energy: number;
  readonly bend: number;
}

/** How arrows are drawn. */
interface ArrowStyle {
  /** The energy of the widest arrow, and its width. */
  readonly largest: number;
  readonly mostWidth: number;
  /** Size of the numbers, and the least energy that has one: numbers of flows as thin as lines would cover each other. */
  readonly font: number;
  readonly named: number;
  /** How far a head reaches out of its arrow. */
  readonly head: number;
  /** Where numbers stand beside their arrows, away from the picture's middle: its width. Else they stand above. */
  readonly width?: number;
}

const NODE_RADIUS = 34;
const SMALL_RADIUS = 26;
const LEAST_WIDTH = 1.5;
/** Share of the largest flow below which one is rounding. */
const NOTHING = 1e-9;
/** Share of the largest flow from which one has its number in a narrow picture. */
const NAMED = 0.01;
/** In a small picture no more arrows than the largest ones have numbers. */
const MOST_NUMBERS = 9;
const TITLE = "energy that has flowed by the end of the run";

/** The panel of a sheet, or none where nothing is known of flows. */
export function flowDiagram({ document, data, sides }: Frame): Panel[] {
  if (data.channels === undefined || data.times.length === 0) return [];
  const { width } = sides;
  const isNarrow = width < WIDTH;
  const layout = beside(data, width, isNarrow ? SMALL_RADIUS : NODE_RADIUS);
  const arrows = arrowsAt(layout, data.times.length - 1);
  const largest = arrows.reduce((most, { energy }) => Math.max(most, energy), 0);
  const shown = arrows.filter(({ energy }) => energy > NOTHING * largest);
  const group = element(document, "g", { role: "img", "aria-label": inWords(shown) });
  const style = { largest, mostWidth: 30, font: FULL.font - 2, named: isNarrow ? NAMED * largest : 0, head: 6 };
  group.append(...axisTitle(document, TITLE, sides), ...picture(document, layout, shown, style, FULL));
  if (shown.length === 0) group.append(nothing(document, width / 2, layout.height - 30));
  return [{ group, height: layout.height }];
}

/**
 * Draws where energy has flowed up to one of the times. Widths of arrows compare with the largest flow of the whole run, so that one sees
 * them grow from time to time.
 * @throws RangeError for a width or a theme that is none, and for a time that the run has not
 */
export function flowsFigure(data: FigureData, options: FlowsOptions): SVGSVGElement {
  const { document } = options;
  const sizes = compactSizes(options.width ?? WIDTH);
  const width = sheetWidth(options, sizes);
  const at = timeOf(data, options.at);
  const layout = above(data, width, sizes.font);
  const largest = largestOf(layout);
  const shown = arrowsAt(layout, at).filter(({ energy }) => energy > NOTHING * largest);
  const fewest = shown.map(({ energy }) => energy).sort((a, b) => b - a)[MOST_NUMBERS] ?? 0;
  const style = {
    largest,
    mostWidth: Math.min(0.06 * width, 28),
    font: sizes.font,
    named: Math.max(NAMED * largest, fewest),
    head: 4,
    width,
  };
  const content = [
    ...picture(document, layout, shown, style, sizes),
    ...(shown.length === 0 ? [nothing(document, width / 2, layout.height + sizes.font)] : []),
  ];
  const title =
    data.times.length === 0 ? "energy that has flowed" : `energy that has flowed by t = ${numeral(data.times[at]!, 6)}`;
  const description = describeFlows(data, at);
  // room for the words that nothing has flowed, also when something has: the picture keeps its size
  const height = layout.height + 1.8 * sizes.font;
  return tile(options, { title, description, sizes, height }, content);
}

/** What a flow diagram shows, in words. @param at number of the time up to which flows are integrated; default the last */
export function describeFlows(data: FigureData, at?: number): string {
  const layout = above(data, WIDTH, FULL.font);
  const k = timeOf(data, at);
  const least = NOTHING * largestOf(layout);
  const when = data.times.length === 0 ? "" : ` by t = ${numeral(data.times[k]!, 6)}`;
  return `${inWords(arrowsAt(layout, k).filter(({ energy }) => energy > least))}${when}`;
}

function timeOf({ times }: FigureData, at = Math.max(0, times.length - 1)): number {
  if (Number.isInteger(at) && at >= 0 && at < Math.max(1, times.length)) return at;
  throw new RangeError(`at: expected the number of a time, from 0 to ${times.length - 1}, got ${at}`);
}

function arrowsAt({ streams }: FlowLayout, at: number): Arrow[] {
  return streams.map(({ from, to, energies, bend }) => {
    const energy = energies[at] ?? 0;
    return energy < 0 ? { from: to, to: from, energy: -energy, bend } : { from, to, energy, bend };
  });
}

/** The largest flow at any time. */
function largestOf({ streams }: FlowLayout): number {
  const most = (energies: Stream["energies"]) =>
    Array.from(energies).reduce((max, energy) => (Number.isFinite(energy) ? Math.max(max, Math.abs(energy)) : max), 0);
  return streams.reduce((max, { energies }) => Math.max(max, most(energies)), 0);
}

function inWords(arrows: readonly Arrow[]): string {
  const plain = ({ label }: Node) => label;
  const words = arrows.map(({ from, to, energy }) => `${number(energy)} from ${plain(from)} to ${plain(to)}`);
  return `Integrated energy flows: ${words.length === 0 ? "none" : words.join("; ")}`;
}

function picture(
  document: Document,
  { nodes }: FlowLayout,
  arrows: readonly Arrow[],
  style: ArrowStyle,
  sizes: Sizes,
): SVGElement[] {
  const drawn = arrows.map((arrow) => {
    const [line, head, size] = drawArrow(document, arrow, style);
    return { lines: [line, head], sizes: arrow.energy >= style.named ? [size] : [] };
  });
  const circles = nodes.flatMap((node) => drawNode(document, node, sizes));
  if (style.width === undefined) return [...drawn.flatMap((arrow) => [...arrow.lines, ...arrow.sizes]), ...circles];
  return [...drawn.flatMap(({ lines }) => lines), ...circles, ...drawn.flatMap((arrow) => arrow.sizes)];
}

const nothing = (document: Document, x: number, y: number) =>
  plainText(document, "nothing has flowed", { x, y, "text-anchor": "middle" });

/** A curve that passes over what lies between, a head, and the number beside it. */
function drawArrow(
  document: Document,
  { from, to, energy, bend }: Arrow,
  style: ArrowStyle,
): [SVGElement, SVGElement, SVGElement] {
  const width = Math.max(LEAST_WIDTH, (style.mostWidth * energy) / style.largest);
  const control = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 + bend };
  const start = edge(from, control);
  const head = style.head + 2 + width / 2;
  const end = edge(to, control, head);
  const tip = edge(to, control);
  const [ux, uy] = [(tip.x - end.x) / head, (tip.y - end.y) / head];
  const half = width / 2 + style.head;
  const color = from.color === BATH_COLOR ? to.color : from.color;
  const middle = { x: (start.x + 2 * control.x + end.x) / 4, y: (start.y + 2 * control.y + end.y) / 4 };
  const text = number(energy);
  return [
    element(document, "path", {
      d: `M${point(start)} Q${point(control)} ${point(end)}`,
      fill: "none",
      stroke: color,
      "stroke-width": round(width),
      "stroke-opacity": 0.55,
    }),
    element(document, "path", {
      d: `M${point(tip)} L${point({ x: end.x - uy * half, y: end.y + ux * half })} L${point({ x: end.x + uy * half, y: end.y - ux * half })} Z`,
      fill: color,
    }),
    plainText(document, text, {
      ...numberAt(text, middle, [ux, uy], width, style),
      "font-size": style.font,
      fill: INK,
      // readable where arrows cross
      stroke: "white",
      "stroke-width": 4,
      "paint-order": "stroke",
    }),
  ];
}

/** Above the arrow's middle; or beside it, clear of it whatever its direction. */
function numberAt(
  text: string,
  { x, y }: Point,
  [ux, uy]: readonly [number, number],
  width: number,
  { font, width: sheet }: ArrowStyle,
) {
  if (sheet === undefined) return { x: round(x), y: round(y - width / 2 - 6), "text-anchor": "middle" };
  const half = textWidth(text, font) / 2;
  const away = width / 2 + 3 + Math.abs(uy) * half + Math.abs(ux) * 0.45 * font;
  // across the arrow: up where it lies, else away from the middle
  const isLying = Math.abs(uy) < 0.3;
  const side = isLying ? -Math.sign(ux) : (x < sheet / 2 ? 1 : -1) * Math.sign(uy);
  const within = Math.max(half + 2, Math.min(x - uy * away * side, sheet - half - 2));
  return { x: round(within), y: round(y + ux * away * side + 0.35 * font), "text-anchor": "middle" };
}

/** The point on a node's edge, or before it, towards another point. */
function edge(node: Node, towards: Point, before = 0): Point {
  const [dx, dy] = [towards.x - node.x, towards.y - node.y];
  const share = (node.radius + before) / Math.hypot(dx, dy);
  return { x: node.x + dx * share, y: node.y + dy * share };
}

function drawNode(document: Document, { x, y, radius, label, color, name }: Node, sizes: Sizes): SVGElement[] {
  const shown = fit(label, name?.width ?? 2 * radius + 24, (text) => labelWidth(text, sizes.label, true));
  const inside = labelWidth(shown, sizes.label, true) < 2 * radius - 8;
  const outside = name?.side === "above" ? y - radius - 6 : y + radius + (name === undefined ? 18 : sizes.font + 2);
  return [
    element(document, "circle", {
      cx: x,
      cy: round(y),
      r: radius,
      fill: "white",
      stroke: color,
      "stroke-width": 3,
    }),
    labelText(document, shown, {
      x,
      y: round(inside ? y : outside),
      dy: inside ? "0.35em" : 0,
      "text-anchor": "middle",
      "font-weight": "bold",
      "font-size": inside ? sizes.label : sizes.font,
      fill: color,
    }),
  ];
}

function point({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}

/** Three digits are enough to compare widths. */
function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
