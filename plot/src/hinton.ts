/**
 * A matrix as squares: their areas are magnitudes, their colours phases (of a real matrix: signs). Hinton's diagram.
 * @module
 */
import { countAxis } from "./axis.ts";
import { canvas, type FigureOptions, isCompact, sheetWidth, TITLE_HEIGHT, tile } from "./canvas.ts";
import { fitsBeside } from "./chart.ts";
import { compactSizes, FULL, MARGIN, type Sizes, WIDTH } from "./style.ts";
import { element, plainText } from "./svg.ts";
import { fit, numeral, textWidth } from "./text.ts";

/** A matrix: what `operator.toArrays()` of lindblad returns. */
export interface MatrixData {
  /** Real parts, a list a row. */
  readonly re: readonly (readonly number[])[];
  /** Imaginary parts likewise. Default none. */
  readonly im?: readonly (readonly number[])[] | undefined;
  /** Names of the basis states. Default their numbers. */
  readonly labels?: readonly string[] | undefined;
}

/** What a matrix takes. */
export interface HintonOptions extends FigureOptions {
  /** Whether sizes and colours are explained: beside the matrix, or below it in a compact figure. Default yes. */
  readonly legend?: boolean | undefined;
}

/** Of the matrix, and what its legend needs. */
const LARGEST = 560;
const LARGEST_TILE = 360;
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
const SIGNS = [
  { angle: 0, name: "positive" },
  { angle: Math.PI, name: "negative" },
];
const PHASE_NAMES = ["0", "π/4", "π/2", "3π/4", "π", "−3π/4", "−π/2", "−π/4"];

interface Element {
  readonly i: number;
  readonly j: number;
  readonly re: number;
  readonly im: number;
}

/** What is drawn of a matrix. */
interface Matrix {
  readonly n: number;
  readonly elements: readonly Element[];
  /** The element of the largest magnitude, and that. */
  readonly top: Element;
  readonly largest: number;
  readonly isReal: boolean;
}

/** Where a matrix stands. */
interface Grid {
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** Draws a matrix, each element as a square whose area is its modulus and whose colour is its phase. @throws RangeError unless `re` and `im` are square and of one size, and there is a label for each row */
export function hintonFigure(data: MatrixData, options: HintonOptions): SVGSVGElement {
  const matrix = matrixOf(data);
  const description = inWords(matrix, data.labels);
  return isCompact(options)
    ? drawTile(matrix, data, options, description)
    : drawSheet(matrix, data, options, description);
}

/** What a matrix shows, in words. @throws RangeError as {@link hintonFigure} */
export function describeHinton(data: MatrixData): string {
  return inWords(matrixOf(data), data.labels);
}

function matrixOf({ re, im, labels }: MatrixData): Matrix {
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
  const [top, largest] = elements.reduce(
    ([most, size], z): [Element, number] => {
      const magnitude = Math.hypot(z.re, z.im);
      return magnitude > size ? [z, magnitude] : [most, size];
    },
    [elements[0]!, 0] as [Element, number],
  );
  return { n, elements, top, largest, isReal: elements.every((z) => Math.abs(z.im) <= 1e-12 * largest) };
}

function inWords({ n, top, largest, isReal }: Matrix, labels: readonly string[] | undefined): string {
  const where = `row ${labels?.[top.i] ?? top.i}, column ${labels?.[top.j] ?? top.j}`;
  const at = largest === 0 ? "" : `, in ${where}`;
  return `Matrix of ${n} rows and columns${isReal ? ", real" : ""}; the largest magnitude is ${number(largest)}${at}`;
}

function drawSheet(matrix: Matrix, { labels }: MatrixData, options: HintonOptions, description: string): SVGSVGElement {
  const { document, legend = true } = options;
  const { n, isReal, largest } = matrix;
  const sheet = sheetWidth(options);
  const shown = shortened(n, labels, Math.min(LONGEST_LABEL, 0.16 * sheet), FULL);
  const left = Math.max(48, Math.ceil(widestOf(shown, FULL)) + 26);
  const top = TITLE_HEIGHT + MARGIN.top;
  const size = Math.min(LARGEST, sheet - left - LEGEND_GAP - LEGEND_WIDTH);
  const grid = { left, top, size };
  const content = [
    ...squares(document, matrix, grid),
    ...names(document, shown, grid, FULL),
    ...(legend ? legendBeside(document, isReal, largest, left + size + LEGEND_GAP, top) : []),
  ];
  const height = top + Math.max(size, isReal || !legend ? 0 : LEGEND_HEIGHT) + 30;
  return canvas(options, { title: "Matrix elements", description, left, height }, content);
}

function drawTile(matrix: Matrix, { labels }: MatrixData, options: HintonOptions, description: string): SVGSVGElement {
  const { document, legend = true } = options;
  const { n, isReal, largest } = matrix;
  const sizes = compactSizes(options.width ?? WIDTH);
  const { font } = sizes;
  const sheet = sheetWidth(options, sizes);
  const shown = shortened(n, labels, 0.16 * sheet, sizes);
  const left = Math.ceil(widestOf(shown, sizes)) + 14;
  const size = Math.min(LARGEST_TILE, sheet - left - Math.max(font, left / 2));
  const grid = { left, top: 2 * font, size };
  const below = legend
    ? legendBelow(document, isReal, largest, { x: sizes.edge, y: grid.top + size + font, font })
    : [];
  const content = [...squares(document, matrix, grid), ...names(document, shown, grid, sizes), ...below];
  const height = Math.round(grid.top + size + (legend ? 4.6 : 0.6) * font);
  return tile(options, { title: "Matrix elements", description, sizes, height }, content);
}

/** Names of basis states, as wide as there is room. */
function shortened(n: number, labels: readonly string[] | undefined, room: number, sizes: Sizes): string[] {
  const all = labels ?? Array.from({ length: n }, (_, k) => String(k));
  return all.map((label) => fit(label, room, (text) => textWidth(text, sizes.font)));
}

function widestOf(labels: readonly string[], { font }: Sizes): number {
  return labels.reduce((most, label) => Math.max(most, textWidth(label, font)), 0);
}

/** The elements as squares on their ground. */
function squares(
  document: Document,
  { n, elements, largest, isReal }: Matrix,
  { left, top, size }: Grid,
): SVGElement[] {
  const cell = size / n;
  return [
    element(document, "rect", { x: left, y: top, width: size, height: size, fill: GROUND }),
    ...elements.flatMap(({ i, j, re: x, im: y }) => {
      const side = largest === 0 ? 0 : 0.94 * cell * Math.sqrt(Math.hypot(x, y) / largest);
      // less than a twentieth of a pixel: of magnitude 0 to any reader
      if (!(side > 0.05)) return [];
      const [cx, cy] = [left + (j + 0.5) * cell, top + (i + 0.5) * cell];
      const fill = colorOf(isReal ? (x < 0 ? Math.PI : 0) : Math.atan2(y, x));
      return [square(document, cx, cy, side, fill)];
    }),
  ];
}

/** As many names as there is room for, on both axes. */
function names(document: Document, shown: readonly string[], { left, top, size }: Grid, sizes: Sizes): SVGElement[] {
  const cell = size / shown.length;
  const across = countAxis(shown.length, (all) =>
    fitsBeside(
      all.map((k) => shown[Number(k)]!),
      { width: size + 2 * left, left, right: left, sizes },
    ),
  );
  const down = countAxis(shown.length, (all) => all.length * 1.3 * sizes.font <= size);
  return [
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
  ];
}

function square(document: Document, cx: number, cy: number, size: number, fill: string): SVGElement {
  const place = { x: round(cx - size / 2), y: round(cy - size / 2), width: round(size), height: round(size) };
  return element(document, "rect", { ...place, fill });
}

/** The largest square with its number and what the colours mean, in two rows. */
function legendBelow(
  document: Document,
  isReal: boolean,
  largest: number,
  { x, y, font }: { x: number; y: number; font: number },
): SVGElement[] {
  const row = 1.7 * font;
  const draw = (entries: readonly { name: string; fill: string; share?: number }[], title: string, k: number) => {
    const cy = y + k * row + font / 2;
    let at = x + 5.6 * font;
    return [
      plainText(document, title, { x, y: cy, dy: "0.35em" }),
      ...entries.flatMap(({ name, fill, share = 1 }) => {
        const start = at;
        at += 2.6 * font + textWidth(name, font);
        return [
          square(document, start + font / 2, cy, font * Math.sqrt(share), fill),
          plainText(document, name, { x: start + 1.4 * font, y: cy, dy: "0.35em" }),
        ];
      }),
    ];
  };
  const sizes = [1, 0.25].map((share) => ({ share, fill: "#777777", name: numeral(share * largest, 3) }));
  const phases = PHASE_NAMES.map((name, k) => ({ angle: (k * Math.PI) / 4, name })).filter((_, k) => k % 2 === 0);
  const colors = (isReal ? SIGNS : phases).map(({ angle, name }) => ({ name, fill: colorOf(angle) }));
  return [...draw(sizes, "magnitude", 0), ...draw(colors, isReal ? "sign" : "phase", 1)];
}

/** The same as a column. */
function legendBeside(document: Document, isReal: boolean, largest: number, x: number, y: number): SVGElement[] {
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
  const phases = isReal ? SIGNS : PHASE_NAMES.map((name, k) => ({ angle: (k * Math.PI) / 4, name }));
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
