/**
 * Text or data -> a validated {@link Model}; the first thing that is wrong is reported with its JSON path.
 * @module
 */
import type * as z from "zod";
import { checkData } from "./data.ts";
import { ModelError, pathOf, shorten } from "./error.ts";
import { list } from "./names.ts";
import { type Model, modelSchema } from "./schema.ts";
import { type Format, parseText } from "./text.ts";

/**
 * Parses and validates the text of a model file.
 * @param format `"json"` (default) or `"yaml"`: {@link formatOf} tells it from a file's name
 * @returns the model with defaults filled in, for {@link runModel} and {@link runPoints}
 * @throws {@link ModelError} naming the place as a JSON path, or the line and column where the syntax is wrong
 * @example
 * const text = `
 * version: 1
 * kind: lindblad
 * dims: [2]
 * hamiltonian: sigmax
 * jumps: [sigmam]
 * initial: fock(2, 0)
 * times: { from: 0, to: 40, count: 2 }
 * observables: { z: sigmaz }
 * `;
 * runModel(loadModel(text, "yaml")).series.z.at(-1); // -1/9
 */
export function loadModel(text: string, format: Format = "json"): Model {
  if (typeof text !== "string") throw new ModelError("$", `expected the text of a model file, got ${inWords(text)}`);
  return validateModel(parseText(text, format));
}

/** Validates data that has the form of a model file, parsed already. @throws {@link ModelError} naming the place as a JSON path */
export function validateModel(data: unknown): Model {
  return checkForm(modelSchema, data);
}

/** Data of the form of a schema, defaults filled in. @throws {@link ModelError} */
export function checkForm<Schema extends z.ZodType>(schema: Schema, data: unknown): z.output<Schema> {
  checkData(data);
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw toModelError(result.error.issues, data);
}

type Issue = z.core.$ZodIssue;

function toModelError(issues: readonly Issue[], data: unknown): ModelError {
  const { path, issue } = mostTelling(issues, []);
  const value = valueAt(data, path);
  const { message } = issue;
  if (issue.code === "invalid_key") {
    // the name is wrong, whatever it names
    return new ModelError(pathOf("$", ...path), `${issue.issues[0]?.message ?? message}, got ${inWords(path.at(-1))}`);
  }
  if (issue.code === "unrecognized_keys") return new ModelError(pathOf("$", ...path, issue.keys[0]!), message);
  if (value === undefined && path.length > 0) {
    return new ModelError(pathOf("$", ...path), `is missing${expectation(issue, message)}`);
  }
  const text = issue.code === "invalid_type" ? `expected ${TYPE_WORDS[issue.expected] ?? issue.expected}` : message;
  return new ModelError(pathOf("$", ...path), `${text}, got ${inWords(value)}`);
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: "an object { ... }",
  record: "an object { name: value, ... }",
  array: "a list [ ... ]",
  string: "a text",
  number: "a number",
  int: "an integer",
};

function expectation(issue: Issue, message: string): string {
  if (issue.code === "invalid_type") return `: expected ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
  return `: ${message}`;
}

/** An unknown key comes first, because a missing one is often the same key mistyped. Of a union's branches, the one that fits furthest. */
function mostTelling(issues: readonly Issue[], base: readonly PropertyKey[]): { path: PropertyKey[]; issue: Issue } {
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const path = [...base, ...issue.path];
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return { path, issue };
  const inside = issue.errors
    .filter((branch) => branch.some((inner) => inner.path.length > 0 || inner.code !== "invalid_type"))
    .map((branch) => ({ ...mostTelling(branch, path), count: branch.length }))
    .sort((a, b) => b.path.length - a.path.length || a.count - b.count);
  return inside[0] ?? { path, issue };
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    data,
  );
}

function inWords(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return `an object with the keys ${list(Object.keys(value as object))}`;
  return typeof value === "string" ? JSON.stringify(shorten(value)) : String(value);
}
