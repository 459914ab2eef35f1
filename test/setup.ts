/**
 * Puts the kernel's build named by LINDBLAD_BUILD in use before any test runs, and fails when another one answers.
 */
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { init } from "../bindings/index.ts";
import { getKernel, supports } from "../bindings/kernel/load.ts";

const build = process.env.LINDBLAD_BUILD ?? "release";
if (build === "debug") {
  await init({ wasm: readFileSync(new URL("../build/wasm/debug.wasm", import.meta.url)) });
} else {
  // Node 20 has relaxed SIMD behind a flag; newer engines have it by default.
  if (build === "relaxed" && !supports("relaxed")) setFlagsFromString("--experimental-wasm-relaxed-simd");
  await init({ isa: build === "relaxed" ? "relaxed" : "simd" });
}
if (getKernel().build !== build) throw new Error(`the tests run on build "${getKernel().build}", not on "${build}"`);
