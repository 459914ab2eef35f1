/**
 * Completion of keys and words of a model file.
 * @module
 */
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Format } from "lindblad/model";
import schemaFile from "lindblad/model/schema.json";
import { type Context, contextInJson, contextInYaml } from "./context.ts";
import { keysOf, type Schema, schemasAt, valuesOf } from "./words.ts";

const schema = schemaFile as Schema;
const KIND = /["']?kind["']?[ \t]*:[ \t]*["']?(lindblad|bipartite)\b/;

/** What may be written at the cursor. */
export function completionIn(format: Format): (context: CompletionContext) => CompletionResult | null {
  return ({ state, pos, explicit }) => {
    const text = state.doc.toString();
    const at = format === "json" ? contextInJson(text, pos) : contextInYaml(text, pos);
    if (at === undefined || (!explicit && at.from === pos && !at.isQuoted)) return null;
    const schemas = schemasAt(schema, at.path, KIND.exec(text)?.[1]);
    const options = at.wants === "key" ? keys(at, format, schemas) : values(at, format, schemas);
    return options.length === 0 ? null : { from: at.from, options, validFor: /^[\p{L}\p{N}_$]*$/u };
  };
}

function keys({ present, isQuoted }: Context, format: Format, schemas: readonly Schema[]): Completion[] {
  return keysOf(schema, schemas)
    .filter(({ name }) => !present.includes(name))
    .map(({ name, description, isRequired }) => ({
      label: name,
      type: "property",
      boost: isRequired ? 1 : 0,
      ...(isRequired ? { detail: "needed" } : {}),
      ...(description === undefined ? {} : { info: description }),
      apply: isQuoted ? name : format === "json" ? `"${name}": ` : `${name}: `,
    }));
}

function values({ isQuoted }: Context, format: Format, schemas: readonly Schema[]): Completion[] {
  return valuesOf(schemas)
    .filter((value) => !isQuoted || typeof value === "string")
    .map((value) => {
      const label = String(value);
      return { label, type: "enum", apply: isQuoted || format === "yaml" ? label : JSON.stringify(value) };
    });
}
