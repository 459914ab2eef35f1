/**
 * Errors as plain data.
 * @module
 */
import type { Problem } from "./protocol.ts";

/** What there is to say about an error. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message } = error;
  return "path" in error && typeof error.path === "string" ? { name, message, path: error.path } : { name, message };
}
