/**
 * The Bloch sphere of a qubit, seen from a direction, with states and trajectories.
 * @module
 */
import { canvas, type FigureOptions, sheetWidth, TITLE_HEIGHT } from "./canvas.ts";
import { sample, styleOf } from "./data.ts";
import { FONT_SIZE, GRID, INK, LABEL_SIZE, LEGEND_HEIGHT, WIDTH } from "./style.ts";
import { element, labelText, plainText } from "./svg.ts";
import { fit, labelWidth } from "./text.ts";

/** A Bloch vector: the expectation values of sigma_x, sigma_y and sigma_z. */
export type BlochVector = readonly [number, number, number];

/** What is drawn on the sphere. */
export interface BlochData {
  /** States as arrows; what follows an underscore in a label is a subscript. */
  readonly states?:
    | readonly {
        /** Its Bloch vector: of length 1 for a pure state, shorter for a mixed one. */
        readonly vector: BlochVector;
        /** What stands at its tip. Default nothing. */
        readonly label?: string | undefined;
      }[]
    | undefined;
  /** Trajectories as lines, from a ring to a dot. */
  readonly trajectories?:
    | readonly {
        /** <sigma_x> along it. */
        readonly x: ArrayLike<number>;
        /** <sigma_y>. */
        readonly y: ArrayLike<number>;
        /** <sigma_z>. */
        readonly z: ArrayLike<number>;
        /** Its name in the legend. Default none. */
        readonly label?: string | undefined;
      }[]
    | undefined;
  /** Where it is seen from. */
  readonly view?:
    | {
        /** Angle from the x axis, in radians. Default π/6. */
        readonly azimuth?: number | undefined;
        /** Angle above the plane of x and y, in radians. Default π/9. */
        readonly elevation?: number | undefined;
      }
    | undefined;
}

interface Point {
  readonly x: number;
  readonly y: number;
  /** Towards the viewer. */
  readonly depth: number;
}

const RADIUS = 215;
const CENTRE = { x: 320, y: TITLE_HEIGHT + 265 };
const HEIGHT = TITLE_HEIGHT + 530;
/** Beside the sphere, or, where the figure is narrow, below it. */
const LEGEND_LEFT = 610;
const CIRCLE_POINTS = 120;
const LINE_POINTS = 1500;
/** What is behind the sphere's middle is fainter. */
const BEHIND = 0.35;
const AXES: readonly { readonly vector: BlochVector; readonly label: string }[] = [
  { vector: [1, 0, 0], label: "x" },
  { vector: [0, 1, 0], label: "y" },
  { vector: [0, 0, 1], label: "|0⟩" },
  { vector: [0, 0, -1], label: "|1⟩" },
];

/** Draws states of a qubit, and trajectories of them, on the Bloch sphere. @throws RangeError for numbers that are not finite, and trajectories whose coordinates are not of one length */
export function blochFigure(data: BlochData, options: FigureOptions): SVGSVGElement {
  const { document } = options;
  const { states = [], trajectories = [] } = data;
  const project = projection(data.view?.azimuth ?? Math.PI / 6, data.view?.elevation ?? Math.PI / 9);
  states.forEach(({ vector }, k) => {
    if (vector.length !== 3 || !vector.every(Number.isFinite)) {
      throw new RangeError(`states[${k}].vector: expected three finite numbers, got [${vector}]`);
    }
  });
  const paths = trajectories.map(({ x, y, z }, k) => {
    if (x.length !== y.length || x.length !== z.length) {
      throw new RangeError(
        `trajectories[${k}]: expected x, y, z of one length, got ${x.length}, ${y.length}, ${z.length}`,
      );
    }
    const path = sample(x.length, LINE_POINTS).map((at) => project([x[at]!, y[at]!, z[at]!]));
    if (!path.every((point) => Number.isFinite(point.x + point.y + point.depth))) {
      throw new RangeError(`trajectories[${k}]: expected finite numbers`);
    }
    return path;
  });
  const content = [
    element(document, "circle", { cx: CENTRE.x, cy: CENTRE.y, r: RADIUS, fill: "#f6f8fa", stroke: "#9a9a9a" }),
    ...circles(document, project),
    ...axes(document, project),
    ...paths.flatMap((path, k) => drawPath(document, path, styleOf(states.length + k).color)),
    ...states.flatMap(({ vector }, k) => drawState(document, project([0, 0, 0]), project(vector), styleOf(k).color)),
  ];
  const names = [
    ...states.map(({ label }, k) => label ?? `state ${k + 1}`),
    ...trajectories.map(({ label }, k) => label ?? `trajectory ${k + 1}`),
  ];
  const sheet = sheetWidth(options);
  const own = { title: "Bloch sphere", description: describe(data), left: 40 };
  if (sheet < WIDTH) {
    const moved = element(document, "g", { transform: `translate(${sheet / 2 - CENTRE.x},0)` });
    moved.append(...content);
    const entries = legend(document, names, { left: 40, top: HEIGHT + 10, room: names.length, width: sheet });
    return canvas(options, { ...own, height: HEIGHT + LEGEND_HEIGHT * names.length + 20 }, [moved, ...entries]);
  }
  const room = Math.floor((HEIGHT - TITLE_HEIGHT - 40) / LEGEND_HEIGHT);
  const entries = legend(document, names, { left: LEGEND_LEFT, top: TITLE_HEIGHT + 34, room, width: WIDTH });
  return canvas(options, { ...own, height: HEIGHT }, [...content, ...entries]);
}

function describe({ states = [], trajectories = [] }: BlochData): string {
  const vectors = states.map(({ vector, label }, k) => {
    const numbers = vector.map((x) => Number(x.toFixed(3))).join(", ");
    return `${label ?? `state ${k + 1}`} at (${numbers})`;
  });
  const lines = trajectories.length === 0 ? [] : [`${trajectories.length} trajectories`];
  return `Bloch sphere${[...vectors, ...lines].map((words, k) => (k === 0 ? `: ${words}` : `; ${words}`)).join("")}`;
}

/** Orthographic. */
function projection(azimuth: number, elevation: number): (r: BlochVector) => Point {
  const [ca, sa, ce, se] = [Math.cos(azimuth), Math.sin(azimuth), Math.cos(elevation), Math.sin(elevation)];
  return ([x, y, z]) => {
    const forward = x * ca + y * sa;
    return {
      x: CENTRE.x + RADIUS * (y * ca - x * sa),
      y: CENTRE.y - RADIUS * (z * ce - forward * se),
      depth: z * se + forward * ce,
    };
  };
}

/** The equator and the meridians through x and y. */
function circles(document: Document, project: (r: BlochVector) => Point): SVGElement[] {
  const turn = (k: number) => [
    Math.cos((2 * Math.PI * k) / CIRCLE_POINTS),
    Math.sin((2 * Math.PI * k) / CIRCLE_POINTS),
  ];
  const round = (at: (c: number, s: number) => BlochVector) =>
    Array.from({ length: CIRCLE_POINTS + 1 }, (_, k) => {
      const [c, s] = turn(k) as [number, number];
      return project(at(c, s));
    });
  return [round((c, s) => [c, s, 0]), round((c, s) => [c, 0, s]), round((c, s) => [0, c, s])].flatMap((path) =>
    stretches(path).map(({ points, isBehind }) =>
      line(document, points, {
        stroke: "#9a9a9a",
        "stroke-width": 1,
        ...(isBehind ? { "stroke-dasharray": "3 4", "stroke-opacity": 0.6 } : {}),
      }),
    ),
  );
}

function axes(document: Document, project: (r: BlochVector) => Point): SVGElement[] {
  const centre = project([0, 0, 0]);
  return AXES.flatMap(({ vector, label }) => {
    const end = project(vector);
    const [dx, dy] = [end.x - CENTRE.x, end.y - CENTRE.y];
    const length = Math.hypot(dx, dy);
    // Seen from its end an axis has no direction; its name stands beside it.
    const [ux, uy] = length < 1 ? [1, 0] : [dx / length, dy / length];
    // Near the outline it stands outside.
    const distance = length + 22 > RADIUS - 20 ? RADIUS + 20 : length + 22;
    return [
      line(document, [centre, end], { stroke: GRID, "stroke-width": 2 }),
      plainText(document, label, {
        x: round(CENTRE.x + distance * ux),
        y: round(CENTRE.y + distance * uy),
        dy: "0.35em",
        "text-anchor": "middle",
        "font-size": LABEL_SIZE,
        // Readable on the circles.
        stroke: "white",
        "stroke-width": 4,
        "paint-order": "stroke",
      }),
    ];
  });
}

function drawPath(document: Document, path: readonly Point[], color: string): SVGElement[] {
  if (path.length === 0) return [];
  const [first, last] = [path[0]!, path.at(-1)!];
  return [
    ...stretches(path).map(({ points, isBehind }) =>
      line(document, points, { stroke: color, "stroke-width": 2, "stroke-opacity": isBehind ? BEHIND : 1 }),
    ),
    element(document, "circle", {
      cx: round(first.x),
      cy: round(first.y),
      r: 4.5,
      fill: "white",
      stroke: color,
      "stroke-width": 2,
    }),
    element(document, "circle", { cx: round(last.x), cy: round(last.y), r: 4.5, fill: color }),
  ];
}

/** An arrow; its head is a dot where the state lies towards the viewer or in the middle. */
function drawState(document: Document, from: Point, to: Point, color: string): SVGElement[] {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  const opacity = to.depth < 0 ? 0.65 : 1;
  if (length < 24) {
    const dot = { cx: round(to.x), cy: round(to.y), r: 6, fill: color, "fill-opacity": opacity };
    return [line(document, [from, to], { stroke: color, "stroke-width": 4 }), element(document, "circle", dot)];
  }
  const [ux, uy] = [dx / length, dy / length];
  const [bx, by] = [to.x - 16 * ux, to.y - 16 * uy];
  const corner = (side: number) => `${round(bx - side * 7 * uy)},${round(by + side * 7 * ux)}`;
  return [
    line(document, [from, { x: bx, y: by }], { stroke: color, "stroke-width": 4, "stroke-opacity": opacity }),
    element(document, "path", {
      d: `M${round(to.x)},${round(to.y)} L${corner(1)} L${corner(-1)} Z`,
      fill: color,
      "fill-opacity": opacity,
    }),
  ];
}

/** As many names as there is room for. */
function legend(
  document: Document,
  names: readonly string[],
  { left, top, room, width }: { left: number; top: number; room: number; width: number },
): SVGElement[] {
  const shown = names.length <= room ? names : names.slice(0, room - 1);
  const rest = names.length - shown.length;
  const at = (k: number) => top + k * LEGEND_HEIGHT;
  return [
    ...shown.flatMap((name, k) => {
      const label = fit(name, width - left - 56, (text) => labelWidth(text, FONT_SIZE));
      return [
        element(document, "path", {
          d: `M${left},${at(k)} h26`,
          stroke: styleOf(k).color,
          "stroke-width": 4,
        }),
        labelText(document, label, { x: left + 36, y: at(k), dy: "0.35em", fill: INK }),
      ];
    }),
    ...(rest === 0 ? [] : [plainText(document, `and ${rest} more`, { x: left + 36, y: at(room - 1), dy: "0.35em" })]),
  ];
}

/** Parts of a path that lie on one side of the middle; neighbours share a point. */
function stretches(path: readonly Point[]): { points: Point[]; isBehind: boolean }[] {
  const parts: { points: Point[]; isBehind: boolean }[] = [];
  for (let k = 0; k + 1 < path.length; k++) {
    const isBehind = path[k]!.depth + path[k + 1]!.depth < -1e-9;
    const last = parts.at(-1);
    if (last !== undefined && last.isBehind === isBehind) last.points.push(path[k + 1]!);
    else parts.push({ points: [path[k]!, path[k + 1]!], isBehind });
  }
  return parts;
}

function line(
  document: Document,
  points: readonly Pick<Point, "x" | "y">[],
  attributes: Readonly<Record<string, string | number>>,
): SVGElement {
  const d = points.map(({ x, y }, k) => `${k === 0 ? "M" : "L"}${round(x)},${round(y)}`).join(" ");
  return element(document, "path", { d, fill: "none", ...attributes });
}

const round = (value: number) => Math.round(100 * value) / 100;
