/**
 * docs/examples.md shows every program of examples/ and every figure; and what the suite "examples" tells apart. The suite itself runs the
 * programs and compares their numbers and figures with the page (scripts/examples.mjs).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compareFigures, examples, gallery, unprinted } from "../../scripts/gallery.mjs";

const root = new URL("../../", import.meta.url);
const figures = new URL("docs/figures/examples/", root);
const read = (name: string) => readFileSync(new URL(name, root), "utf8");
const sections = gallery();
const programs = examples.filter((name) => name.endsWith(".mjs"));
const files = sections.flatMap((section) => section.files).filter((name) => name !== "support.mjs");
const shown = sections.flatMap((section) => section.figures);

describe("docs/examples.md", () => {
  it("has every program and every model file, once each, and no other", () => {
    expect(programs.length).toBeGreaterThanOrEqual(10);
    expect(files.filter((name) => name.endsWith(".mjs")).sort()).toEqual(programs);
    expect([...new Set(files)].sort()).toEqual(examples);
  });

  it("shows every figure that is there, once each, with words for those who do not see it", () => {
    expect([...shown].sort()).toEqual(readdirSync(figures).sort());
    expect(shown.length).toBeGreaterThanOrEqual(programs.length);
  });

  it("has for every program a figure of its own, and numbers", () => {
    for (const program of programs) {
      const section = sections.find((one) => one.files.includes(program))!;
      expect(section.figures[0]).toBe(program.replace(".mjs", ".svg"));
      expect(section.numbers.length, program).toBeGreaterThan(0);
    }
  });

  it("every program says what it is of, imports by the packages' names, and writes its figure", () => {
    for (const program of programs) {
      const text = read(`examples/${program}`);
      expect(text, program).toMatch(/^\/\*\*\n/);
      const imported = [...text.matchAll(/from "([^"]+)"/g)].map(([, from]) => from!);
      const known = /^(lindblad|@lindblad\/|node:|\.\/support\.mjs$)/;
      expect(imported.filter((from) => !known.test(from))).toEqual([]);
      expect(text).toContain(`figure("${program.replace(".mjs", "")}"`);
    }
  });
});

it("a program writes over a figure of its own, and over no other file", { timeout: 60_000 }, () => {
  const out = mkdtempSync(join(tmpdir(), "lindblad-figures-"));
  const file = join(out, "quickstart.svg");
  const run = () =>
    spawnSync(process.execPath, ["examples/quickstart.mjs", "--out", out], {
      cwd: fileURLToPath(root),
      encoding: "utf8",
    });
  for (let time = 0; time < 2; time++) expect(run().status).toBe(0);
  expect(readFileSync(file, "utf8")).toMatch(/^<\?xml.*<svg .*<\/svg>\n<!-- examples: quickstart -->\n$/s);
  writeFileSync(file, "mine");
  const { status, stderr } = run();
  expect(status).not.toBe(0);
  expect(stderr).toContain(`${file} is there, and is no such figure`);
  expect(readFileSync(file, "utf8")).toBe("mine");
  rmSync(out, { recursive: true });
});

describe("figures are told apart", () => {
  const figure = readFileSync(new URL("storage.svg", figures), "utf8");

  it("by texts, marks and places, not by bytes", () => {
    expect(compareFigures(figure, figure)).toEqual([]);
    expect(compareFigures(figure, figure.replace(/ fill="[^"]*"/g, ""))).toEqual([]);
    expect(compareFigures(figure, figure.replaceAll("Capacity", "Contents"))).toEqual([
      expect.stringMatching(/^lost the texts \["Capacity/),
      expect.stringMatching(/^gained the texts \["Contents/),
    ]);
    expect(compareFigures(figure, figure.replace(/<circle[^>]*><\/circle>|<circle[^>]*\/>/, ""))).toEqual([
      expect.stringMatching(/elements <circle>, not/),
      expect.stringMatching(/coordinates, not/),
    ]);
    const move = (by: number) => figure.replace(/cx="([\d.]+)"/, (_, x) => `cx="${Number(x) + by}"`);
    expect(compareFigures(figure, move(0.01))).toEqual([]);
    expect(compareFigures(figure, move(2))).toEqual([expect.stringMatching(/^something has moved by 2/)]);
    expect(compareFigures(figure, figure.replace(/cx="[\d.]+"/, 'cx="NaN"'))).not.toEqual([]);
  });

  it("numbers of the page by their digits", () => {
    const numbers = sections.find(({ files }) => files.includes("storage.mjs"))!.numbers;
    expect(numbers).toContain("0.137815188");
    const output = numbers.join(" ");
    expect(unprinted("storage.mjs", output)).toEqual([]);
    expect(unprinted("storage.mjs", output.replaceAll("0.137815188", "0.137815190"))).toContain("0.137815188");
  });
});
