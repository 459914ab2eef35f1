/**
 * Coefficients from data.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { isNameIn } from "../operators/checks.ts";
import { Coefficient, type Recipe } from "./coefficient.ts";
import { pulse } from "./pulses.ts";
import { piecewise, samples } from "./samples.ts";

/**
 * The coefficient that `coefficient.toJSON()` describes.
 * @throws {@link InvalidArgumentError} for what describes none, and for what is nested more than two thousand times
 * @example
 * coefficientFrom(JSON.parse(JSON.stringify(pulse.sine({ omega: 2 }).mul(3)))).at(Math.PI / 4).re; // 3
 */
export function coefficientFrom(recipe: Recipe): Coefficient {
  return read(recipe, 0);
}

/** Data may come from anywhere: nothing in them may exhaust the stack. */
const MOST_DEPTH = 2000;

function read(recipe: Recipe, depth: number): Coefficient {
  const where = "coefficientFrom";
  if (depth > MOST_DEPTH)
    throw new InvalidArgumentError(where, "a recipe that goes on", `${MOST_DEPTH} levels at most`);
  const { of } = (recipe ?? {}) as { of?: unknown };
  const isPair = Array.isArray(of) && of.length === 2;
  if ((recipe?.kind === "sum" || recipe?.kind === "product") && !isPair) {
    throw new InvalidArgumentError(`${where}: of`, of, "two recipes");
  }
  switch (recipe?.kind) {
    case "constant":
      return Coefficient.constant(recipe);
    case "pulse": {
      if (!isNameIn(pulse, recipe.name)) {
        throw new InvalidArgumentError(`${where}: name`, recipe.name, `one of ${Object.keys(pulse).join(", ")}`);
      }
      return pulse[recipe.name](recipe.parameters as never);
    }
    case "samples":
      return samples(recipe.times, recipe.values, { order: recipe.order ?? 3 });
    case "piecewise":
      return piecewise(recipe.times, recipe.values);
    case "sum":
      return read(recipe.of[0], depth + 1).add(read(recipe.of[1], depth + 1));
    case "product":
      return read(recipe.of[0], depth + 1).mul(read(recipe.of[1], depth + 1));
    case "conjugate":
      return read(recipe.of, depth + 1).conj();
    default:
      throw new InvalidArgumentError(where, recipe, "what toJSON of a coefficient returns");
  }
}
