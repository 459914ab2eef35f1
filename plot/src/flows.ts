/**
 * The energy ledger as a picture: baths, the parts A and B and their correlation chi as nodes, integrated flows as arrows whose widths are
 * their sizes.
 * @module
 */
import { axisTitle } from "./chart.ts";
import type { FigureData } from "./data.ts";
import type { Frame, Panel } from "./panels.ts";
import { FONT_SIZE, INK, LABEL_SIZE, WIDTH } from "./style.ts";
import { element, labelText, plainText } from "./svg.ts";
import { fit, labelWidth } from "./text.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Node extends Point {
  readonly radius: number;
  readonly label: string;
  readonly color: string;
}

/** Energy that has flowed from one node to another; never negative. */
interface Arrow {
  readonly from: Node;
  readonly to: Node;
  readonly energy: number;
  /** How far it bends away from the nodes on its way. */
  readonly bend: number;
}

/** Where nodes stand: the parts a step apart, baths at the edges. */
interface Room {
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly radius: number;
}

/** With and without nodes or arrows above and below the parts. */
const HEIGHT = 380;
const LOW = 200;
const NODE_RADIUS = 34;
const SMALL_RADIUS = 26;
/** Of a bath from the edge, as a share of the width; of the parts, as a share of what is left for them. */
const BATH_AT = 0.093;
const STEP = 0.46;
const MOST_WIDTH = 30;
const LEAST_WIDTH = 1.5;
/** Share of the largest flow below which one is rounding. */
const NOTHING = 1e-9;
const BODY_COLORS = { A: "#0072B2", B: "#D55E00", chi: "#009E73" } as const;
const BATH_COLOR = "#777777";
const TITLE = "energy that has flowed by the end of the run";

type Body = keyof typeof BODY_COLORS;

/** The panel, or none where nothing is known of flows. */
export function flowDiagram({ document, data, sides }: Frame): Panel[] {
  if (data.channels === undefined || data.times.length === 0) return [];
  const channels = data.channels;
  const roomOf = (height: number): Room => ({
    width: sides.width,
    height,
    step: STEP * (0.5 - BATH_AT) * sides.width,
    radius: sides.width < WIDTH ? SMALL_RADIUS : NODE_RADIUS,
  });
  const isFlat = ({ nodes, arrows }: ReturnType<typeof layOut>) =>
    nodes.every(({ y }) => y === nodes[0]!.y) && arrows.every(({ bend, energy }) => bend === 0 || energy === 0);
  const full = layOut(data, channels, roomOf(HEIGHT));
  const height = isFlat(full) ? LOW : HEIGHT;
  const { nodes, arrows } = height === LOW ? layOut(data, channels, roomOf(LOW)) : full;
  const largest = arrows.reduce((most, { energy }) => Math.max(most, energy), 0);
  const shown = arrows.filter(({ energy }) => energy > NOTHING * largest);
  const group = element(document, "g", { role: "img", "aria-label": describe(shown) });
  group.append(axisTitle(document, TITLE, sides));
  // In a narrow picture numbers of flows as thin as lines would cover each other.
  const named = sides.width < WIDTH ? 0.01 * largest : 0;
  for (const arrow of shown) {
    const [line, head, size] = drawArrow(document, arrow, largest);
    group.append(line, head, ...(arrow.energy >= named ? [size] : []));
  }
  for (const node of nodes) group.append(...drawNode(document, node));
  if (shown.length === 0)
    group.append(
      plainText(document, "nothing has flowed", { x: sides.width / 2, y: height - 30, "text-anchor": "middle" }),
    );
  return [{ group, height }];
}

/** What the picture shows, in words. */
function describe(arrows: readonly Arrow[]): string {
  const words = arrows.map(({ from, to, energy }) => `${number(energy)} from ${from.label} to ${to.label}`);
  return `Integrated energy flows: ${words.length === 0 ? "none" : words.join("; ")}`;
}

function layOut(data: FigureData, channels: readonly string[], room: Room): { nodes: Node[]; arrows: Arrow[] } {
  const { width, height, step, radius } = room;
  const middle = height / 2 + 14;
  const bodies: Record<Body, Node> = {
    A: { x: width / 2 - step, y: middle, radius, label: "A", color: BODY_COLORS.A },
    chi: { x: width / 2, y: middle, radius, label: "χ", color: BODY_COLORS.chi },
    B: { x: width / 2 + step, y: middle, radius, label: "B", color: BODY_COLORS.B },
  };
  const baths = data.baths ?? [];
  const beside = (site: "A" | "B", x: number): [string, Node][] => {
    const own = baths.filter((bath) => bath.site === site);
    return own.map(({ name }, k) => {
      const y = own.length === 1 ? middle : 80 + ((height - 150) * k) / (own.length - 1);
      return [name, { x, y, radius, label: name === site ? `bath_${name}` : name, color: BATH_COLOR }];
    });
  };
  const rest = channels.filter(
    (channel) => channel !== "hamiltonian" && !baths.some(({ name, site }) => name === channel && site !== "global"),
  );
  const above = rest.map((name, k): [string, Node] => {
    const x = width / 2 + step * (k - (rest.length - 1) / 2);
    return [name, { x, y: name === "work" ? height - 60 : 74, radius, label: name, color: BATH_COLOR }];
  });
  const sources = new Map([...beside("A", BATH_AT * width), ...beside("B", (1 - BATH_AT) * width), ...above]);
  const arrows = channels.flatMap((channel) => {
    const last = (body: Body) => {
      const values = data.series[`ledger_${channel}_${body}`];
      return values?.[data.times.length - 1] ?? 0;
    };
    const source = sources.get(channel);
    // The Hamiltonian makes local energy of correlation energy, and back.
    if (source === undefined)
      return (["A", "B"] as const).map((body) => arrow(bodies.chi, bodies[body], last(body), room));
    return (["A", "B", "chi"] as const).map((body) => arrow(source, bodies[body], last(body), room));
  });
  return { nodes: [...Object.values(bodies), ...sources.values()], arrows };
}

function arrow(from: Node, to: Node, energy: number, { step }: Room): Arrow {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  // Long arrows bend away from the nodes that lie on their way.
  const bend = Math.abs(dx) > 1.4 * step && Math.abs(dy) < 40 ? -0.42 * Math.hypot(dx, dy) : 0;
  return energy < 0 ? { from: to, to: from, energy: -energy, bend } : { from, to, energy, bend };
}

/** A curve that passes over what lies between, a head, and the number beside it. */
function drawArrow(
  document: Document,
  { from, to, energy, bend }: Arrow,
  largest: number,
): [SVGElement, SVGElement, SVGElement] {
  const width = Math.max(LEAST_WIDTH, (MOST_WIDTH * energy) / largest);
  const control = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 + bend };
  const start = edge(from, control);
  const head = 8 + width / 2;
  const end = edge(to, control, head);
  const tip = edge(to, control);
  const [ux, uy] = [(tip.x - end.x) / head, (tip.y - end.y) / head];
  const half = width / 2 + 6;
  const color = from.color === BATH_COLOR ? to.color : from.color;
  const label = { x: (start.x + 2 * control.x + end.x) / 4, y: (start.y + 2 * control.y + end.y) / 4 };
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
    plainText(document, number(energy), {
      x: round(label.x),
      y: round(label.y - width / 2 - 6),
      "text-anchor": "middle",
      "font-size": FONT_SIZE - 2,
      fill: INK,
      // Readable where arrows cross.
      stroke: "white",
      "stroke-width": 4,
      "paint-order": "stroke",
    }),
  ];
}

/** The point on a node's edge, or before it, towards another point. */
function edge(node: Node, towards: Point, before = 0): Point {
  const [dx, dy] = [towards.x - node.x, towards.y - node.y];
  const share = (node.radius + before) / Math.hypot(dx, dy);
  return { x: node.x + dx * share, y: node.y + dy * share };
}

function drawNode(document: Document, { x, y, radius, label, color }: Node): SVGElement[] {
  const shown = fit(label, 2 * radius + 24, (text) => labelWidth(text, LABEL_SIZE, true));
  const inside = labelWidth(shown, LABEL_SIZE, true) < 2 * radius - 8;
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
      y: round(inside ? y : y + radius + 18),
      dy: inside ? "0.35em" : 0,
      "text-anchor": "middle",
      "font-weight": "bold",
      "font-size": inside ? LABEL_SIZE : FONT_SIZE,
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
function number(energy: number): string {
  return String(Number(energy.toPrecision(3)));
}
