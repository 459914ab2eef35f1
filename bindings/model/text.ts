/**
 * Text of a model file (JSON or YAML) -> plain data.
 * @module
 */
import { type CST, isNode, isScalar, Parser, parseDocument, visit } from "yaml";
import { InvalidArgumentError } from "../errors.ts";
import { checkData } from "./data.ts";
import { ModelError, shorten } from "./error.ts";
import { findFault } from "./json.ts";
import { MAX_FILE_NESTING, MAX_JSON, MAX_YAML } from "./limits.ts";

/** Notation of a model file. */
export type Format = "json" | "yaml";

/** YAML for names that end in .yaml or .yml, else JSON. */
export function formatOf(fileName: string): Format {
  return /\.ya?ml$/i.test(fileName) ? "yaml" : "json";
}

/** Parses the text. @throws {@link ModelError} with line and column when the syntax is wrong */
export function parseText(text: string, format: Format): unknown {
  if (typeof text !== "string") throw new InvalidArgumentError("parseText: text", text, "a text");
  const data = format === "yaml" ? parseYaml(text) : parseJson(text);
  checkData(data);
  return data;
}

function parseJson(text: string): unknown {
  const content = text.replace(/^\uFEFF/, "");
  if (content.length > MAX_JSON) {
    throw new ModelError("$", `JSON of ${content.length} characters, expected at most ${MAX_JSON}`);
  }
  const fault = findFault(content);
  if (fault !== undefined) {
    const detail = fault.isSyntax ? `not valid JSON: ${fault.detail}` : fault.detail;
    throw new ModelError("$", detail, placeOf(content, fault.position));
  }
  return JSON.parse(content);
}

function placeOf(text: string, position: number): { line: number; column: number } {
  let [line, start] = [1, 0];
  for (let end = text.indexOf("\n"); end >= 0 && end < position; end = text.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return { line, column: position - start + 1 };
}

function parseYaml(text: string): unknown {
  if (text.length > MAX_YAML) {
    throw new ModelError(
      "$",
      `YAML of ${text.length} characters, expected at most ${MAX_YAML}: larger models are JSON`,
    );
  }
  checkTokens(text);
  try {
    // louder levels write to the process' warnings
    // It would compare each key with all before it.
    const document = parseDocument(text, { version: "1.2", prettyErrors: false, logLevel: "error", uniqueKeys: false });
    const [first] = [...document.errors, ...document.warnings];
    if (first !== undefined) {
      const several = first.code === "MULTIPLE_DOCS";
      const detail = several ? "expected one document, but another one begins here" : first.message;
      throw new ModelError("$", `not valid YAML: ${detail}`, { ...placeOf(text, first.pos[0]), cause: first });
    }
    visit(document, {
      Map(_index, { items }) {
        const keys = new Set<string>();
        for (const { key } of items) {
          if (!isScalar(key)) continue;
          const name = String(key.value);
          if (keys.has(name)) {
            const detail = `not valid YAML: the key ${JSON.stringify(shorten(name))} stands twice in one object`;
            throw new ModelError("$", detail, placeOf(text, key.range?.[0] ?? 0));
          }
          keys.add(name);
        }
      },
      Pair(_index, { key }) {
        if (isScalar(key)) return;
        const start = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        throw new ModelError("$", "expected a name as key, got a list, an object or an alias", placeOf(text, start));
      },
    });
    return document.toJS();
  } catch (error) {
    if (error instanceof ModelError) throw error;
    // too many aliases
    throw new ModelError("$", `not valid YAML: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * What yaml's composer must not get to see: it goes down by recursion, and an engine that compiles a pattern at the end of its stack ends the
 * process; and it goes on after an error, of which a text may have one a character.
 * @throws {@link ModelError}
 */
function checkTokens(text: string): void {
  let directives = 0;
  const refuse = (detail: string, offset: number) => {
    throw new ModelError("$", `not valid YAML: ${detail}`, placeOf(text, offset));
  };
  for (const token of new Parser().parse(text)) {
    if (token.type === "error") refuse(token.message, token.offset);
    if (token.type === "directive" && ++directives > 1) refuse("expected at most one directive", token.offset);
    if (token.type !== "document") continue;
    const open: [value: CST.Token | null | undefined, depth: number][] = [[token.value, 0]];
    for (let next = open.pop(); next; next = open.pop()) {
      const [value, depth] = next;
      if (!value || !("items" in value)) continue;
      if (depth > MAX_FILE_NESTING) refuse(`nested more than ${MAX_FILE_NESTING} deep`, value.offset);
      for (const { key, value: item } of value.items) open.push([key, depth + 1], [item, depth + 1]);
    }
  }
}
