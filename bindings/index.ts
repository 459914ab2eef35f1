/**
 * lindblad: open quantum systems in JavaScript.
 * @module
 */
import "./kernel/inlined.ts";

export * from "./slim.ts";
