/** The tests that mutants of bindings/bipartite are run against, and where the bundles of them are. */
import { readdirSync } from "node:fs";

const FOLDERS = ["test/bipartite", "test/batch"];
const FILES = ["batch-points", "measures", "run"].map((name) => `test/model/${name}.test.ts`);

/** Tests of seconds each that reach nothing but what quick ones reach, by the end of their names. */
const SLOW = [
  "in closed form: [H, X] = 0, so W = <X> (f(t) - f(0)), of any continuous f",
  "10 spins: 1024 numbers instead of a million, and equal temperatures make the parts thermal where they do not interact",
  "a narrow pulse of exchange > as a function with a scale",
  "of period %f, until %f: work is what its values say [2]",
  "refuses the states that mesolve refuses, to the last bit",
  "a series is the same alone and with all others",
  "parameters and operators > %s [29]",
  "parameters and operators > %s [30]",
];

export const LIBRARY = "bindings/index";

/** Paths from the root, without the ending. */
export function testFiles() {
  const found = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));
  return [...found, ...FILES]
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => name.slice(0, -".ts".length))
    .sort();
}

export const isSlow = ({ name }) => SLOW.some((ending) => name.endsWith(ending));

export const bundleOf = (name) => `bundled/${name}.cjs`;
