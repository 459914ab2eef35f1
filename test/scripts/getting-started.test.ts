/** docs/guide/getting-started.md, block by block, in an empty folder, with the packed packages in place of the registry's. */
import { execFile } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { installPacked } from "../../scripts/packed.mjs";
import { root } from "../support/browser.ts";
import { blocksOf, runProgram } from "../support/programs.ts";

const page = readFileSync(join(root, "docs", "guide", "getting-started.md"), "utf8");

it("takes a user from an empty folder to results", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lindblad-getting-started-"));
  try {
    for (const { language, file, text } of blocksOf(page)) {
      if (language === "sh") for (const line of text.trim().split("\n")) await command(line, folder);
      else if (file === undefined) throw new Error(`a block of ${language} without a name:\n${text}`);
      // What comes again goes on where it was.
      else appendFileSync(join(folder, file), text);
      if (language === "js") {
        const program = readFileSync(join(folder, file!), "utf8");
        const { claims, wrong } = await runProgram(program, join(folder, "checked.mjs"), folder);
        expect(wrong).toEqual([]);
        expect(claims).toBeGreaterThan(0);
      }
    }
    const written = ["decay.svg", "hinton.svg", "results/mine/figure.svg"].map((name) => join(folder, name));
    for (const figure of written) expect(readFileSync(figure, "utf8")).toContain("<svg");
    for (const name of ["result.json", "series.csv", "result.npz"]) {
      expect(existsSync(join(folder, "results", "mine", name))).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);

/** One line for a shell. What npm would take from its registry is what `npm pack` has made here. */
async function command(line: string, folder: string): Promise<void> {
  const names = /^npm install (.*)$/.exec(line)?.[1]?.split(" ");
  if (names !== undefined) return installPacked(folder, names);
  // No shell is needed, and none of npx's questions.
  const [name, ...args] = line.split(" ");
  const program = name === "npx" ? ["npx", ["--no-install", ...args]] : [name!, args];
  await promisify(execFile)(program[0] as string, program[1] as string[], { cwd: folder, timeout: 300_000 });
}
