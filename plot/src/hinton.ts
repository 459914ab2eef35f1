/**
 * A matrix as squares: their areas are magnitudes, their colours phases (of a real matrix: signs). Hinton's diagram.
 * @module
 */
import { countAxis } from "./axis.ts";
import { canvas, type FigureOptions, sheetWidth, TITLE_HEIGHT } from "./canvas.ts";
import { fitsBeside } from "./chart.ts";
import { FONT_SIZE, MARGIN } from "./style.ts";
import { element, plainText } from "./svg.ts";
import { fit, textWidth } from "./text.ts";

/** A matrix: what `operator.toArrays()` of lindblad returns. */
export interface MatrixData {
  readonly re: readonly (readonly number[])[];
  readonly im?: readonly (readonly number[])[] | undefined;
  /** Names of the basis states. Default their numbers. */
  readonly labels?: readonly string[] | undefined;
}

/** Of the matrix, and what its legend needs. */
const LARGEST = 560;
const LEGEND_WIDTH = 118;
const LEGEND_GAP = 28;
/** Of all eight phases. */
const LEGEND_HEIGHT = 445;
const LONGEST_LABEL = 110;
const GROUND = "#ececec";
/** At the phases 0, π/2, π and -π/2: of Okabe and Ito's palette, as bright as each other. */
const PHASES = [
  [0, 114, 178],
  [0, 158, 115],
  [213, 94, 0],
  [170, 80, 150],
] as const;

/** Draws a matrix. @throws RangeError unless `re` and `im` are square and of one size, and there is a label for each row */
export function hintonFigure({ re, im, labels }: MatrixData, options: FigureOptions): SVGSVGElement {
  const { document } = options;
  const n = re.length;
  for (const [name, part] of Object.entries({ re, im: im ?? re })) {
    if (n === 0 || part.length !== n || part.some((row) => row.length !== n)) {
      throw new RangeError(`${name}: expected ${n || "at least one"} rows of ${n || "as many"} numbers`);
    }
  }
  if (labels !== undefined && labels.length !== n) {
    throw new RangeError(`labels: expected one a row (${n}), got ${labels.length}`);
  }
  const elements = re.flatMap((row, i) => row.map((x, j) => ({ i, j, re: x, im: im?.[i]?.[j] ?? 0 })));
  const largest = elements.reduce((most, z) => Math.max(most, Math.hypot(z.re, z.im)), 0);
  const isReal = elements.every((z) => Math.abs(z.im) <= 1e-12 * largest);
  const sheet = sheetWidth(options);
  const shown = (labels ?? re.map((_, k) => String(k))).map((label) =>
    fit(label, Math.min(LONGEST_LABEL, 0.16 * sheet), (text) => textWidth(text, FONT_SIZE)),
  );
  const widest = shown.reduce((most, label) => Math.max(most, textWidth(label, FONT_SIZE)), 0);
  const left = Math.max(48, Math.ceil(widest) + 26);
  const top = TITLE_HEIGHT + MARGIN.top;
  const size = Math.min(LARGEST, sheet - left - LEGEND_GAP - LEGEND_WIDTH);
  const cell = size / n;
  // as many names as there is room for, on both axes
  const across = countAxis(n, (names) =>
    fitsBeside(
      names.map((k) => shown[Number(k)]!),
      { width: size + 2 * left, left, right: left },
    ),
  );
  const down = countAxis(n, (names) => names.length * 1.3 * FONT_SIZE <= size);
  const content = [
    element(document, "rect", { x: left, y: top, width: size, height: size, fill: GROUND }),
    ...elements.flatMap(({ i, j, re: x, im: y }) => {
      const side = largest === 0 ? 0 : 0.94 * cell * Math.sqrt(Math.hypot(x, y) / largest);
      // less than a twentieth of a pixel: of magnitude 0 to any reader
      if (!(side > 0.05)) return [];
      const [cx, cy] = [left + (j + 0.5) * cell, top + (i + 0.5) * cell];
      const fill = colorOf(isReal ? (x < 0 ? Math.PI : 0) : Math.atan2(y, x));
      return [square(document, cx, cy, side, fill)];
    }),
    ...across.ticks.map((k) =>
      plainText(document, shown[k]!, { x: left + (k + 0.5) * cell, y: top - 10, "text-anchor": "middle" }),
    ),
    ...down.ticks.map((k) =>
      plainText(document, shown[k]!, {
        x: left - 10,
        y: top + (k + 0.5) * cell,
        dy: "0.32em",
        "text-anchor": "end",
      }),
    ),
    ...legend(document, isReal, largest, left + size + LEGEND_GAP, top),
  ];
  const description = `Matrix of ${n} rows and columns${isReal ? ", real" : ""}; the largest magnitude is ${number(largest)}`;
  return canvas(
    options,
    { title: "Matrix elements", description, left, height: top + Math.max(size, isReal ? 0 : LEGEND_HEIGHT) + 30 },
    content,
  );
}

function square(document: Document, cx: number, cy: number, size: number, fill: string): SVGElement {
  const place = { x: round(cx - size / 2), y: round(cy - size / 2), width: round(size), height: round(size) };
  return element(document, "rect", { ...place, fill });
}

/** The largest square with its number, and what the colours mean. */
function legend(document: Document, isReal: boolean, largest: number, x: number, y: number): SVGElement[] {
  const side = 26;
  const text = (content: string, at: number) => plainText(document, content, { x: x + side + 10, y: at, dy: "0.32em" });
  const sizes = [1, 0.25].flatMap((share, k) => {
    const cy = y + 50 + k * 36;
    return [
      square(document, x + side / 2, cy, side * Math.sqrt(share), "#777777"),
      text(String(number(share * largest)), cy),
    ];
  });
  const start = y + 160;
  const phases = isReal
    ? [
        { angle: 0, name: "positive" },
        { angle: Math.PI, name: "negative" },
      ]
    : ["0", "π/4", "π/2", "3π/4", "π", "−3π/4", "−π/2", "−π/4"].map((name, k) => ({ angle: (k * Math.PI) / 4, name }));
  return [
    plainText(document, "magnitude", { x, y: y + 14 }),
    ...sizes,
    plainText(document, isReal ? "sign" : "phase", { x, y: start }),
    ...phases.flatMap(({ angle, name }, k) => {
      const cy = start + 30 + k * 34;
      return [square(document, x + side / 2, cy, side, colorOf(angle)), text(name, cy)];
    }),
  ];
}

function colorOf(phase: number): string {
  const at = ((phase / (Math.PI / 2)) % 4) + (phase < 0 ? 4 : 0);
  const k = Math.floor(at) % 4;
  const [from, to] = [PHASES[k]!, PHASES[(k + 1) % 4]!];
  const share = at - Math.floor(at);
  return `rgb(${from.map((c, i) => Math.round(c + share * (to[i]! - c))).join(",")})`;
}

const number = (value: number) => Number(value.toPrecision(3));
const round = (value: number) => Math.round(100 * value) / 100;
