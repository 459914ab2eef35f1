/**
 * What the page and the worker that writes files say to each other: one request, one answer.
 * @module
 */
import type { Numbers } from "./contents.ts";

export interface FileRequest {
  readonly kind: "csv" | "npz";
  readonly run: Numbers;
}

export type FileAnswer = { readonly content: string | Uint8Array<ArrayBuffer> } | { readonly error: string };
