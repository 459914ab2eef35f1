import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { root } from "../support/browser.ts";

/** A folder with the rules of this one. */
const folder = mkdtempSync(join(tmpdir(), "lindblad-lint-"));
for (const file of ["biome.jsonc", join("scripts", "lint")])
  cpSync(join(root, file), join(folder, file), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

/** What biome says of files in it. */
function lint(files: Readonly<Record<string, string>>): { readonly code: number | null; readonly output: string } {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const args = ["lint", "--vcs-enabled=false", "--max-diagnostics=none", ...Object.keys(files)];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "node_modules", "@biomejs", "biome", "bin", "biome"), ...args],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  return { code: status, output: `${stdout}${stderr}` };
}

/** A line each. */
const BAD = [
  'import vm from "node:vm";',
  'import { runInNewContext } from "vm";',
  'export const a = new Function("return 1");',
  'export const b = Function("return 1");',
  'export const c = globalThis.Function("return 1");',
  'export const d = globalThis["Function"];',
  "export const e = [] instanceof Function;",
  'export const f = eval("1");',
  'export const g = (0, eval)("1");',
  'export const h = globalThis.eval("1");',
  'export const i = [].constructor.constructor("return 1");',
  'export const j = [].map.constructor("return 1");',
  'export const k = [].map["constructor"];',
  'export const o = new ((() => 1).constructor)("return 1");',
  "export const p = (fn) => fn.constructor;",
  'export const q = Reflect.construct(Object, ["return 1"]);',
  'export const r = process.getBuiltinModule("vm");',
  'export const s = import("node:vm");',
  "export const t = (text) => new Worker(text, { eval: true });",
  "export const l = (text) => import(text);",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
  "export const m = (text) => import(`./${text}`);",
  'export const n = (text) => import("./" + text);',
  'setTimeout("alert(1)", 5);',
  "setInterval(`alert(1)`, 5);",
  'window.setTimeout("alert(1)", 5);',
];

const GOOD = `import { readFileSync } from "node:fs";
export const a = (evaluate) => evaluate();
export const b = () => import("node:path");
setTimeout(() => readFileSync("a"), 5);
`;

const SHIPPED = ["bindings", "plot/src", "sweep/src", "cli/src", "web/src", "examples"];

it("code from text is refused in all that is shipped, whichever way it comes about", () => {
  const files = (name: string, text: string) =>
    Object.fromEntries(SHIPPED.map((place) => [`${place}/${name}.mjs`, text]));
  const good = lint(files("good", GOOD));
  expect(good.code, good.output).toBe(0);
  const { code, output } = lint(files("bad", BAD.join("\n")));
  expect(code).not.toBe(0);
  for (const place of SHIPPED) {
    for (const [k, line] of BAD.entries()) {
      const rules = "(plugin|lint/security/noGlobalEval|lint/style/noRestricted(Globals|Imports))";
      expect(output, line).toMatch(new RegExp(`${place}/bad\\.mjs:${k + 1}:\\d+ ${rules}`));
    }
  }
});
