/** Without bytes lindblad/slim computes nothing; with those of the package it is one library with lindblad. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as slim from "lindblad/slim";
import { runBuilt } from "lindblad/slim/model";
import { decay } from "./program.js";

const found = {};
try {
  decay(slim);
} catch (error) {
  found.refused = error.code;
}
await slim.init({ wasm: readFileSync(fileURLToPath(import.meta.resolve("lindblad/wasm/release.wasm"))) });
found.decay = decay(slim);
const lindblad = await import("lindblad");
const model = await import("lindblad/model");
found.one = lindblad.Operator === slim.Operator && model.runBuilt === runBuilt;
console.log(JSON.stringify(found));
