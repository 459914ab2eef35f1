/**
 * The kernel, ready to compute.
 * @module
 */
import { init } from "lindblad";

/** Resolves when the kernel is compiled. */
export const ready: Promise<void> = init();
