/**
 * Builds everything: the kernel's three builds, the modules that carry two of them, the library, the workspaces. Leaves a record
 * of what was built from which sources, so that `npm start` and `npm test` need not build it again.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./process.mjs";
import { hashOfSources, removeStamp, writeStamp } from "./state.mjs";

const at = (...parts) => join(root, ...parts);

function run(...args) {
  execFileSync(process.execPath, args, { cwd: root, stdio: "inherit" });
}

// Before anything is read: a source that changes meanwhile makes the next command build again.
const sources = hashOfSources();
removeStamp();

mkdirSync(at("build", "wasm"), { recursive: true });
for (const target of ["release", "relaxed", "debug"]) {
  // An absolute path: asc resolves the transform named in the file against the file's folder only then.
  run(at("node_modules", "assemblyscript", "bin", "asc.js"), "--config", at("asconfig.json"), "--target", target);
}

mkdirSync(at("bindings", "kernel", "generated"), { recursive: true });
for (const name of ["release", "relaxed"]) {
  const bytes = readFileSync(at("build", "wasm", `${name}.wasm`));
  writeFileSync(
    at("bindings", "kernel", "generated", `${name}.ts`),
    `/** The kernel's ${name} build, ${bytes.length} bytes in base64. Written by scripts/build.mjs. */\nexport default "${bytes.toString("base64")}";\n`,
  );
}

// as-bind is bundled, not depended on: it would make every consumer install a compiler of 2021.
const notice = `/*! as-bind 0.8.2, MIT License, Copyright (c) 2019 Aaron Turner; contains @assemblyscript/loader, Apache-2.0 */\n`;
const asBind = notice + readFileSync(at("node_modules", "as-bind", "dist", "as-bind.esm.js"), "utf8");
writeFileSync(at("bindings", "kernel", "vendor", "as-bind.js"), asBind.replace(/\n\/\/# sourceMappingURL=.*$/m, ""));

rmSync(at("dist"), { recursive: true, force: true });
const tsc = at("node_modules", "typescript", "bin", "tsc");
run(tsc, "-p", "tsconfig.build.json");
mkdirSync(at("dist", "bindings", "kernel", "vendor"), { recursive: true });
for (const name of ["as-bind.js", "as-bind.d.ts"]) {
  copyFileSync(at("bindings", "kernel", "vendor", name), at("dist", "bindings", "kernel", "vendor", name));
}
mkdirSync(at("dist", "wasm"), { recursive: true });
for (const name of ["release", "relaxed"]) {
  copyFileSync(at("build", "wasm", `${name}.wasm`), at("dist", "wasm", `${name}.wasm`));
}

const { modelJsonSchema } = await import(pathToFileURL(at("dist", "bindings", "model", "index.js")).href);
writeFileSync(at("dist", "model.schema.json"), `${JSON.stringify(modelJsonSchema(), null, 2)}\n`);

for (const workspace of ["plot", "cli"]) {
  rmSync(at(workspace, "dist"), { recursive: true, force: true });
  run(tsc, "-p", join(workspace, "tsconfig.json"));
}
if (!existsSync(at("cli", "dist", "main.js"))) throw new Error("build: cli/dist/main.js is missing");
writeStamp(sources);
