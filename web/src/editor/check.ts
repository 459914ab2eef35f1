/**
 * The text of a model file -> the model, or what is wrong with it and where in the text. Large (it brings zod, yaml and the kernel): for a worker.
 * @module
 */
import { buildModel, type Format, type Model, ModelError, parseText, pathOf, validateModel } from "lindblad/slim/model";
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from "yaml";

/** Something wrong in a text. */
export interface Problem {
  /** JSON path of the value at fault; `$` is the whole file. */
  readonly path: string;
  /** What is wrong, without the place. */
  readonly message: string;
  /** Where in the text, as offsets; `to` is behind the last character, and not less than `from`. */
  readonly from: number;
  readonly to: number;
}

/** The model in a text: `file` as it was written, `model` validated, with defaults. Or what is wrong with it. */
export type Checked = { readonly file: unknown; readonly model: Model } | { readonly problems: readonly Problem[] };

/** Longest text that is looked through for the place of a problem, in characters. */
const MAX_LOCATED = 200_000;
/** Most brackets that are open at once in such a text: yaml goes down by recursion, and a stack at its end may end the page. */
const MAX_OPEN = 100;

/**
 * Parses, validates and builds a model, so that its form and its expressions are right; what a run would find stays to be found.
 * The first problem is told, as the library does.
 */
export function checkText(text: string, format: Format): Checked {
  try {
    const file = parseText(text, format);
    const model = validateModel(file);
    buildModel(model);
    return { file, model };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const { path, detail: message } = error;
    return { problems: [{ path, message, ...placeOf(text, format, error) }] };
  }
}

type Place = Pick<Problem, "from" | "to">;

function placeOf(text: string, format: Format, { path, line, column }: ModelError): Place {
  if (line !== undefined) return wordAt(text, offsetOf(text, line, column ?? 1));
  if (text.length > MAX_LOCATED || (format === "json" && isDeep(text))) return { from: 0, to: 0 };
  // JSON is YAML for all that concerns places; what of it YAML refuses is noted in the document, and no matter here
  const document = parseDocument(text, { version: "1.2", prettyErrors: false, logLevel: "silent" });
  const found = find(document, path);
  return (column === undefined ? undefined : insideOf(text, found, column)) ?? wholeOf(text, found);
}

/** Of JSON whose syntax is right; of YAML the library has seen to it. */
function isDeep(text: string): boolean {
  let [open, quoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') quoted = !quoted;
    else if (quoted) at += character === "\\" ? 1 : 0;
    else if ("[{".includes(character)) open++;
    else if ("]}".includes(character)) open--;
    if (open > MAX_OPEN) return true;
  }
  return false;
}

/** What stands at a path, or as far along it as the text goes; the pair that it is the value of. */
interface Found {
  readonly node: Node | undefined;
  readonly pair?: Pair<Node, Node | null> | undefined;
}

/** Follows the path by the very text that the library makes of it. */
function find(document: Document, path: string): Found {
  let found: Found = { node: document.contents ?? undefined };
  for (let base = "$"; base !== path; ) {
    const step = childrenOf(found.node, document).find(({ key }) => isWithin(path, pathOf(base, key)));
    if (step === undefined) break;
    base = pathOf(base, step.key);
    found = step;
  }
  return found;
}

const isWithin = (path: string, place: string): boolean =>
  path.startsWith(place) && /^(?:$|[.[])/.test(path.slice(place.length));

function childrenOf(node: Node | undefined, document: Document): readonly (Found & { readonly key: PropertyKey })[] {
  const at = isAlias(node) ? node.resolve(document) : node;
  if (isSeq<Node>(at)) return at.items.map((item, key) => ({ key, node: item }));
  if (!isMap<Node, Node | null>(at)) return [];
  return at.items.map((pair) => {
    const key = isScalar(pair.key) ? String(pair.key.value) : "";
    return { key, node: pair.value ?? undefined, pair };
  });
}

/** A key with its value; of a list or an object the key alone, or the first bracket. */
function wholeOf(text: string, { node, pair }: Found): Place {
  const [start, end] = node?.range ?? [0, 0];
  const [from, behindKey] = pair?.key.range ?? [start, start];
  const to = isScalar(node) ? Math.max(end, behindKey) : behindKey;
  return from === to ? wordAt(text, from) : { from, to };
}

/** Part of an expression, from a 1-based column on; undefined where escapes or folded lines spell it in another way. */
function insideOf(text: string, { node }: Found, column: number): Place | undefined {
  if (!isScalar(node) || !node.range) return undefined;
  const [start, end] = node.range;
  const written = text.slice(start, end);
  const quote = /^["']/.test(written) ? 1 : 0;
  if (written.slice(quote, written.length - quote) !== node.value) return undefined;
  return wordAt(text, start + quote + column - 1);
}

/** The name or number at an offset, or one character. */
function wordAt(text: string, offset: number): Place {
  const from = Math.min(offset, text.length);
  const [word = ""] = /^(?:[\p{L}\p{N}_]+|.)/u.exec(text.slice(from, from + 200)) ?? [];
  return { from, to: from + word.length };
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let k = 1; k < line; k++) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}
