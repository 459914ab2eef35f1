/** What is run on a bare clone must not need, to be loaded, what it is about to install. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../support/browser.ts";

// `node scripts/build.mjs` alone is run when everything is installed.
const COMMANDS = ["prepack", "start", "test", "web", "web:build", "web:screenshots", "docs", "docs:build", "bench"];

describe("on a bare clone", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  test.each(COMMANDS)("npm run %s imports Node's own modules and this repository's files alone", (name) => {
    const file = /^node (\S+)/.exec(scripts[name])?.[1] ?? "";
    expect(foreign(join(root, file), new Set())).toEqual([]);
  });
});

/** The packages that a file, or what it imports, imports statically. */
function foreign(file: string, seen: Set<string>): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const specifiers = [...readFileSync(file, "utf8").matchAll(/^(?:import|export)\b(?:[^;"]*? from)? "([^"]+)";/gm)].map(
    ([, name]) => name ?? "",
  );
  return specifiers.flatMap((name) => {
    if (name.startsWith("node:")) return [];
    return name.startsWith(".") ? foreign(join(dirname(file), name), seen) : [`${file}: ${name}`];
  });
}
