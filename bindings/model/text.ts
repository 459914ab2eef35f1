/**
 * Text of a model file (JSON or YAML) -> plain data.
 * @module
 */
import { parseDocument } from "yaml";
import { ModelError, pathOf, shorten } from "./error.ts";
import { MAX_FILE_NESTING } from "./limits.ts";
import { PROTOTYPE_KEYS } from "./names.ts";

/** Notation of a model file. */
export type Format = "json" | "yaml";

/** YAML for names that end in .yaml or .yml, else JSON. */
export function formatOf(fileName: string): Format {
  return /\.ya?ml$/i.test(fileName) ? "yaml" : "json";
}

/** Parses the text. @throws {@link ModelError} with line and column when the syntax is wrong */
export function parseText(text: string, format: Format): unknown {
  const data = format === "yaml" ? parseYaml(text) : parseJson(text);
  checkKeys(data, "$", 0);
  if (format === "json" && text.length <= MAX_CHECKED_FOR_REPEATS) checkRepeats(text);
  return data;
}

/** Longer files hold matrices, which take the slower parser long and have no names that could be repeated. */
const MAX_CHECKED_FOR_REPEATS = 1_000_000;

/** JSON.parse keeps the last of two equal keys without a word; read as YAML, of which JSON is a part, they are an error. */
function checkRepeats(text: string): void {
  const repeated = parseDocument(text, { prettyErrors: false }).errors.find(({ code }) => code === "DUPLICATE_KEY");
  if (repeated === undefined) return;
  const [start] = repeated.pos;
  const key = /^"(?:[^"\\]|\\.)*"/.exec(text.slice(start))?.[0] ?? "";
  throw new ModelError("$", `the key ${shorten(key)} stands twice in one object`, placeOf(text, start));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const { message } = error as SyntaxError;
    // engines name the place as an offset; when the text ends too early, they name none
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    throw new ModelError("$", `not valid JSON: ${message.replace(/,? in JSON at position.*| at position.*/s, "")}`, {
      ...placeOf(text, position),
      cause: error,
    });
  }
}

function placeOf(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function parseYaml(text: string): unknown {
  try {
    const document = parseDocument(text, { version: "1.2", prettyErrors: false });
    const [first] = [...document.errors, ...document.warnings];
    if (first !== undefined) {
      throw new ModelError("$", `not valid YAML: ${first.message}`, { ...placeOf(text, first.pos[0]), cause: first });
    }
    return document.toJS();
  } catch (error) {
    if (error instanceof ModelError) throw error;
    // too many aliases, or nested beyond the stack
    throw new ModelError("$", `not valid YAML: ${(error as Error).message}`, { cause: error });
  }
}

/** Refuses keys that reach into prototypes, before anything looks at the data, and bounds the depth for all who walk it. */
function checkKeys(value: unknown, path: string, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_FILE_NESTING) throw new ModelError(path, `nested more than ${MAX_FILE_NESTING} deep`);
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      if (typeof item === "object") checkKeys(item, pathOf(path, index), depth + 1);
    });
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    const place = pathOf(path, key);
    if (PROTOTYPE_KEYS.has(key)) throw new ModelError(place, `the key ${JSON.stringify(key)} is not allowed`);
    checkKeys(item, place, depth + 1);
  }
}
