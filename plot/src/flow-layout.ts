/**
 * Where the nodes of a flow diagram stand, and what flows between them: baths, the parts A and B, their correlation chi.
 * @module
 */
import type { FigureData } from "./data.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Node extends Point {
  readonly radius: number;
  readonly label: string;
  readonly color: string;
  /** Where the name stands that does not fit inside, and its room; default below, of about the node's width. */
  readonly name?: { readonly side: "above" | "below"; readonly width: number };
}

/** What flows from one node to another, up to every time; negative where it flows back. */
export interface Stream {
  readonly from: Node;
  readonly to: Node;
  readonly energies: ArrayLike<number>;
  /** How far it bends away from the nodes on its way. */
  readonly bend: number;
}

/** All of a picture. */
export interface FlowLayout {
  readonly nodes: readonly Node[];
  readonly streams: readonly Stream[];
  readonly height: number;
}

type Body = "A" | "B" | "chi";
type Bodies = Readonly<Record<Body, Node>>;
/** Names of the baths of a part. */
type Owned = Readonly<Record<"A" | "B", readonly string[]>>;

export const BATH_COLOR = "#777777";
const BODY_COLORS = { A: "#0072B2", B: "#D55E00", chi: "#009E73" } as const;
const BODY_LABELS = { A: "A", B: "B", chi: "χ" } as const;

/** On a sheet: with and without nodes or arrows above and below the parts. */
const HEIGHT = 380;
const LOW = 200;
/** On a sheet: of a bath from the edge, as a share of the width; of the parts, as a share of what is left for them. */
const BATH_AT = 0.093;
const STEP = 0.46;

/** Baths beside their parts, all others above the middle, work below it. @param radius of a node */
export function beside(data: FigureData, width: number, radius: number): FlowLayout {
  const at = (height: number): FlowLayout => {
    const step = STEP * (0.5 - BATH_AT) * width;
    const middle = height / 2 + 14;
    const bodies = bodiesAt(width / 2, step, middle, radius);
    const { owned, rest } = channelsOf(data);
    const own = (site: "A" | "B", x: number) =>
      owned[site].map((name, k, { length }): [string, Node] => {
        const y = length === 1 ? middle : 80 + ((height - 150) * k) / (length - 1);
        return [name, { x, y, radius, label: bathLabel(name, site), color: BATH_COLOR }];
      });
    const others = rest.map((name, k): [string, Node] => {
      const x = width / 2 + step * (k - (rest.length - 1) / 2);
      return [name, { x, y: name === "work" ? height - 60 : 74, radius, label: name, color: BATH_COLOR }];
    });
    const sources = new Map([...own("A", BATH_AT * width), ...own("B", (1 - BATH_AT) * width), ...others]);
    const bend = (from: Node, to: Node) => {
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      // long arrows bend away from the nodes that lie on their way
      return Math.abs(dx) > 1.4 * step && Math.abs(dy) < 40 ? -0.42 * Math.hypot(dx, dy) : 0;
    };
    return {
      nodes: [...Object.values(bodies), ...sources.values()],
      streams: streamsOf(data, bodies, sources, bend),
      height,
    };
  };
  const full = at(HEIGHT);
  const last = data.times.length - 1;
  const isFlat =
    full.nodes.every(({ y }) => y === full.nodes[0]!.y) &&
    full.streams.every(({ bend, energies }) => bend === 0 || (energies[last] ?? 0) === 0);
  return isFlat ? at(LOW) : full;
}

/** Baths above their parts, so that arrows have room in a narrow picture; work below the middle. */
export function above(data: FigureData, width: number, font: number): FlowLayout {
  const radius = 1.5 * font;
  const { owned, rest } = channelsOf(data);
  const baths = rest.filter((name) => name !== "work");
  const step = Math.min(width / 2 - 4.4 * font, 200);
  const top = 3.2 * font;
  const middle =
    owned.A.length + owned.B.length + baths.length === 0
      ? radius + 4
      : top + Math.min(Math.max(8.5 * font, 0.2 * width), 12 * font);
  const bodies = bodiesAt(width / 2, step, middle, radius);
  /** Nodes in a row around `x`, from `low` to `high`. */
  const row = (names: readonly string[], x: number, [low, high]: [number, number], label: (name: string) => string) => {
    const gap = Math.min(2 * radius + 2 * font, (high - low) / Math.max(names.length, 1));
    const half = (gap * (names.length - 1)) / 2;
    const center = Math.max(low + gap / 2 + half, Math.min(x, high - gap / 2 - half));
    const r = Math.max(1, Math.min(radius, gap / 2 - 2));
    return names.map((name, k): [string, Node] => {
      const place = {
        x: center + gap * k - half,
        y: top,
        radius: r,
        name: { side: "above" as const, width: Math.max(0, gap - 4) },
      };
      return [name, { ...place, label: label(name), color: BATH_COLOR }];
    });
  };
  const third = baths.length === 0 ? width / 2 : width / 3;
  const sources = new Map([
    ...row(owned.A, bodies.A.x, [2, third], (name) => bathLabel(name, "A")),
    ...row(owned.B, bodies.B.x, [width - third, width - 2], (name) => bathLabel(name, "B")),
    ...row(baths, width / 2, [third, width - third], (name) => name),
  ]);
  let height = middle + radius + 6;
  if (rest.includes("work")) {
    const y = middle + 6.5 * font;
    const name = { side: "below" as const, width: width / 3 };
    sources.set("work", { x: width / 2, y, radius, label: "work", color: BATH_COLOR, name });
    height = y + radius + 1.8 * font;
  }
  const streams = streamsOf(data, bodies, sources, () => 0);
  return { nodes: [...Object.values(bodies), ...sources.values()], streams, height: Math.round(height) };
}

function bodiesAt(x: number, step: number, y: number, radius: number): Bodies {
  const body = (key: Body, at: number): Node => ({
    x: at,
    y,
    radius,
    label: BODY_LABELS[key],
    color: BODY_COLORS[key],
  });
  return { A: body("A", x - step), chi: body("chi", x), B: body("B", x + step) };
}

const bathLabel = (name: string, site: "A" | "B") => (name === site ? `bath_${name}` : name);

/** The channels of the ledger by where they stand; the Hamiltonian is no node. */
function channelsOf({ channels = [], baths = [] }: FigureData): { owned: Owned; rest: readonly string[] } {
  const of = (site: "A" | "B") => baths.filter((bath) => bath.site === site).map(({ name }) => name);
  const owned = { A: of("A"), B: of("B") };
  const rest = channels.filter(
    (channel) => channel !== "hamiltonian" && !owned.A.includes(channel) && !owned.B.includes(channel),
  );
  return { owned, rest };
}

function streamsOf(
  data: FigureData,
  bodies: Bodies,
  sources: ReadonlyMap<string, Node>,
  bend: (from: Node, to: Node) => number,
): Stream[] {
  return (data.channels ?? []).flatMap((channel) => {
    const source = sources.get(channel);
    // the Hamiltonian makes local energy of correlation energy, and back
    const [from, parts]: [Node, readonly Body[]] =
      source === undefined ? [bodies.chi, ["A", "B"]] : [source, ["A", "B", "chi"]];
    return parts.map((body): Stream => {
      const to = bodies[body];
      return { from, to, energies: data.series[`ledger_${channel}_${body}`] ?? [], bend: bend(from, to) };
    });
  });
}
