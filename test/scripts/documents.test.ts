/** What the documents say exists: where links lead, files, functions and fields that docs/theory.md names. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as lindblad from "../../bindings/index.ts";
import { deadLinks } from "../../scripts/links.mjs";

const root = new URL("../../", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), "utf8");

describe("links of the repository's pages", () => {
  const inFolder = (folder: string, recursive: boolean) =>
    readdirSync(new URL(folder, root), { recursive, encoding: "utf8" })
      .filter((file) => file.endsWith(".md") && !/^(api|reference|\.vitepress)[\\/]/.test(file))
      .map((file) => `${folder}${file}`);
  const pages = [
    ...["./", "plot/", "sweep/", "cli/", "examples/"].flatMap((folder) => inFolder(folder, false)),
    ...inFolder("docs/", true),
  ];
  const made = ["docs/api", "docs/reference"].map((folder) => fileURLToPath(new URL(folder, root)));

  it.each(pages)("%s", (file) => {
    expect(deadLinks(fileURLToPath(new URL(file, root)), made)).toEqual([]);
  });
});

describe("docs/theory.md", () => {
  const spans = Array.from(read("docs/theory.md").matchAll(/`([^`]+)`/g), ([, span]) => span!);

  it("names files that exist", () => {
    const files = spans.filter((span) => /^(test|assembly|examples|docs)\//.test(span));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  });

  it("names functions and fields that exist", () => {
    const { system, rho0 } = lindblad.twoQubitExample({ omegaA: 1, omegaB: 1, g: 1, betaA: 1, betaB: 1, c: 0 });
    const run = system.evolve(rho0, [0, 1]);
    const objects: Record<string, unknown> = { system, run };
    const paths = spans.flatMap((span) => span.match(/^(system|run)(\.\w+)+/)?.[0] ?? []);
    expect(paths.length).toBeGreaterThan(30);
    const follow = (path: string) =>
      path.split(".").reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], objects);
    expect(paths.filter((path) => follow(path) === undefined)).toEqual([]);
    const functions = spans.flatMap((span) => span.match(/^(\w+)\(/)?.[1] ?? []);
    expect(functions).toContain("daviesBath");
    const methods = ["evolve", "heatStatistics"];
    expect(functions.filter((name) => !(name in lindblad) && !methods.includes(name))).toEqual([]);
  });

  it("names what is known about a steady state", () => {
    const { system } = lindblad.twoQubitExample({ omegaA: 1, omegaB: 1, g: 1, betaA: 1, betaB: 1, c: 0 });
    const steady: object = system.steady();
    const section = read("docs/theory.md").split("## Stationarity")[1]!.split("\n## ")[0]!;
    const fields = ["rho", "residual", "kernelDimension", "flows", "imbalance", "entropyProduction", "heatStatistics"];
    for (const field of fields) {
      expect(section).toMatch(new RegExp(`\`${field}\\b`));
      expect(steady).toHaveProperty(field);
    }
    expect(section).toContain("`heat[name]`");
  });
});
