/** The reference of model files, of expressions and of the command line has everything, and what it shows is right. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FUNCTIONS } from "../../bindings/model/functions.ts";
import { modelJsonSchema, validateModel } from "../../bindings/model/index.ts";
import { program } from "../../cli/src/program.ts";
import { EXAMPLES, SUMMARIES, writeReference } from "../../scripts/reference.mjs";
import { objectsOf } from "../../scripts/schema-tables.mjs";
import { sweepJsonSchema, validateSweep } from "../../sweep/src/spec.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lindblad-reference-"));
  await writeReference(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));
const read = (name: string) => readFileSync(join(folder, `${name}.md`), "utf8");

describe("keys of files", () => {
  it.each([
    ["model", modelJsonSchema()],
    ["sweep", sweepJsonSchema()],
  ])("of a %s file are all described", (_, schema) => {
    const rows = objectsOf(schema, { place: "$" }).flatMap(({ places, rows }) =>
      rows.map((row) => ({ at: places[0], ...row })),
    );
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter(({ description }) => description === "")).toEqual([]);
    expect(rows.filter(({ takes }) => takes.includes("undefined"))).toEqual([]);
  });

  it("without a description are found", () => {
    const schema = {
      type: "object",
      properties: { a: { type: "number" }, b: { $ref: "#/$defs/x", description: "B" }, c: { $ref: "#/$defs/x" } },
      required: ["a"],
      $defs: { x: { type: "string", maxLength: 10_000, description: "An expression over parameters" } },
    };
    expect(objectsOf(schema, { place: "$" })).toEqual([
      {
        places: ["$"],
        rows: [
          { key: "a", takes: "a number", left: "must be there", description: "" },
          { key: "b", takes: "an expression", left: "", description: "B" },
          { key: "c", takes: "an expression", left: "", description: "" },
        ],
      },
    ]);
  });

  it("are in the page, with examples that are valid", () => {
    const page = read("model-files");
    for (const key of ["globalBaths", "rowPointers", "measures", "adaptive", "chunk"])
      expect(page).toContain(`| \`${key}\` |`);
    const blocks = Array.from(page.matchAll(/^```json\n([\s\S]*?)^```$/gm), ([, text]) => JSON.parse(text!));
    expect(blocks.length).toBe(Object.keys(EXAMPLES).length);
    const kinds = blocks.map((block) =>
      "sweep" in block ? validateSweep(block).model.kind : validateModel(block).kind,
    );
    expect(kinds).toEqual(["lindblad", "bipartite", "bipartite"]);
  });
});

it("functions of expressions are all told", () => {
  expect(Object.keys(SUMMARIES)).toEqual([...FUNCTIONS.keys()]);
  const page = read("functions");
  for (const { signature } of FUNCTIONS.values()) expect(page).toContain(`| \`${signature}\` |`);
});

it("commands and their options are all told", () => {
  const sections = read("command-line").split("\n## ").slice(1);
  expect(sections.map((section) => section.split("\n")[0])).toEqual(
    program.commands.map((one) => `lindblad ${one.name()}`),
  );
  sections.forEach((section, k) => {
    for (const { flags } of program.commands[k]!.options) expect(section).toContain(`| \`${flags}\` |`);
  });
  expect(sections.find((section) => section.startsWith("lindblad sweep"))).toContain("Ctrl-C ends it");
});
