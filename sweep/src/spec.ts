/**
 * Sweep files: a model file with a key `sweep`.
 * @module
 */
import {
  atPath,
  buildModel,
  checkForm,
  checkOutputs,
  checkPoints,
  described,
  type Format,
  listOf,
  type Model,
  ModelError,
  modelSchema,
  nameSchema,
  type PointOutputs,
  parameterNumbers,
  parseText,
  pathOf,
  type ScalarSpec,
  scalarSchema,
  strict,
} from "lindblad/model";
import * as z from "zod";
import { type AdaptiveSpec, type Axis, countOf, type SweepSpec, type Values } from "./axes.ts";

/** Most points of a sweep, a million million: twelve days at a million a second. */
export const MAX_POINTS = 2 ** 40;
/** Most points of an adaptive sweep, which are kept in memory. */
const MAX_ADAPTIVE = 10_000_000;
/** Parameters that cells are cut along: a cell becomes two to the power of their number. */
const MAX_ADAPTIVE_AXES = 4;
/** Most parameters that are varied: each is looked up among those of the model. */
const MAX_AXES = 1000;
/** Most values of a list, which are kept in memory. */
const MAX_LISTED = 1_000_000;
/** Most points of a chunk: what a worker is asked for at once. */
export const MAX_CHUNK = 4096;

const countWords = `expected an integer from 2 to ${MAX_POINTS}`;
const pointsWords = `expected an integer from 1 to ${MAX_POINTS}`;
const count = z.int(countWords).min(2, countWords).max(MAX_POINTS, countWords);

const range = strict({
  from: scalarSchema.describe("The first value"),
  to: scalarSchema.describe("The last value"),
  count: count.optional().describe("How many values, both ends included; not with the mode random"),
  scale: z
    .enum(["linear", "log"], 'expected "linear" or "log"')
    .default("linear")
    .describe("Whether differences of neighbours are equal, or their ratios"),
});
const values = z.union(
  [
    range,
    listOf(z.array(scalarSchema).min(1, "expected at least one value"), MAX_LISTED, (value) =>
      typeof value === "string" ? scalarSchema.safeParse(value).success : Number.isFinite(value),
    ),
  ],
  "expected { from, to, count, scale } or a list of numbers",
);

const adaptive = strict({
  scalar: z.string().describe("One of the scalars of outputs"),
  points: z
    .int(`expected an integer from 1 to ${MAX_ADAPTIVE}`)
    .min(1, `expected an integer from 1 to ${MAX_ADAPTIVE}`)
    .max(MAX_ADAPTIVE, `expected an integer from 1 to ${MAX_ADAPTIVE}`)
    .describe("Most points, those of the first grid included"),
  by: z
    .enum(["change", "sign"], 'expected "change" or "sign"')
    .default("change")
    .describe("Whether cells are cut where the scalar changes most, or where it changes its sign"),
});

const chunkWords = `expected an integer from 1 to ${MAX_CHUNK}`;
const sweepSchema = described(
  strict({
    parameters: z
      .record(nameSchema, values)
      .describe("Values of parameters of the model; the last one changes fastest"),
    mode: z
      .enum(["grid", "zip", "random"], 'expected "grid", "zip" or "random"')
      .default("grid")
      .describe(
        "All combinations; the first values of all, then the second ones, …; or points that fill the ranges evenly",
      ),
    count: z
      .int(pointsWords)
      .min(1, pointsWords)
      .max(MAX_POINTS, pointsWords)
      .optional()
      .describe("Points of the mode random"),
    seed: z
      .int("expected an integer >= 0")
      .min(0, "expected an integer >= 0")
      .optional()
      .describe("Of the mode random; 0 when left out"),
    outputs: described(
      strict({
        scalars: listOf(z.array(z.string()))
          .default([])
          .describe("Scalars of the result, or a series with _start, _end, _min, _max, _maxAbs or _mean"),
        series: listOf(z.array(z.string())).default([]).describe("Series that are kept whole, one list a point"),
      }),
      "What is recorded of every point",
    ),
    chunk: z
      .int(chunkWords)
      .min(1, chunkWords)
      .max(MAX_CHUNK, chunkWords)
      .optional()
      .describe("Points that are computed and recorded together; as many as take about a second when left out"),
    adaptive: adaptive.optional().describe("Refinement of a grid where a scalar says so"),
  }),
  "Parameters that are varied, and what is recorded of every point",
);

const [lindblad, bipartite] = modelSchema.options;
const sweepFileSchema = z.discriminatedUnion("kind", [
  strict({ ...lindblad.shape, sweep: sweepSchema }),
  strict({ ...bipartite.shape, sweep: sweepSchema }),
]);
type SweepKey = z.output<typeof sweepSchema>;

/** A sweep file, checked: everything that {@link sweep} takes. */
export interface SweepFile {
  /** The model. */
  readonly model: Model;
  /** Where its points lie. */
  readonly spec: SweepSpec;
  /** What is recorded of every point. */
  readonly outputs: PointOutputs;
  /** Points a chunk, where the file says it. */
  readonly chunk?: number | undefined;
}

/** Parses and checks the text of a sweep file. @throws {@link ModelError} */
export function loadSweep(text: string, format: Format = "json"): SweepFile {
  return validateSweep(parseText(text, format));
}

/** Checks data that has the form of a sweep file. @throws {@link ModelError} */
export function validateSweep(data: unknown): SweepFile {
  if (isObject(data) && data.sweep === undefined && "kind" in data) {
    throw new ModelError(
      "$.sweep",
      "is missing: expected { parameters, outputs }, what a sweep file has besides a model",
    );
  }
  const { sweep, ...model } = checkForm(sweepFileSchema, data);
  const spec = specOf(sweep, model as Model);
  const { outputs, chunk } = sweep;
  checkNames(model as Model, outputs);
  return { model: model as Model, spec, outputs, ...(chunk === undefined ? {} : { chunk }) };
}

/** The schema of sweep files as JSON Schema (draft 2020-12), for editors. */
export function sweepJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(sweepFileSchema, { io: "input", reused: "ref" }),
    title: "lindblad sweep file, version 1",
  };
}

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null;
}

function specOf(sweep: SweepKey, model: Model): SweepSpec {
  const { mode, seed } = sweep;
  const numberOf = parameterNumbers(model);
  const varied = Object.keys(sweep.parameters).length;
  if (varied > MAX_AXES) {
    throw new ModelError("$.sweep.parameters", `${varied} parameters are varied, expected at most ${MAX_AXES}`);
  }
  const axes = Object.entries(sweep.parameters).map(([name, given]): Axis => {
    const path = pathOf("$.sweep.parameters", name);
    atPath(path, () => checkPoints(model, { count: 0, parameters: { [name]: [] } }));
    return { name, values: valuesOf(given, path, mode, numberOf) };
  });
  if (axes.length === 0) throw new ModelError("$.sweep.parameters", "expected at least one parameter");
  for (const key of ["count", "seed"] as const) {
    if (sweep[key] !== undefined && mode !== "random") {
      throw new ModelError(
        `$.sweep.${key}`,
        `goes with the mode "random" alone: ranges and lists say how many there are`,
      );
    }
  }
  const counted = COUNT[mode](axes, sweep);
  const spec: SweepSpec = { mode, axes, count: counted, seed: seed ?? 0 };
  if (sweep.adaptive === undefined) return spec;
  checkAdaptive(sweep.adaptive, spec, sweep.outputs.scalars);
  return { ...spec, adaptive: sweep.adaptive };
}

function valuesOf(
  given: SweepKey["parameters"][string],
  path: string,
  mode: SweepSpec["mode"],
  numberOf: (spec: ScalarSpec, path: string) => number,
): Values {
  if (Array.isArray(given)) return { list: given.map((value, k) => numberOf(value, pathOf(path, k))) };
  const [from, to] = [numberOf(given.from, `${path}.from`), numberOf(given.to, `${path}.to`)];
  const { count: length, scale } = given;
  if (!(to > from && Number.isFinite(to - from))) {
    throw new ModelError(`${path}.to`, `expected a finite number above from = ${from}, got ${to}`);
  }
  if (scale === "log" && !(from > 0)) {
    throw new ModelError(`${path}.from`, `expected a number > 0 for the scale "log", got ${from}`);
  }
  if (length === undefined && mode !== "random") {
    throw new ModelError(`${path}.count`, `is missing: ${countWords}`);
  }
  if (length !== undefined && mode === "random") {
    throw new ModelError(`${path}.count`, "is not for the mode random: $.sweep.count says how many points there are");
  }
  return { from, to, count: length ?? 0, scale };
}

const COUNT: Readonly<Record<SweepSpec["mode"], (axes: readonly Axis[], sweep: SweepKey) => number>> = {
  grid(axes) {
    const product = axes.reduce((all, { values: own }) => all * countOf(own), 1);
    if (product > MAX_POINTS) {
      const factors = axes.map(({ values: own }) => countOf(own)).join(" x ");
      throw new ModelError("$.sweep.parameters", `${factors} points, expected at most ${MAX_POINTS}`);
    }
    return product;
  },
  zip(axes) {
    const length = countOf(axes[0]!.values);
    for (const { name, values: own } of axes) {
      if (countOf(own) === length) continue;
      throw new ModelError(
        pathOf("$.sweep.parameters", name),
        `has ${countOf(own)} values, expected ${length}, as many as ${axes[0]!.name}: the mode zip takes them together`,
      );
    }
    return length;
  },
  random(_axes, sweep) {
    if (sweep.count === undefined) throw new ModelError("$.sweep.count", `is missing: ${pointsWords}`);
    return sweep.count;
  },
};

function checkAdaptive({ scalar, points }: AdaptiveSpec, spec: SweepSpec, scalars: readonly string[]): void {
  const path = "$.sweep.adaptive";
  if (spec.mode !== "grid") throw new ModelError(path, `starts from a grid, got the mode "${spec.mode}"`);
  if (!scalars.includes(scalar)) {
    throw new ModelError(`${path}.scalar`, `expected one of $.sweep.outputs.scalars, got ${JSON.stringify(scalar)}`);
  }
  if (points < spec.count) {
    throw new ModelError(
      `${path}.points`,
      `expected at least the ${spec.count} points of the first grid, got ${points}`,
    );
  }
  const listed = spec.axes.find(({ values: own }) => "list" in own);
  if (listed !== undefined) {
    throw new ModelError(
      pathOf("$.sweep.parameters", listed.name),
      "expected { from, to, count } in an adaptive sweep: nothing lies between the values of a list",
    );
  }
  if (spec.axes.length > MAX_ADAPTIVE_AXES) {
    throw new ModelError(path, `refines over at most ${MAX_ADAPTIVE_AXES} parameters, got ${spec.axes.length}`);
  }
}

/** @throws {@link ModelError} for outputs that the model does not have, or has none of */
function checkNames(model: Model, outputs: PointOutputs): void {
  const path = "$.sweep.outputs";
  const { scalars, series = [] } = outputs;
  if (scalars.length + series.length === 0) throw new ModelError(path, "expected at least one scalar or series");
  for (const [key, names] of Object.entries({ scalars, series })) {
    const seen = new Set<string>();
    // Where it is there already the set does not grow.
    const twice = names.findIndex((name) => seen.size === seen.add(name).size);
    if (twice >= 0)
      throw new ModelError(pathOf(path, key, twice), `${JSON.stringify(names[twice])} stands there twice`);
  }
  const built = buildModel(model);
  atPath(
    (where) => `${path}.${where.includes("series") ? "series" : "scalars"}`,
    () => checkOutputs(built, outputs),
  );
}
