/**
 * Figures of stores: a scalar of a sweep over one or two of its parameters.
 * @module
 */
import type { SweepAxis } from "@lindblad/plot";
import { readColumns, type StoreHead } from "@lindblad/sweep";
import { printable } from "lindblad/model";
import { UsageError } from "./problem.ts";

/** What is drawn. */
export interface SweepFigureRequest {
  readonly scalar: string | undefined;
  readonly x: string | undefined;
  readonly y: string | undefined;
  /** Further parameters at a value each, as `name=value`. */
  readonly fix: readonly string[];
}

/** Curves that can be told apart; of more values these are picked evenly. */
const MOST_CURVES = 8;
/** Values of each parameter that cells of a map can be told apart for, and dots of one without a grid. */
const MOST_CELLS = 250;
const MOST_DOTS = 50_000;

/** The figure as SVG, and what it is in words. @throws {@link UsageError}; as readColumns */
export async function sweepSvg(file: string, request: SweepFigureRequest): Promise<{ svg: string; what: string }> {
  const { head, values } = await readColumns(file, (head) => [
    { kind: "scalars", name: scalarOf(head, request) },
    ...Object.keys(head.columns.parameters).map((name) => ({ kind: "parameters" as const, name })),
  ]);
  const names = Object.keys(head.columns.parameters);
  const [all, ...parameters] = values as readonly Float64Array[];
  const roles = rolesOf(names, request);
  const columns = new Map(names.map((name, k) => [name, parameters[k]!]));
  const fixed = fixedValues(head, roles.others, columns, request.fix);
  const chosen = Array.from(all!.keys()).filter((k) => fixed.every(([name, value]) => columns.get(name)![k] === value));
  const axis = (name: string): SweepAxis => ({
    name,
    values: pick(columns.get(name)!, chosen),
    scale: scaleOf(head, name),
  });
  const common = { values: pick(all!, chosen), quantity: scalarOf(head, request) };
  const { svgFile } = await import("@lindblad/plot/node");
  const { sweepCurvesFigure, sweepMapFigure } = await import("@lindblad/plot");
  const at = fixed.map(([name, value]) => `${name} = ${Number(value.toPrecision(6))}`).join(", ");
  const over = [roles.x, roles.y ?? roles.curves].filter((name) => name !== undefined).join(" and ");
  const named = head.model.name ?? common.quantity;
  const title = printable(at === "" ? named : `${named}, ${at}`);
  const svg = svgFile((document) => {
    const options = { document, title };
    if (roles.y !== undefined) {
      const map = fewCells(file, isGrid(head), axis(roles.x), axis(roles.y), common.values);
      return sweepMapFigure({ ...map, quantity: common.quantity }, options);
    }
    if (roles.curves === undefined) return sweepCurvesFigure({ ...common, x: axis(roles.x) }, options);
    const kept = fewCurves(axis(roles.x), axis(roles.curves), common.values);
    return sweepCurvesFigure({ ...kept, quantity: common.quantity }, options);
  });
  return { svg, what: `${common.quantity} over ${over}` };
}

function scalarOf(head: StoreHead, { scalar }: SweepFigureRequest): string {
  const known = Object.keys(head.columns.scalars);
  const chosen = scalar ?? known[0];
  if (chosen !== undefined && known.includes(chosen)) return chosen;
  throw new UsageError(
    `--scalar: expected one of ${known.join(", ") || "none: the sweep has series alone"}, got ${scalar}`,
  );
}

/** What each parameter is for. */
interface Roles {
  readonly x: string;
  readonly y: string | undefined;
  /** One curve for each of its values. */
  readonly curves: string | undefined;
  readonly others: readonly string[];
}

/** A map over two parameters, where there are two and none is said to be the only one; else curves. */
function rolesOf(names: readonly string[], request: SweepFigureRequest): Roles {
  for (const flag of ["x", "y"] as const) {
    const name = request[flag];
    if (name !== undefined && !names.includes(name)) {
      throw new UsageError(`--${flag}: expected a parameter of the sweep, ${names.join(", ")}, got ${name}`);
    }
  }
  const fixed = request.fix.map((text) => text.split("=")[0]!);
  const free = names.filter((name) => !fixed.includes(name));
  const x = request.x ?? free.find((name) => name !== request.y);
  if (x === undefined || x === request.y) throw new UsageError("--x and --y: expected two different parameters");
  const second = free.find((name) => name !== x);
  const y = request.y ?? (request.x === undefined ? second : undefined);
  const curves = y === undefined ? second : undefined;
  return { x, y, curves, others: names.filter((name) => ![x, y, curves].includes(name)) };
}

/** A value for every other parameter of a grid. Points that do not stand on one are all drawn. */
function fixedValues(
  head: StoreHead,
  others: readonly string[],
  columns: ReadonlyMap<string, Float64Array>,
  fix: readonly string[],
): [string, number][] {
  const given = new Map(fix.map((text) => pairOf(text, others)));
  const onGrid = isGrid(head);
  return others.flatMap((name): [string, number][] => {
    if (!onGrid && !given.has(name)) return [];
    const values = [...new Set(columns.get(name)!)].sort((a, b) => a - b);
    const wanted = given.get(name) ?? values[values.length >> 1] ?? 0;
    const nearest = values.reduce(
      (best, value) => (Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best),
      values[0] ?? 0,
    );
    return [[name, nearest]];
  });
}

function pairOf(text: string, others: readonly string[]): [string, number] {
  const [name = "", value = ""] = text.split("=");
  if (others.includes(name) && value.trim() !== "" && Number.isFinite(Number(value))) return [name, Number(value)];
  throw new UsageError(`--fix: expected NAME=VALUE, with one of ${others.join(", ") || "none left"}, got ${text}`);
}

function scaleOf({ points }: StoreHead, name: string): "linear" | "log" {
  const values = "axes" in points ? points.axes.find((axis) => axis.name === name)?.values : undefined;
  return values !== undefined && "scale" in values ? values.scale : "linear";
}

const isGrid = ({ points }: StoreHead): boolean => "mode" in points && points.mode === "grid";

/** Some of the values there are, at most so many, evenly among them, the first and the last included. */
function someOf(values: ArrayLike<number>, most: number): ReadonlySet<number> {
  const all = [...new Set(Array.from(values))].sort((a, b) => a - b);
  const last = all.length - 1;
  const count = Math.min(most, all.length);
  return new Set(Array.from({ length: count }, (_, k) => all[Math.round((k * last) / Math.max(count - 1, 1))]!));
}

/** Of a large grid some rows and columns. @throws {@link UsageError} for more points without a grid than can be drawn */
function fewCells(file: string, onGrid: boolean, x: SweepAxis, y: SweepAxis, values: Float64Array) {
  if (!onGrid) {
    if (values.length <= MOST_DOTS) return { x, y, values };
    throw new UsageError(
      `${file}: ${values.length} points that stand on no grid are more than the ${MOST_DOTS} that can be drawn; export them`,
    );
  }
  const [columns, rows] = [someOf(x.values, MOST_CELLS), someOf(y.values, MOST_CELLS)];
  const kept = Array.from(values.keys()).filter((k) => columns.has(x.values[k]!) && rows.has(y.values[k]!));
  const picked = (axis: SweepAxis) => ({ ...axis, values: pick(axis.values, kept) });
  return { x: picked(x), y: picked(y), values: pick(values, kept) };
}

/** At most so many curves as can be told apart. */
function fewCurves(x: SweepAxis, curves: SweepAxis, values: Float64Array) {
  const shown = someOf(curves.values, MOST_CURVES);
  const kept = Array.from({ length: values.length }, (_, k) => k).filter((k) => shown.has(curves.values[k]!));
  const picked = (axis: SweepAxis) => ({ ...axis, values: pick(axis.values, kept) });
  return { x: picked(x), curves: picked(curves), values: pick(values, kept) };
}

const pick = (values: ArrayLike<number>, chosen: readonly number[]) => Float64Array.from(chosen, (k) => values[k]!);
