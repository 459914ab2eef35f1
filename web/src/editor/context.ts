/**
 * What is being written where the cursor stands in a model file: a key or a value, of which object. The text before the cursor alone decides,
 * and it need not be complete.
 * @module
 */

/** Stands for whichever number of a list in a path. */
export const ITEM = "[]";

/** What may be completed at a place. */
export interface Context {
  /** Keys from the outermost object to the one that is being written in (wants "key") or that the value belongs to (wants "value"). */
  readonly path: readonly string[];
  readonly wants: "key" | "value";
  /** Keys that the object has before this place. */
  readonly present: readonly string[];
  /** Offset where the word begins that is being written; in quotes, behind the first of them. */
  readonly from: number;
  readonly isQuoted: boolean;
}

/** A list, or an object with the keys so far. */
interface Frame {
  readonly keys: string[] | undefined;
  /** The key whose value comes or is there; undefined where a key is wanted. */
  key: string | undefined;
}

/** In JSON. Undefined behind a finished value, or outside of the object. */
export function contextInJson(text: string, offset: number): Context | undefined {
  const frames: Frame[] = [];
  let isBehindValue = false;
  let at = 0;
  for (const { 0: token, index } of text.slice(0, offset).matchAll(/"(?:[^"\\\n]|\\.)*"?|[{}[\]:,]|[^\s{}[\]:,"]+/g)) {
    const frame = frames.at(-1);
    at = index + token.length;
    if (at === offset && isOpen(token)) return contextOf(frames, index, token.startsWith('"'), isBehindValue);
    if (token === "{" || token === "[") {
      frames.push({ keys: token === "{" ? [] : undefined, key: undefined });
      isBehindValue = false;
    } else if (token === "}" || token === "]") {
      frames.pop();
      isBehindValue = true;
    } else if (token === ",") {
      if (frame) frame.key = undefined;
      isBehindValue = false;
    } else if (token === ":") {
      isBehindValue = false;
    } else {
      if (frame?.keys && frame.key === undefined) {
        frame.key = token.replaceAll('"', "");
        frame.keys.push(frame.key);
      }
      isBehindValue = true;
    }
  }
  return contextOf(frames, offset, false, isBehindValue);
}

/** Whether a token may go on: a text without its second quote, or a word. */
const isOpen = (token: string): boolean =>
  token.startsWith('"') ? !/^"(?:[^"\\]|\\.)*"$/.test(token) : !/[{}[\]:,]/.test(token);

function contextOf(
  frames: readonly Frame[],
  at: number,
  isQuoted: boolean,
  isBehindValue: boolean,
): Context | undefined {
  const frame = frames.at(-1);
  if (frame === undefined || isBehindValue) return undefined;
  const outside = frames.slice(0, -1).map(({ keys, key }) => (keys ? (key ?? "") : ITEM));
  const from = isQuoted ? at + 1 : at;
  const present = frame.keys ?? [];
  if (frame.keys && frame.key === undefined) return { path: outside, wants: "key", present, from, isQuoted };
  return { path: [...outside, frame.key ?? ITEM], wants: "value", present, from, isQuoted };
}

/** A line of YAML in block style: indentation, dashes of lists, a key, what follows it. */
const LINE =
  /^(?<indent> *)(?<dashes>(?:- +)*)(?:(?<key>[^\s"'#:,[\]{}&*!|>%@`-][^\s"'#:,[\]{}]*|"[^"]*"|'[^']*')[ ]*:(?= |$))?(?<rest>.*)$/;

interface Line {
  /** Column of the key, or of the text where there is none. */
  readonly column: number;
  /** Columns of the dashes before it. */
  readonly dashes: readonly number[];
  readonly key: string | undefined;
  readonly rest: string;
}

/** In YAML, where the line is in block style: objects in braces are not completed. */
export function contextInYaml(text: string, offset: number): Context | undefined {
  const lines = text.slice(0, offset).split("\n");
  const last = lines.pop()!;
  const here = lineOf(last);
  const word = /[\p{L}\p{N}_.$-]*$/u.exec(last)![0];
  const isQuoted = /["']$/.test(last.slice(0, last.length - word.length));
  const before = here.rest.trim().slice(0, here.rest.trim().length - word.length);
  // a value has one word here; a text in quotes or an object in braces may have begun
  if (!/^["']?$/.test(before) || last.trimStart().startsWith("#")) return undefined;
  const path: string[] = here.key === undefined ? [] : [here.key];
  const present: string[] = [];
  let { column } = here;
  let isOwn = true;
  const enter = (line: Line) => {
    for (const dash of [...line.dashes].reverse()) {
      if (dash >= column) continue;
      path.unshift(ITEM);
      column = dash;
      isOwn = false;
    }
  };
  enter(here);
  for (const line of lines.reverse().map(lineOf)) {
    if (line.key === undefined && line.dashes.length === 0) continue;
    if (line.key !== undefined && line.column === column && isOwn) present.unshift(line.key);
    // the list of a key may stand below it, no further in
    const isParent = line.key !== undefined && (line.column < column || (line.column === column && path[0] === ITEM));
    if (isParent && line.rest.trim() === "") {
      path.unshift(line.key!);
      column = line.column;
      isOwn = false;
    }
    enter(line);
  }
  return { path, wants: here.key === undefined ? "key" : "value", present, from: offset - word.length, isQuoted };
}

function lineOf(text: string): Line {
  const { indent = "", dashes = "", key, rest = "" } = LINE.exec(text)?.groups ?? {};
  const columns = [...dashes.matchAll(/-/g)].map(({ index }) => indent.length + index);
  const column = indent.length + dashes.length;
  return { column, dashes: columns, key: key?.replaceAll(/["']/g, ""), rest: rest.replace(/(?:^| )#.*$/, "") };
}
