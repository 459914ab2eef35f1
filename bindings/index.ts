/**
 * lindblad: open quantum systems in JavaScript.
 * @module lindblad
 */
import "./kernel/inlined.ts";

export * from "./slim.ts";
