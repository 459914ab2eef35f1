/** Is the npm package what its users need? It is packed, laid where a program would have it, and used from there. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binOf, capture, npm, root } from "./process.mjs";

// Inside the repository, so that the package's dependencies are found in its node_modules.
const consumer = join(root, "build", "package-check");
const installed = join(consumer, "node_modules", "lindblad");

/** The checks, in an order that later ones rely on. */
export function packageChecks() {
  return [
    { name: "npm pack", run: pack },
    { name: "all files named in exports are packed", run: checkExports },
    { name: "import", run: () => useEntries("import") },
    { name: "require", run: () => useEntries("require") },
    { name: "types", run: checkTypes },
  ];
}

async function pack() {
  rmSync(consumer, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  const [command, args] = npm("pack", "--pack-destination", consumer);
  const packed = await capture(command, args);
  const archive = readdirSync(consumer).find((file) => file.endsWith(".tgz"));
  if (packed.code !== 0 || archive === undefined) return { ...packed, code: packed.code || 1 };
  return capture("tar", ["-xzf", join(consumer, archive), "--strip-components=1", "-C", installed]);
}

function checkExports() {
  const targets = Object.values(manifest().exports).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target),
  );
  const missing = targets
    .map((target) => target.replace("/*", ""))
    .filter((target) => !existsSync(join(installed, target)));
  return { code: missing.length === 0 ? 0 : 1, output: `not in the package: ${missing.join(", ")}` };
}

/** Loads every entry and asks that it exports something. */
function useEntries(how) {
  const load = how === "import" ? (entry) => `await import("${entry}")` : (entry) => `require("${entry}")`;
  const lines = entries().map(
    (entry) => `if (Object.keys(${load(entry)}).length === 0) throw new Error("${entry} exports nothing");`,
  );
  const file = join(consumer, how === "import" ? "use.mjs" : "use.cjs");
  writeFileSync(file, lines.join("\n"));
  return capture(process.execPath, [file], { cwd: consumer });
}

function checkTypes() {
  const names = entries().map((_, index) => `entry${index}`);
  const imports = entries().map((entry, index) => `import * as ${names[index]} from "${entry}";`);
  const file = join(consumer, "use.mts");
  writeFileSync(file, `${imports.join("\n")}\nconsole.log(${names.join(", ")});\n`);
  const options = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--types",
    "node",
    "--ignoreConfig",
  ];
  return capture(process.execPath, [binOf("typescript", "tsc"), ...options, file], {
    cwd: consumer,
  });
}

function manifest() {
  return JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
}

/** What a program may import: the entries that have types. */
function entries() {
  return Object.entries(manifest().exports)
    .filter(([, target]) => target.types !== undefined)
    .map(([path]) => path.replace(".", "lindblad"));
}
