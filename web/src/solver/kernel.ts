/**
 * The kernel, ready to compute: its bytes are one file beside the page, instead of two builds inlined in every script.
 * @module
 */
import { init, supports } from "lindblad/slim";
import relaxed from "lindblad/wasm/relaxed.wasm?url";
import release from "lindblad/wasm/release.wasm?url";

/** Resolves when the kernel is compiled. */
export const ready: Promise<void> = init({
  wasm: new URL(supports("relaxed") ? relaxed : release, import.meta.url),
});
// who asks for it is told; nobody may have asked yet
ready.catch(() => {});
