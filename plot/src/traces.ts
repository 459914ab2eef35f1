/**
 * Time traces with standard errors as bands, and trajectories with their mean and their jumps.
 * @module
 */
import * as Plot from "@observablehq/plot";
import { timeAxis, valueAxis } from "./axis.ts";
import type { FigureOptions } from "./canvas.ts";
import { fitsBeside, TICKS } from "./chart.ts";
import { type Line, sample, styleOf, valueAt } from "./data.ts";
import { linesSheet, sidesOf } from "./lines-sheet.ts";
import { lineMark, timeLabel } from "./panels.ts";

/** Series over time: what solvers return as `times` and `expect`, with `stdError` where they are means over trajectories. */
export interface TracesData {
  /** The output times. */
  readonly times: ArrayLike<number>;
  /** Series by name, one value a time. */
  readonly expect: Readonly<Record<string, ArrayLike<number>>>;
  /** Standard errors by the same names; not finite ones (of a single trajectory) have no band. */
  readonly stdError?: Readonly<Record<string, ArrayLike<number>>> | undefined;
  /** What is on the vertical axis, with its unit. Default "expectation value". */
  readonly quantity?: string | undefined;
}

/** Trajectories of one quantity. */
export interface TrajectoriesData {
  /** The output times. */
  readonly times: ArrayLike<number>;
  /** The quantity along each trajectory. */
  readonly runs: readonly ArrayLike<number>[];
  /** Its mean over the trajectories, one value a time. */
  readonly mean: ArrayLike<number>;
  /** Standard errors of `mean`. Default none. */
  readonly stdError?: ArrayLike<number> | undefined;
  /** Times of the jumps of each of the runs, in their order. */
  readonly jumps?: readonly ArrayLike<number>[] | undefined;
  /** What is on the vertical axis, with its unit. Default "expectation value". */
  readonly quantity?: string | undefined;
}

const HEIGHT = 430;
/** Points of a line, and of each of many thin ones; more than the figure has pixels only make the file larger. */
const POINTS = 2000;
const RUN_POINTS = 500;
const RUN_COLOR = "#7a8794";
/** Up to so many runs can be followed one by one: their lines are stronger. */
const FEW_RUNS = 6;

/**
 * Draws every series with a band of one standard error to either side.
 * @throws RangeError where a series has not one value a time
 */
export function tracesFigure(data: TracesData, options: FigureOptions): SVGSVGElement {
  const lines = Object.keys(data.expect).map(
    (key, k): Line => ({ key, label: key, ...styleOf(k), width: 2.5, values: data.expect[key]! }),
  );
  for (const { key, values } of lines) {
    checkLength(values, data.times, `expect.${key}`);
    if (data.stdError?.[key] !== undefined) checkLength(data.stdError[key], data.times, `stdError.${key}`);
  }
  const hasBands = lines.some(({ key }) => data.stdError?.[key] !== undefined);
  const names = lines.map(({ label }) => label).join(", ") || "nothing";
  return draw(
    {
      times: data.times,
      lines: lines.map((line) => ({ line, band: data.stdError?.[line.key] })),
      runs: [],
      jumps: [],
      quantity: data.quantity,
      title: hasBands ? "Means, with standard errors" : "Expectation values",
      description: `${names} over time${hasBands ? ", with bands of one standard error" : ""}`,
    },
    options,
  );
}

/**
 * Draws single trajectories as thin lines, marks on their jumps, their mean and its standard error over them.
 * @throws RangeError where a series has not one value a time
 */
export function trajectoriesFigure(data: TrajectoriesData, options: FigureOptions): SVGSVGElement {
  checkLength(data.mean, data.times, "mean");
  if (data.stdError !== undefined) checkLength(data.stdError, data.times, "stdError");
  data.runs.forEach((run, k) => {
    checkLength(run, data.times, `runs[${k}]`);
  });
  const line: Line = { key: "mean", label: "mean", ...styleOf(0), width: 3.2, values: data.mean };
  const jumps = data.runs.flatMap((run, k) =>
    Array.from(data.jumps?.[k] ?? [], (time): [number, number] => [
      time,
      valueAt(data.times, run, within(data.times, time)),
    ]),
  );
  const marks = jumps.length === 0 ? "" : `, ${jumps.length} jumps marked`;
  return draw(
    {
      times: data.times,
      lines: [{ line, band: data.stdError }],
      runs: data.runs,
      jumps,
      quantity: data.quantity,
      title: `${data.runs.length} ${data.runs.length === 1 ? "trajectory" : "trajectories"} and the mean`,
      description: `${data.runs.length} trajectories over time${marks}, and their mean`,
    },
    options,
  );
}

interface Content {
  readonly times: ArrayLike<number>;
  readonly lines: readonly { readonly line: Line; readonly band: ArrayLike<number> | undefined }[];
  readonly runs: readonly ArrayLike<number>[];
  readonly jumps: readonly (readonly [number, number])[];
  readonly quantity: string | undefined;
  readonly title: string;
  readonly description: string;
}

function draw(content: Content, options: FigureOptions): SVGSVGElement {
  const lines = content.lines.map(({ line }) => line);
  const bands = content.lines.flatMap(({ line, band }) =>
    band === undefined ? [] : Array.from(line.values, (x, k) => [x - band[k]!, x + band[k]!]).flat(),
  );
  const all = [...lines.map(({ values }) => values), ...content.runs].flatMap((values) => Array.from(values));
  const y = valueAxis([...all, ...bands], TICKS);
  const sides = sidesOf(options, lines, y);
  const x = timeAxis(content.times, (labels) => fitsBeside(labels, sides));
  const at = (k: number) => (content.times[k]! - x.origin) / x.unit;
  const path = (values: ArrayLike<number>, count: number) =>
    sample(content.times.length, count)
      .map((k): [number, number] => [at(k), values[k]! / y.unit])
      .filter(([, value]) => Number.isFinite(value));
  const isFew = content.runs.length <= FEW_RUNS;
  const marks = [
    ...content.runs.map((run) =>
      Plot.line(path(run, RUN_POINTS), {
        stroke: RUN_COLOR,
        strokeWidth: isFew ? 1.6 : 1,
        strokeOpacity: isFew ? 0.9 : 0.45,
      }),
    ),
    Plot.dot(
      content.jumps.map(([time, value]): [number, number] => [(time - x.origin) / x.unit, value / y.unit]),
      { r: 2.6, fill: "white", stroke: RUN_COLOR, strokeWidth: 1.2 },
    ),
    ...content.lines.map(({ line, band }) =>
      Plot.areaY(
        sample(content.times.length, POINTS)
          .map((k) => ({ t: at(k), value: line.values[k]! / y.unit, error: (band?.[k] ?? Number.NaN) / y.unit }))
          .filter(({ value, error }) => Number.isFinite(value) && Number.isFinite(error)),
        {
          x: "t",
          y1: ({ value, error }) => value - error,
          y2: ({ value, error }) => value + error,
          fill: line.color,
          fillOpacity: 0.22,
        },
      ),
    ),
    ...lines.map((line) => lineMark(line, path(line.values, POINTS), line.width)),
  ];
  const frame = { x, y, sides, height: HEIGHT, xTitle: timeLabel(x), yTitle: content.quantity ?? "expectation value" };
  return linesSheet(options, { lines, frame, marks, title: content.title, description: content.description });
}

function checkLength(values: ArrayLike<number>, times: ArrayLike<number>, where: string): void {
  if (values.length === times.length) return;
  throw new RangeError(`${where}: expected one value a time (${times.length}), got ${values.length}`);
}

/** The time itself, or the end of all times that it lies beyond. */
function within(times: ArrayLike<number>, time: number): number {
  return Math.max(times[0]!, Math.min(time, times[times.length - 1]!));
}
