/** What the programs of this folder share: comparisons, tables, figures as files. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { svgFile } from "@lindblad/plot/node";

/** Ends the program where a number is further from what theory says than `limit`. */
export function near(value, exact, limit, what) {
  assert.ok(Math.abs(value - exact) <= limit, `${what}: ${value}, in theory ${exact}, allowed ${limit}`);
}

/** The same for every number of a series. */
export function nearAll(values, exact, limit, what) {
  assert.equal(values.length, exact.length, what);
  for (let k = 0; k < values.length; k++) near(values[k], exact[k], limit, `${what}, number ${k}`);
}

/** Prints names and rows below them; numbers with `digits` decimals. */
export function table(names, rows, digits = 8) {
  const cells = [
    names,
    ...rows.map((row) => row.map((x) => (typeof x === "number" ? x.toFixed(digits).replace(/^-(0\.?0*)$/, "$1") : x))),
  ];
  const widths = names.map((_, k) => Math.max(...cells.map((row) => row[k].length)));
  for (const row of cells) console.log(row.map((cell, k) => cell.padStart(widths[k])).join("   "));
}

/** `count` numbers from `from` to `to`, evenly spaced. */
export const linspace = (from, to, count) =>
  Float64Array.from({ length: count }, (_, k) => from + (k * (to - from)) / (count - 1));

/** Draws results/examples/NAME.svg, or in the folder that --out names; over an earlier figure of that name, over no other file. */
export function figure(name, draw) {
  const { out } = parseArgs({ options: { out: { type: "string", default: join("results", "examples") } } }).values;
  const [file, mark] = [join(out, `${name}.svg`), `<!-- examples: ${name} -->`];
  if (existsSync(file)) assert.ok(readFileSync(file, "utf8").includes(mark), `${file} is there, and is no such figure`);
  makeFolder(out);
  writeFileSync(file, `${svgFile(draw).trimEnd()}\n${mark}\n`);
}

/** Level by level: Node's own recursion does not end where a file system refuses new folders by ENOENT, as /proc does. */
function makeFolder(path) {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}
