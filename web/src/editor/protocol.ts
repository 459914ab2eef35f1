/**
 * What the page and the worker that checks model files say to each other.
 * @module
 */
import type { Checked } from "./check.ts";

export interface CheckRequest {
  readonly job: number;
  readonly text: string;
  readonly format: "json" | "yaml";
}

export type CheckAnswer =
  | { readonly job: number; readonly checked: Checked }
  | { readonly job: number; readonly error: string };
