/** docs/examples.md beside the programs of examples/: which ones it shows, the numbers that it has of each, and whether figures look alike. Node built-ins only. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.mjs";

/** Model files and programs of examples/, but for what these share. */
export const examples = readdirSync(join(root, "examples"))
  .filter((file) => /\.(json|mjs)$/.test(file) && file !== "support.mjs")
  .sort();

/** Numbers with fewer decimals are round ones, or in the text for other reasons. */
const LEAST_DECIMALS = 2;
/** Half a unit of a sheet of 860: nobody sees it, and rounding moves nothing so far. */
const MOVED = 0.5;

/** The sections of the page: the programs and figures that they link, and the numbers in their tables, as they are written. */
export function gallery() {
  const page = readFileSync(join(root, "docs", "examples.md"), "utf8");
  const found = (text, pattern) => [...text.matchAll(pattern)].map(([, match]) => match);
  return page.split(/\n(?=###? )/).map((section) => {
    const tables = section.split("\n").filter((line) => line.startsWith("|"));
    return {
      files: found(section, /\]\(\.\.\/examples\/([\w-]+\.(?:mjs|json))\)/g),
      figures: found(section, /!\[[^\]]+\]\(figures\/examples\/([\w-]+\.svg)\)/g),
      numbers: found(tables.join("\n"), new RegExp(`(?<![\\w.])(-?\\d+\\.\\d{${LEAST_DECIMALS},})(?![\\w.])`, "g")),
    };
  });
}

/** Numbers that the page has of a program, and that are no rounding of one that it has printed. */
export function unprinted(file, output) {
  const printed = (output.match(/-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g) ?? []).map(Number);
  const written = gallery().flatMap(({ files, numbers }) => (files.includes(file) ? numbers : []));
  // half a unit of the last digit, and what rounding twice adds to it
  const isPrinted = (text) => {
    const unit = 10 ** -text.split(".")[1].length;
    return printed.some((x) => Math.abs(x - Number(text)) <= 0.55 * unit);
  };
  return written.filter((text) => !isPrinted(text));
}

/** How a figure, as the text of an SVG file, differs from another one: a line of words for each kind of difference. */
export function compareFigures(expected, got) {
  const [a, b] = [expected, got].map(contentOf);
  const lines = [];
  const missing = a.texts.filter((text) => !b.texts.includes(text));
  const added = b.texts.filter((text) => !a.texts.includes(text));
  if (missing.length > 0) lines.push(`lost the texts ${JSON.stringify(missing)}`);
  if (added.length > 0) lines.push(`gained the texts ${JSON.stringify(added)}`);
  for (const name of new Set([...Object.keys(a.marks), ...Object.keys(b.marks)])) {
    const [before, now] = [a.marks[name] ?? 0, b.marks[name] ?? 0];
    if (before !== now) lines.push(`${now} elements <${name}>, not ${before}`);
  }
  if (a.numbers.length !== b.numbers.length) lines.push(`${b.numbers.length} coordinates, not ${a.numbers.length}`);
  else {
    const moved = a.numbers.reduce((most, x, k) => Math.max(most, Math.abs(x - b.numbers[k])), 0);
    if (!(moved <= MOVED)) lines.push(`something has moved by ${moved}`);
  }
  return lines;
}

function contentOf(svg) {
  // pixels of a map are colours, not coordinates
  const drawn = svg.replace(/ href="data:[^"]*"/g, "");
  const texts = [...drawn.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].map(([, text]) => text.replace(/<[^>]*>/g, ""));
  const marks = {};
  for (const [, name] of drawn.matchAll(/<([a-z]+)/gi)) marks[name] = (marks[name] ?? 0) + 1;
  const places = [...drawn.matchAll(/ (?:d|x|y|x1|x2|y1|y2|cx|cy|width|height|transform)="([^"]*)"/g)];
  const numbers = places.flatMap(([, place]) => (place.match(/-?\d+(?:\.\d+)?(?:e-?\d+)?/gi) ?? []).map(Number));
  return { texts, marks, numbers };
}
