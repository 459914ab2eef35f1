/**
 * Model files: JSON or YAML, with expressions for operators -> the objects of the library, and their runs.
 * @module lindblad/model
 */
import "../kernel/inlined.ts";

export * from "./slim.ts";
