/**
 * What a sweep is, as one number: two sweeps with the same hash have the same points and compute the same of them.
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Model, PointOutputs, Points } from "lindblad/model";
import type { SweepSpec } from "./axes.ts";
import type { Problem } from "./chunk.ts";

/** Of this package, and of the library whose model files it reads: they are published together. */
export const { version: VERSION } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** The points of a sweep as data: a spec, or the digest of points given one by one. */
export type PointsIdentity =
  | SweepSpec
  | { readonly count: number; readonly names: readonly string[]; readonly digest: string };

/** Model, outputs and version under their hash. */
export function problemOf(model: Model, outputs: PointOutputs, points: PointsIdentity, version = VERSION): Problem {
  const { scalars, series = [] } = outputs;
  const hash = sha256(canonicalJson({ model: computed(model), outputs: { scalars, series }, points, version }));
  return { hash, version, model, outputs: { scalars, series } };
}

/** A model without what it is called. */
export function computed({ name: _name, description: _description, $schema: _schema, ...model }: Model): object {
  return model;
}

/** What tells points that are given one by one from others. */
export function identityOf({ count, parameters }: Points): PointsIdentity {
  const digest = createHash("sha256");
  for (const values of Object.values(parameters)) digest.update(new Uint8Array(Float64Array.from(values).buffer));
  return { count, names: Object.keys(parameters), digest: digest.digest("hex") };
}

/** JSON with the keys of every object in order, so that equal data is equal text; what is undefined is left out. */
export function canonicalJson(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) => {
    // JSON would make null of all of them
    if (typeof value === "number" && !Number.isFinite(value)) return `${value}`;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
