/** The files that hosts of repositories read, in the forms that they read. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../support/browser.ts";

const { ensureVenv } = await import(new URL("../../scripts/python.mjs", import.meta.url).href);
const read = (file: string) => readFileSync(join(root, file), "utf8");
const { version, license } = JSON.parse(read("package.json"));

describe("CITATION.cff", () => {
  let python: string;
  beforeAll(async () => {
    python = await ensureVenv(join(root, "build", "cff-venv"), join(root, "test", "scripts", "cff-requirements.txt"));
  }, 300_000);
  const validate = (file: string) =>
    execFileSync(python, ["-c", "from cffconvert.cli.cli import cli; cli()", "--validate", "-i", file], {
      encoding: "utf8",
      stdio: "pipe",
    });

  test("is valid in the Citation File Format, and one with a slip is not", () => {
    expect(validate(join(root, "CITATION.cff"))).toContain("valid according to schema version 1.2.0");
    const slip = join(tmpdir(), `lindblad-slip-${process.pid}.cff`);
    writeFileSync(slip, read("CITATION.cff").replace("title:", "titel:"));
    expect(() => validate(slip)).toThrow("('titel' was unexpected)");
    rmSync(slip);
  });

  test("names the version and the licence of the package", () => {
    expect(parse(read("CITATION.cff"))).toMatchObject({ version, license });
  });
});

describe("issue templates", () => {
  const folder = ".github/ISSUE_TEMPLATE";
  const forms = readdirSync(join(root, folder)).filter((file) => file !== "config.yml");

  test.each(forms)("%s has a name, a description and fields with labels", (file) => {
    const { name, description, body } = parse(read(join(folder, file)));
    expect([typeof name, typeof description]).toEqual(["string", "string"]);
    expect(body.length).toBeGreaterThan(0);
    for (const { type, attributes } of body) {
      expect(["textarea", "input"]).toContain(type);
      expect(typeof attributes.label).toBe("string");
    }
  });
});
