/**
 * Flags of V8 under which the kernel is faster. The library sets none; this process is the command's own. They are set before the
 * kernel is compiled, and taken back when it does not compute rightly, or no faster, under them.
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { init, selfTest } from "lindblad";

/** By major version of V8, those that it was tried with: a flag that it does not know would be complained about on stderr. */
const FLAGS: Readonly<Record<string, string>> = {
  // Node 20: behind a flag what newer ones have by default, the fused multiply-add
  "11": "--experimental-wasm-relaxed-simd",
  // Node 24 and 26: one 256-bit operation made of two
  "13": "--experimental-wasm-revectorize",
  "14": "--experimental-wasm-revectorize",
};

/**
 * Compiles the kernel under what flags help, tests it, and falls back to none.
 * @param test checks the kernel in use; what it throws means that it computes wrongly
 * @returns the flags in effect
 */
export async function useEngineFlags(test: typeof selfTest = selfTest): Promise<readonly string[]> {
  const flag = FLAGS[process.versions.v8.split(".")[0]!];
  if (flag === undefined) return [];
  const widens = flag.endsWith("revectorize");
  const takeBack = () => setFlagsFromString(flag.replace("--", "--no-"));
  setFlagsFromString(flag);
  try {
    await init({ wideTiles: widens });
    const { build, wideTiles } = test();
    if (build === "relaxed" && wideTiles === widens) return [flag];
    // right, but no faster
    takeBack();
    await init();
  } catch {
    takeBack();
    // not the build that was compiled under the flag: V8 keeps compiled modules and gives them back for the same bytes
    await init({ isa: "simd" });
  }
  return [];
}
