/** `solve` with the library as a static server has it. The address says which library (?library=full or slim), and which build (&isa=). */
import { solve } from "./program.js";

const DIST = new URL("../lindblad/", import.meta.url);

export async function run(address) {
  const query = new URL(address).searchParams;
  const isa = query.get("isa");
  if (query.get("library") === "full") {
    const lindblad = await import(new URL("bindings/index.js", DIST));
    await lindblad.init({ isa });
    return solve(lindblad);
  }
  const slim = await import(new URL("bindings/slim.js", DIST));
  if (!slim.supports(isa)) throw new Error(`this browser lacks ${isa} SIMD`);
  await slim.init({ wasm: new URL(`wasm/${isa === "relaxed" ? "relaxed" : "release"}.wasm`, DIST) });
  return solve(slim);
}
