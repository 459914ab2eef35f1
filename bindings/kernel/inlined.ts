/**
 * Imported for what it does: the program carries the kernel's two builds. package.json names it, and who imports it, among `sideEffects`.
 * @module
 */
import { carry } from "./carried.ts";
import relaxed from "./generated/relaxed.ts";
import release from "./generated/release.ts";

carry("simd", release);
carry("relaxed", relaxed);
