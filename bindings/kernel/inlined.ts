/**
 * Imported for what it does: the program carries the kernel's two builds. package.json names it, and who imports it, among `sideEffects`.
 * @module
 */
import { carry } from "./carried.ts";
import relaxedFromRelease from "./generated/relaxed.ts";
import release from "./generated/release.ts";
import { inflate, patch } from "./unpack.ts";

carry("simd", () => inflate(release));
carry("relaxed", () => patch(inflate(release), inflate(relaxedFromRelease)));
