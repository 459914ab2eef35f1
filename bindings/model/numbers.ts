/**
 * Numbers that are given beside a model, as expressions over its parameters.
 * @module
 */

import type { Model, ScalarSpec } from "./schema.ts";
import { Definitions, defineAll } from "./scope.ts";
import { scalarOf } from "./specs.ts";
import { ONE } from "./value.ts";

/**
 * A function that evaluates numbers over the parameters of a model, as they stand in it.
 * @throws what it returns throws {@link ModelError}, with the path it was given
 * @example
 * const numberOf = parameterNumbers(model);
 * numberOf("2 * g", "$.sweep.parameters.c.to"); // 0.6
 */
export function parameterNumbers(model: Model): (spec: ScalarSpec, path: string) => number {
  const parameters = new Definitions(ONE);
  defineAll(parameters, model.parameters, "$.parameters", scalarOf);
  return (spec, path) => scalarOf(spec, path, parameters);
}
