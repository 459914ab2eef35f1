/**
 * The examples that the page offers, and the ranges of their sliders.
 * @module
 */

import examples from "virtual:examples";
import type { Model } from "lindblad/slim/model";

/** Numbers that a parameter may have. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

export type Numbers = Readonly<Record<string, number>>;

/** A parameter with a slider. */
export interface Control {
  readonly name: string;
  /** What a reader sees, with `_` before a subscript. */
  readonly label: string;
  /** What it is, in words. */
  readonly meaning: string;
  /** The range that is allowed, given the other parameters. */
  readonly range: (parameters: Numbers) => Range;
  /** Only whole numbers make sense. */
  readonly integer?: boolean;
}

export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly file: object;
  readonly model: Model;
  readonly controls: readonly Control[];
}

const within = (min: number, max: number) => () => ({ min, max });

/** c for which every p_k + c d_k is a probability: rho(0) = p + c d, both diagonal. */
function correlationRange(p: readonly number[], d: readonly number[]): Range {
  const bounds = d.map((direction, k) => -p[k]! / direction);
  // where d is 0, c does nothing
  const below = bounds.filter((_, k) => d[k]! > 0);
  const above = bounds.filter((_, k) => d[k]! < 0);
  return { min: Math.max(...below), max: Math.min(...above) };
}

/** Populations of levels at an inverse temperature. */
function thermal(levels: readonly number[], beta: number): number[] {
  const least = Math.min(...levels.map((E) => beta * E));
  const weights = levels.map((E) => Math.exp(least - beta * E));
  const Z = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / Z);
}

const products = (a: readonly number[], b: readonly number[]) => a.flatMap((x) => b.map((y) => x * y));

const omegaA: Control = { name: "omegaA", label: "ω_A", meaning: "half the level spacing of A", range: within(0.1, 2) };
const omegaB: Control = { name: "omegaB", label: "ω_B", meaning: "half the level spacing of B", range: within(0.1, 2) };
const g: Control = { name: "g", label: "g", meaning: "strength of the interaction", range: within(-1, 1) };
const betaA: Control = { name: "betaA", label: "β_A", meaning: "inverse temperature, bath A", range: within(0, 3) };
const betaB: Control = { name: "betaB", label: "β_B", meaning: "inverse temperature, bath B", range: within(0, 3) };
const correlation = {
  name: "c",
  label: "c",
  meaning: "initial correlation",
};

/** Levels and diagonal correlation of examples/qutrit-pair.json. */
const QUTRITS = { A: [0, 1, 2.3], B: [0, 0.8, 1.9], XA: [1, 0, -1], XB: [0.5, -1, 0.5] };

const CONTROLS: Readonly<Record<keyof typeof examples, readonly Control[]>> = {
  "two-qubits": [
    {
      ...correlation,
      range: ({ omegaA, omegaB, betaA, betaB }) =>
        correlationRange(
          products(thermal([omegaA!, -omegaA!], betaA!), thermal([omegaB!, -omegaB!], betaB!)),
          products([1, -1], [1, -1]),
        ),
    },
    g,
    betaA,
    betaB,
    omegaA,
    omegaB,
  ],
  "resonant-exchange": [g, betaA, betaB],
  "qutrit-pair": [
    {
      ...correlation,
      range: ({ betaA, betaB }) =>
        correlationRange(
          products(thermal(QUTRITS.A, betaA!), thermal(QUTRITS.B, betaB!)),
          products(QUTRITS.XA, QUTRITS.XB),
        ),
    },
    g,
    betaA,
    betaB,
  ],
  "classical-pair": [g, betaA, betaB, omegaA, omegaB],
  "driven-oscillator": [
    { name: "F", label: "F", meaning: "strength of the drive", range: within(0, 4) },
    { name: "Delta", label: "Δ", meaning: "detuning", range: within(-2, 2) },
    { name: "U", label: "U", meaning: "nonlinearity of Kerr", range: within(-0.5, 0.5) },
    { name: "gamma", label: "γ", meaning: "rate of loss", range: within(0.1, 3) },
    { name: "nth", label: "n_th", meaning: "mean number of the bath", range: within(0, 1) },
    { name: "N", label: "N", meaning: "levels that are kept", range: within(5, 60), integer: true },
  ],
};

const TITLES: Readonly<Record<keyof typeof examples, string>> = {
  "two-qubits": "Two qubits: energy through correlation",
  "resonant-exchange": "Resonant exchange, two temperatures",
  "qutrit-pair": "Two qutrits",
  "classical-pair": "A classical pair",
  "driven-oscillator": "A driven oscillator",
};

export const PRESETS: readonly Preset[] = Object.entries(examples).map(([id, { file, model }]) => ({
  id,
  title: TITLES[id as keyof typeof examples],
  file,
  model,
  controls: CONTROLS[id as keyof typeof examples],
}));

/** More sliders than these nobody would find again; a page with thousands would stand still. */
const MOST_SLIDERS = 40;

/** Sliders for a model that nobody has thought about: every parameter that is a number, up to {@link MOST_SLIDERS}. */
export function controlsOf(model: Model): Control[] {
  const isWhole = wholeNumbers(model);
  return numbersOf(model)
    .slice(0, MOST_SLIDERS)
    .map(([name, value]) => ({
      ...{ name, label: name, meaning: "parameter of the model" },
      range: value === 0 ? within(-1, 1) : within(least(Math.min(0, 2 * value)), most(Math.max(0, 2 * value))),
      integer: Number.isInteger(value) && value >= 1 && isWhole(name),
    }));
}

/** The parameters that are numbers. */
export function numbersOf({ parameters }: Model): [string, number][] {
  return Object.entries(parameters).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number" && Number.isFinite(entry[1]),
  );
}

/** So that the width of a range is a number too. */
const most = (x: number) => Math.min(x, Number.MAX_VALUE / 2);
const least = (x: number) => Math.max(x, -Number.MAX_VALUE / 2);

/** Numbers of levels in an expression: what these functions take, thermalDm as the first of two. */
const LEVELS = /\b(?:(?:qeye|maximallyMixedDm|destroy|create|num|basis|fock)\(([^()]*)\)|thermalDm\(([^(),]*),)/g;
const NAMES = /[\p{L}_][\p{L}\p{N}_]*/gu;

/** Whether a parameter is, or goes into, a number of levels. */
function wholeNumbers(model: Model): (name: string) => boolean {
  const { parameters } = model;
  const dims = model.kind === "lindblad" ? [model.dims].flat() : [model.A.dim, model.B.dim];
  const inside = Array.from(JSON.stringify(model).matchAll(LEVELS), ([, all = "", first = ""]) => all + first);
  const namesIn = (text: unknown): string[] => String(text).match(NAMES) ?? [];
  const found = new Set<string>();
  const next = [...dims, ...inside].flatMap(namesIn);
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    if (Object.hasOwn(parameters, name) && typeof parameters[name] === "string")
      next.push(...namesIn(parameters[name]));
  }
  return (name) => found.has(name);
}
