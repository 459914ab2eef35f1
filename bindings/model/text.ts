/**
 * Text of a model file (JSON or YAML) -> plain data.
 * @module
 */
import { isNode, isScalar, parseDocument, visit } from "yaml";
import { ModelError, pathOf } from "./error.ts";
import { findFault } from "./json.ts";
import { MAX_FILE_NESTING, MAX_YAML } from "./limits.ts";
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
  return data;
}

function parseJson(text: string): unknown {
  const content = text.replace(/^\uFEFF/, "");
  const fault = findFault(content);
  if (fault !== undefined) {
    const detail = fault.isSyntax ? `not valid JSON: ${fault.detail}` : fault.detail;
    throw new ModelError("$", detail, placeOf(content, fault.position));
  }
  return JSON.parse(content);
}

function placeOf(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function parseYaml(text: string): unknown {
  if (text.length > MAX_YAML) {
    throw new ModelError(
      "$",
      `YAML of ${text.length} characters, expected at most ${MAX_YAML}: larger models are JSON`,
    );
  }
  try {
    // louder levels write to the process' warnings
    const document = parseDocument(text, { version: "1.2", prettyErrors: false, logLevel: "error" });
    const [first] = [...document.errors, ...document.warnings];
    if (first !== undefined) {
      const several = first.code === "MULTIPLE_DOCS";
      const detail = several ? "expected one document, but another one begins here" : first.message;
      throw new ModelError("$", `not valid YAML: ${detail}`, { ...placeOf(text, first.pos[0]), cause: first });
    }
    visit(document, {
      Pair(_index, { key }) {
        if (isScalar(key)) return;
        const start = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        throw new ModelError("$", "expected a name as key, got a list, an object or an alias", placeOf(text, start));
      },
    });
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
