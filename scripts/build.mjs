/**
 * Builds everything: the kernel's three builds, the modules that carry two of them, the library, the workspaces. Leaves a record
 * of what was built from which sources, so that `npm start` and `npm test` need not build it again.
 */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deflateAsync } from "@gfx/zopfli";
import { rolldown } from "rolldown";
import { customSection } from "./custom-section.mjs";
import { deltaOf } from "./kernel-delta.mjs";
import { root } from "./process.mjs";
import { hashOfKernel, hashOfSources, removeStamp, writeStamp } from "./state.mjs";

const at = (...parts) => join(root, ...parts);

function run(...args) {
  execFileSync(process.execPath, args, { cwd: root, stdio: "inherit" });
}

// Before anything is read: a source that changes meanwhile makes the next command build again.
const sources = hashOfSources();
removeStamp();

const kernel = `${JSON.parse(readFileSync(at("package.json"), "utf8")).version}-${hashOfKernel()}`;
mkdirSync(at("build", "wasm"), { recursive: true });
for (const target of ["release", "relaxed", "debug"]) {
  // An absolute path: asc resolves the transform named in the file against the file's folder only then.
  run(at("node_modules", "assemblyscript", "bin", "asc.js"), "--config", at("asconfig.json"), "--target", target);
  // Behind all other sections: a custom section may stand anywhere.
  appendFileSync(at("build", "wasm", `${target}.wasm`), customSection("lindblad", kernel));
}

mkdirSync(at("bindings", "kernel", "generated"), { recursive: true });
writeFileSync(
  at("bindings", "kernel", "generated", "fingerprint.ts"),
  `/** What the kernel was compiled from, as its builds say it. Written by scripts/build.mjs. */\nexport const expected: string = "${kernel}";\n`,
);
const [release, relaxed] = ["release", "relaxed"].map((name) => readFileSync(at("build", "wasm", `${name}.wasm`)));
await writeCarried("release", "The kernel's release build", release);
await writeCarried("relaxed", "What makes the kernel's relaxed build of its release build", deltaOf(release, relaxed));

// as-bind is bundled, not depended on: it would make every consumer install a compiler of 2021.
const notice = `/*! as-bind 0.8.2, MIT License, Copyright (c) 2019 Aaron Turner; contains @assemblyscript/loader, Apache-2.0 */\n`;
const asBind = notice + readFileSync(at("node_modules", "as-bind", "dist", "as-bind.esm.js"), "utf8");
writeFileSync(at("bindings", "kernel", "vendor", "as-bind.js"), asBind.replace(/\n\/\/# sourceMappingURL=.*$/m, ""));

/** Deflated as well as that can be done: every visitor of a page pays for these bytes. The type is written out, or the declaration would have them too. */
async function writeCarried(name, what, bytes) {
  const text = Buffer.from(await deflateAsync(bytes, { numiterations: 15 })).toString("base64");
  writeFileSync(
    at("bindings", "kernel", "generated", `${name}.ts`),
    `/** ${what}, ${bytes.length} bytes, deflated and in base64. Written by scripts/build.mjs. */\nconst base64: string = "${text}";\nexport default base64;\n`,
  );
}

/**
 * The library as few modules: a fresh process spends its time on opening files, not on reading them. Every source file stays an entry at its
 * own path, a few lines that re-export what it shares with the others; the model and file formats come apart.
 */
async function bundle() {
  const files = readdirSync(at("bindings"), { recursive: true }).filter((file) => /(?<!\.d)\.ts$/.test(file));
  const input = Object.fromEntries(
    [...files.map((file) => join("bindings", file)), join("assembly", "constants.ts")].map((file) => [
      file.replaceAll("\\", "/").replace(/\.ts$/, ""),
      at(file),
    ]),
  );
  const { dependencies } = JSON.parse(readFileSync(at("package.json"), "utf8"));
  const dependency = new RegExp(`^(node:|(${Object.keys(dependencies).join("|")})(/|$))`);
  // What unpacks the kernel comes along: without a bundler, a page of lindblad alone needs no other package.
  const external = (name) => dependency.test(name) && name !== "fflate/browser";
  const build = await rolldown({ input, platform: "neutral", external, preserveEntrySignatures: "allow-extension" });
  await build.write({
    dir: at("dist"),
    format: "esm",
    // No source map: the modules are as readable as their sources, and more than half of the package would be maps.
    entryFileNames: "[name].js",
    chunkFileNames: "shared/[name].js",
    codeSplitting: {
      groups: [
        // First what the others import: a group takes along what its modules need and no other group has. Entries that carry the kernel's
        // bytes are in none, so that no chunk of lindblad/slim needs those.
        {
          name: "core",
          test: /[\\/](assembly|bindings)[\\/](?!index|slim|kernel[\\/](inlined|generated[\\/](release|relaxed)|unpack)|model[\\/](?!data|error|names|limits)|(io|pool)[\\/])/,
          priority: 2,
        },
        // Models that are known to be right need neither zod nor yaml, and those that are only checked need no solver.
        { name: "model-text", test: /[\\/]bindings[\\/]model[\\/](text|json)/, priority: 1 },
        { name: "model-schema", test: /[\\/]bindings[\\/]model[\\/](schema|load)/, priority: 1 },
        { name: "model", test: /[\\/]bindings[\\/]model[\\/](?!index|slim)/ },
        { name: "io", test: /[\\/]bindings[\\/]io[\\/]/ },
        // But for its ends: each names the worker's script beside it, or is that script.
        { name: "pool", test: /[\\/]bindings[\\/]pool[\\/](?!node|web|worker|remote)/ },
        // Named among the side effects in package.json, as are the entries that import it: a bundler would pass over them.
        { name: "kernels", test: /[\\/]bindings[\\/]kernel[\\/](inlined|generated[\\/](release|relaxed)|unpack)/ },
      ],
    },
  });
  await build.close();
}

/** What the library carries must be the two builds, to the byte. */
async function checkCarried() {
  const load = (name) => import(pathToFileURL(at("dist", "bindings", "kernel", `${name}.js`)).href);
  await load("inlined");
  const { carriedBuild } = await load("carried");
  if (!release.equals(carriedBuild("simd")) || !relaxed.equals(carriedBuild("relaxed"))) {
    throw new Error("build: the library does not carry the kernel that was compiled");
  }
}

rmSync(at("dist"), { recursive: true, force: true });
const tsc = at("node_modules", "typescript", "bin", "tsc");
run(tsc, "-p", "tsconfig.build.json");
mkdirSync(at("dist", "bindings", "kernel", "vendor"), { recursive: true });
copyFileSync(
  at("bindings", "kernel", "vendor", "as-bind.d.ts"),
  at("dist", "bindings", "kernel", "vendor", "as-bind.d.ts"),
);
await bundle();
await checkCarried();
mkdirSync(at("dist", "wasm"), { recursive: true });
for (const name of ["release", "relaxed"]) {
  copyFileSync(at("build", "wasm", `${name}.wasm`), at("dist", "wasm", `${name}.wasm`));
}

const { modelJsonSchema } = await import(pathToFileURL(at("dist", "bindings", "model", "index.js")).href);
writeFileSync(at("dist", "model.schema.json"), `${JSON.stringify(modelJsonSchema(), null, 2)}\n`);

for (const workspace of ["plot", "sweep", "cli"]) {
  rmSync(at(workspace, "dist"), { recursive: true, force: true });
  run(tsc, "-p", join(workspace, "tsconfig.json"));
}
const { sweepJsonSchema } = await import(pathToFileURL(at("sweep", "dist", "index.js")).href);
writeFileSync(at("sweep", "dist", "sweep.schema.json"), `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`);
// The page, which its tests and `npm run web` need.
run(at("node_modules", "vite", "bin", "vite.js"), "build", "web", "--logLevel", "warn");
if (!existsSync(at("cli", "dist", "main.js"))) throw new Error("build: cli/dist/main.js is missing");
writeStamp(sources);
