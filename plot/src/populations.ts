/**
 * Populations of levels or of basis states, as bars.
 * @module
 */
import * as Plot from "@observablehq/plot";
import { countAxis, valueAxis } from "./axis.ts";
import { type FigureOptions, isCompact, sheetWidth, tile } from "./canvas.ts";
import { chart, fitsBeside, leftMargin, TICKS, tileSides } from "./chart.ts";
import { styleOf } from "./data.ts";
import { chartSheet, HEIGHT } from "./levels.ts";
import { compactSizes, FULL, MARGIN, type Sides, WIDTH } from "./style.ts";
import { asGroup } from "./svg.ts";
import { fit, numeral, textWidth } from "./text.ts";

/** Populations of levels, such as the distribution of a number state. */
export interface PopulationsData {
  /** One number a level. */
  readonly populations: ArrayLike<number>;
  /** A name for each bar, such as |01⟩; used for up to 24 of them. Default their numbers. */
  readonly labels?: readonly string[] | undefined;
  /** What the levels count. Default "level n", with labels "basis state". */
  readonly levels?: string | undefined;
  /** What is on the vertical axis. Default "population p(n)", with labels "population"; it has no unit. */
  readonly quantity?: string | undefined;
}

/** More bars than this are numbered. */
const MOST_LABELS = 24;
/** Largest populations that a description names. */
const MOST_NAMED = 3;
/** The widest label that stands upright, in ems. */
const LONGEST = 6;
const COLOR = styleOf(0).color;

/** Draws populations as bars. @throws RangeError where there are labels, but not one a bar */
export function populationsFigure(data: PopulationsData, options: FigureOptions): SVGSVGElement {
  const { document } = options;
  const { populations } = data;
  const names = namesOf(data);
  const compact = isCompact(options);
  const sizes = compact ? compactSizes(options.width ?? WIDTH) : FULL;
  const width = sheetWidth(options, sizes);
  const height = compact ? Math.round(Math.min(280, Math.max(180, 0.55 * width))) : HEIGHT;
  const y = valueAxis([0, ...Array.from(populations)], compact ? Math.floor(height / (4 * sizes.font)) : TICKS);
  const level: Sides = compact
    ? tileSides(width, y, sizes)
    : { width, left: leftMargin([y]), right: MARGIN.right / 2, sizes };
  const pitch = (width - level.left - level.right) / Math.max(populations.length, 1);
  const measure = (text: string) => textWidth(text, sizes.font);
  const shown = names?.map((name) => fit(name, LONGEST * sizes.font, measure));
  const widest = Math.max(0, ...(shown ?? []).map(measure));
  // upright where they would meet
  const isUpright = widest + sizes.font / 2 > pitch && pitch > 1.1 * sizes.font;
  const sides = isUpright ? taller(level, widest - 0.4 * sizes.font) : level;
  const x = countAxis(populations.length, (labels) => {
    if (shown === undefined) return fitsBeside(labels, sides);
    return isUpright || widest + sizes.font / 2 <= (pitch * populations.length) / labels.length;
  });
  const bars = Array.from(populations, (p, n) => ({ n, p: p / y.unit })).filter(({ p }) => Number.isFinite(p));
  const quantity = data.quantity ?? (names === undefined ? "population p(n)" : "population");
  const frame = {
    x: shown === undefined ? x : { ...x, format: (n: number) => shown[n]! },
    ...{ y, sides, height, isUpright, yTitle: compact ? "" : quantity },
    xTitle: data.levels ?? (names === undefined ? "level n" : "basis state"),
  };
  const plot = chart(document, frame, [
    Plot.rectY(bars, { x1: ({ n }) => n - 0.4, x2: ({ n }) => n + 0.4, y: "p", fill: COLOR }),
  ]);
  const group = asGroup(document, plot, 0);
  const description = describePopulations(data);
  return compact
    ? tile(options, { title: quantity, description, sizes, height }, [group])
    : chartSheet(options, { title: "Populations", description, left: sides.left }, group);
}

/** What the bars show, in words. @throws RangeError as {@link populationsFigure} */
export function describePopulations(data: PopulationsData): string {
  const { populations } = data;
  const names = namesOf(data);
  const all = Array.from(populations, (p, n) => ({ n, p })).filter(({ p }) => Number.isFinite(p));
  const largest = all
    .filter(({ p }) => p > 0)
    .sort((a, b) => b.p - a.p || a.n - b.n)
    .slice(0, MOST_NAMED);
  const words = largest.map(({ n, p }) => `${numeral(p)} at ${names?.[n] ?? n}`).join(", ");
  const mean = all.reduce((sum, { n, p }) => sum + n * p, 0);
  const what =
    names === undefined
      ? `Populations of ${populations.length} levels, of mean number ${Number(mean.toPrecision(4))}`
      : `Populations of ${populations.length} basis states`;
  return words === "" ? what : `${what}; the largest: ${words}`;
}

/** Labels, where there are few enough. */
function namesOf({ populations, labels }: PopulationsData): readonly string[] | undefined {
  if (labels !== undefined && labels.length !== populations.length) {
    throw new RangeError(`labels: expected one a bar (${populations.length}), got ${labels.length}`);
  }
  return populations.length > MOST_LABELS ? undefined : labels;
}

function taller(sides: Sides, by: number): Sides {
  const { sizes = FULL } = sides;
  const bottom = sizes.margin.bottom + Math.max(0, Math.ceil(by));
  return { ...sides, sizes: { ...sizes, margin: { ...sizes.margin, bottom } } };
}
