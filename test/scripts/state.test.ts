import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { execute } from "../cli/lindblad.ts";

// the scripts take the folder above theirs for the repository: here they get a small one
const root = mkdtempSync(join(tmpdir(), "lindblad-state-"));
afterAll(() => rmSync(root, { recursive: true }));
const scripts = fileURLToPath(new URL("../../scripts/", import.meta.url));
for (const name of ["process.mjs", "state.mjs"]) cpSync(join(scripts, name), join(root, "scripts", name));

function write(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

async function evaluate(code: string): Promise<unknown> {
  const program = `import * as state from ${JSON.stringify(join(root, "scripts", "state.mjs"))};\nconst root = ${JSON.stringify(root)};\nconsole.log(JSON.stringify(${code}) ?? "");`;
  const { code: exit, stdout, stderr } = await execute(process.execPath, ["--input-type=module", "-e", program]);
  expect([exit, stderr]).toEqual([0, ""]);
  return stdout.trim() === "" ? undefined : JSON.parse(stdout);
}

describe("the record of a build", () => {
  const isBuilt = () => evaluate("state.isBuilt(state.hashOfSources())");
  beforeEach(async () => {
    write("bindings/index.ts", "export {};\n");
    write("dist/index.js", "export {};\n");
    await evaluate("state.writeStamp(state.hashOfSources())");
  });

  it("holds for what was built, and for nothing after it is removed", async () => {
    expect(await isBuilt()).toBe(true);
    await evaluate("state.removeStamp()");
    expect(await isBuilt()).toBe(false);
  });

  it("does not hold for other sources", async () => {
    write("bindings/index.ts", "export const x = 1;\n");
    expect(await isBuilt()).toBe(false);
  });

  it("does not hold when an output is cut short or gone", async () => {
    truncateSync(join(root, "dist/index.js"), 3);
    expect(await isBuilt()).toBe(false);
    rmSync(join(root, "dist/index.js"));
    expect(await isBuilt()).toBe(false);
  });

  it.each(["", '{"sources"', "null", "{}", '{"sources":1}'])("counts as none when it is %j", async (content) => {
    write("build/stamp.json", content);
    expect(await isBuilt()).toBe(false);
  });
});

describe("npm's record of what is installed", () => {
  const isInstalled = () => evaluate("state.isInstalled(root)");
  const packages = { "": {}, cli: { bin: { x: "bin/x.mjs" } }, "node_modules/a": { version: "1.0.0", integrity: "i" } };
  beforeEach(() => {
    write("package-lock.json", JSON.stringify({ packages }));
    write("node_modules/.package-lock.json", JSON.stringify({ packages }));
    write("node_modules/a/package.json", "{}");
  });

  it("holds when it is what the lock file says", async () => {
    expect(await isInstalled()).toBe(true);
  });

  it("does not hold for another version, or commands linked elsewhere", async () => {
    for (const change of [{ cli: { bin: { x: "dist/x.js" } } }, { "node_modules/a": { version: "0.9.0" } }]) {
      write("node_modules/.package-lock.json", JSON.stringify({ packages: { ...packages, ...change } }));
      expect(await isInstalled()).toBe(false);
    }
  });

  it("counts as none when it is cut short", async () => {
    truncateSync(join(root, "node_modules/.package-lock.json"), 10);
    expect(await isInstalled()).toBe(false);
  });
});

describe("the command in a clone", () => {
  const repository = fileURLToPath(new URL("../../", import.meta.url));
  const json = (file: string) => JSON.parse(readFileSync(join(repository, file), "utf8"));
  const { bin } = json("cli/package.json") as { bin: Record<string, string> };

  it("is a file of the repository, which npm can link before anything is built", () => {
    expect(json("package-lock.json").packages.cli.bin).toEqual(bin);
    for (const file of Object.values(bin)) {
      expect(file).toMatch(/^bin\//);
      expect(statSync(join(repository, "cli", file)).mode & 0o111).toBe(0o111);
    }
  });

  it("runs as npm has linked it", async () => {
    const linked = join(repository, "node_modules", ".bin", "lindblad");
    expect(await execute(linked, ["--version"])).toMatchObject({ code: 0, stderr: "" });
  });

  it("says what to do when nothing is built", async () => {
    cpSync(join(repository, "cli", "bin"), join(root, "cli", "bin"), { recursive: true });
    const ended = await execute(process.execPath, [join(root, "cli", "bin", "lindblad.mjs")]);
    expect(ended).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("npm start") });
  });
});
