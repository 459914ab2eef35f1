/**
 * Reads model files.
 * @module
 */
import { readFileSync, statSync } from "node:fs";
import { formatOf, loadModel, type Model } from "lindblad/model";
import { reasonOf, UsageError } from "./problem.ts";

/** Larger than any model that can run; a file given by mistake is refused before it is read. */
const MAX_BYTES = 256 * 2 ** 20;

/** Reads and validates a model file. @throws {@link UsageError} when it cannot be read; ModelError when it is wrong */
export function readModel(file: string): Model {
  return loadModel(readText(file), formatOf(file));
}

/** As {@link readModel}; of the `result.json` of a run, the model in it. */
export function readModelOrResult(file: string): Model {
  const text = readText(file);
  const result = formatOf(file) === "json" ? resultIn(text) : undefined;
  return result === undefined ? loadModel(text, formatOf(file)) : loadModel(JSON.stringify(result.model), "json");
}

function resultIn(text: string): { readonly model: unknown } | undefined {
  try {
    const content: unknown = JSON.parse(text);
    const isResult = typeof content === "object" && content !== null && "versions" in content && "model" in content;
    return isResult ? content : undefined;
  } catch {
    // the loader says what is wrong with it
    return undefined;
  }
}

/** The text of a model file or a sweep file. @throws {@link UsageError} when it cannot be read */
export function readText(file: string): string {
  let bytes: Uint8Array;
  try {
    const stats = statSync(file);
    // a device or a pipe may have no end
    if (!stats.isFile()) throw new UsageError(`cannot read the model file: ${file} is not a regular file`);
    const { size } = stats;
    if (size > MAX_BYTES) throw new UsageError(`model file ${file} has ${size} bytes, expected at most ${MAX_BYTES}`);
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read the model file: ${reasonOf(error)}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`model file ${file} is not text in UTF-8`);
  }
}
