/**
 * Output times, and exact results given as formulas in the time.
 * @module
 */
import { checkTimes } from "../solvers/checks.ts";
import { atPath, ModelError, pathOf } from "./error.ts";
import { Expression, type Scope } from "./expression.ts";
import { COMPARED_WORK, MAX_COMPARED } from "./limits.ts";
import { unknownName } from "./names.ts";
import type { Model } from "./schema.ts";
import { charging, scalarOf } from "./specs.ts";
import type { Value } from "./value.ts";

/** A formula and its values at the output times. */
export interface Exact {
  /** Name of the series it is compared with. */
  readonly series: string;
  /** The formula as the model gives it. */
  readonly formula: string;
  /** Its values, one an output time. */
  readonly values: Float64Array;
}

/** The output times, strictly increasing. @throws {@link ModelError} */
export function timesOf<V>(spec: Model["times"], scope: Scope<V>): Float64Array {
  if (Array.isArray(spec)) {
    spec.forEach((time, k) => {
      if (k > 0 && !(time > spec[k - 1]!)) {
        throw new ModelError(pathOf("$.times", k), `expected increasing times, got ${time} after ${spec[k - 1]}`);
      }
    });
    return Float64Array.from(spec);
  }
  const from = scalarOf(spec.from, "$.times.from", scope);
  const to = scalarOf(spec.to, "$.times.to", scope);
  if (!(to > from)) throw new ModelError("$.times.to", `expected a time after from = ${from}, got ${to}`);
  const last = spec.count - 1;
  // the end is set, not computed: it is then exactly the number given
  const times = Float64Array.from({ length: spec.count }, (_, k) =>
    k === last ? to : from + ((to - from) * k) / last,
  );
  // too far apart they overflow, too close together they are equal
  return atPath("$.times", () => checkTimes(times, "times"));
}

/** Evaluates the formulas of `compare` at all times. @throws {@link ModelError} also for a series that does not exist */
export function exactOf(
  compare: Model["compare"],
  series: readonly string[],
  times: Float64Array,
  parameters: Scope,
): Exact[] {
  const length = Object.values(compare).reduce((sum, formula) => sum + formula.length, 0);
  if (length * times.length > MAX_COMPARED) {
    throw new ModelError(
      "$.compare",
      `formulas of ${length} characters at ${times.length} times are more than ${MAX_COMPARED} characters to evaluate: shorten them, or ask for fewer times`,
    );
  }
  charging("$.compare", () => parameters.work.charge(COMPARED_WORK * length * times.length));
  return Object.entries(compare).map(([name, formula]) => {
    const path = pathOf("$.compare", name);
    if (!series.includes(name)) throw new ModelError(path, `no such series: ${unknownName(name, series)}`);
    for (const column of [`${name}_exact`, `${name}_difference`]) {
      if (series.includes(column)) throw new ModelError(path, `its result "${column}" is the name of a series already`);
    }
    const expression = new Expression(formula, path);
    const along = expression.evaluateAlong<Value>("t", times, parameters);
    const values = Float64Array.from(along, (value) => expression.real(value, parameters));
    return { series: name, formula, values };
  });
}
