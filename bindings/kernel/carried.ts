/**
 * The builds of the kernel that a program carries along: both with `lindblad`, none with `lindblad/slim`.
 * @module
 */

/** Instruction sets: plain 128-bit SIMD (reproducible everywhere), or with relaxed SIMD's fused multiply-add (faster). */
export type Isa = "simd" | "relaxed";

/** Makes a build's bytes of how the program carries them. */
type Unpack = () => Uint8Array<ArrayBuffer>;

const builds = new Map<Isa, Unpack>();

/** Has the program carry a build. */
export function carry(isa: Isa, unpack: Unpack): void {
  builds.set(isa, unpack);
}

/** The bytes of the build for an instruction set; undefined where the program carries none. */
export function carriedBuild(isa: Isa): Uint8Array<ArrayBuffer> | undefined {
  return builds.get(isa)?.();
}
