/**
 * The builds of the kernel that a program carries along: both with `lindblad`, none with `lindblad/slim`.
 * @module
 */

/** Instruction sets: plain 128-bit SIMD (reproducible everywhere), or with relaxed SIMD's fused multiply-add (faster). */
export type Isa = "simd" | "relaxed";

const builds = new Map<Isa, string>();

/** Has the program carry a build, in base64. */
export function carry(isa: Isa, base64: string): void {
  builds.set(isa, base64);
}

/** The build for an instruction set, in base64; undefined where the program carries none. */
export function carriedBuild(isa: Isa): string | undefined {
  return builds.get(isa);
}
