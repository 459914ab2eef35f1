/**
 * Reads sweep files. Apart from model files: the package that knows them brings a database along, which other commands need not wait for.
 * @module
 */
import { loadSweep, type SweepFile } from "@lindblad/sweep";
import { formatOf } from "lindblad/model";
import { readText } from "./model-file.ts";

/** Reads and checks a sweep file. @throws UsageError when it cannot be read; ModelError when it is wrong */
export function readSweep(file: string): SweepFile {
  return loadSweep(readText(file), formatOf(file));
}
