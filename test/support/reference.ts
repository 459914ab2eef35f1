/**
 * Reads the exact trajectories of test/reference (format in its README).
 */
import { readdirSync, readFileSync } from "node:fs";
import { Operator } from "../../bindings/index.ts";

/** A dense matrix (row-major, interleaved), or a sparse one as [i, j, re, im, …]. */
export type StoredMatrix = number[] | { d: number; coo: number[] };

interface StoredJump {
  rate: number;
  op: StoredMatrix;
}

export interface Evolution {
  d: number;
  dims: number[];
  H: StoredMatrix;
  jumps: StoredJump[];
  rho0: number[];
  t: number[];
  e_ops: Record<string, StoredMatrix>;
  expect?: Record<string, number[]>;
  expect_complex?: Record<string, number[]>;
  rho_index: number[];
  rho: number[][];
  drho0: number[];
  analytic?: Record<string, number[]>;
  params: Record<string, number>;
  partial_traces_rho0?: Record<string, number[]>;
}

export interface Thermo {
  dims: [number, number];
  alpha_A: number;
  params: Record<string, number>;
  /** Missing where it depends on time. */
  H_A: StoredMatrix;
  H_B: StoredMatrix;
  V: StoredMatrix;
  baths: { name: string; site: string; beta: number; jumps: StoredJump[] }[];
  rho0: number[];
  t: number[];
  rho_index: number[];
  rho: number[][];
  at_t0: { HA_eff: number[]; HB_eff: number[]; V_hat: number[]; chi: number[] };
  series: Record<string, number[]>;
}

const folder = new URL("../reference/", import.meta.url);

/** Names of the files whose name begins with one of `prefixes`, without the ending. */
export function referenceNames(...prefixes: string[]): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json") && prefixes.some((prefix) => file.startsWith(prefix)))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

export function readReference<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as T;
}

export function matrix(dims: readonly number[], stored: StoredMatrix): Operator {
  if (Array.isArray(stored)) return Operator.dense(dims, stored);
  const { coo } = stored;
  return Operator.fromTriplets(
    dims,
    Array.from({ length: coo.length / 4 }, (_, k) => coo.slice(4 * k, 4 * k + 4) as [number, number, number, number]),
  );
}

/** What is certain about the numbers in the files: two independent methods agree to this (test/reference/README.md). */
export const REFERENCE_TOLERANCE = 1e-10;
