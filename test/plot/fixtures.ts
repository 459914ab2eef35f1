/** Results of the examples, and other figures of a page, that tests of figures draw. */
import { readFileSync } from "node:fs";
import { loadModel, runModel } from "../../bindings/model/index.ts";
import {
  type CapacityData,
  capacityFigure,
  type FigureData,
  type FigureOptions,
  flowsFigure,
  hintonFigure,
  panelFigure,
  panelsOf,
  populationsFigure,
  sweepMapFigure,
} from "../../plot/src/index.ts";
import { hostile } from "./hostile.ts";

const example = (name: string) =>
  runModel(loadModel(readFileSync(new URL(`../../examples/${name}.json`, import.meta.url), "utf8"))) as FigureData;

export const twoQubits = example("two-qubits");
export const exchange = example("resonant-exchange");

type Draw = (options: FigureOptions) => SVGSVGElement;

/** Labels |00⟩, |01⟩, ... of `count` states of parts of `base` levels. */
export const kets = (count: number, base: number) => {
  const digits = (count - 1).toString(base).length;
  return Array.from({ length: count }, (_, k) => `|${k.toString(base).padStart(digits, "0")}⟩`);
};

/** A Hermitian matrix with phases. */
export function hermitian(n: number) {
  const part = (f: (x: number) => number) =>
    Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => f(i - j) / (1 + i + j)));
  return { re: part(Math.cos), im: part(Math.sin) };
}

export const capacities: Readonly<Record<string, CapacityData>> = {
  plain: { min: -0.12, max: 0.34, gap: 1e-13, value: 0.12 },
  nothing: { min: 0, max: 0, value: 0 },
  "a huge ratio": { min: -1e-9, max: 3.2e5, value: 12 },
  "nothing below zero": { min: 0, max: 1.2e-7, value: 1.1e-7 },
  "tiny numbers": { min: -3e-300, max: 2e-300, value: 0 },
  "numbers without end": { min: -1.7e308, max: 1.7e308, value: -1e308 },
  "a state outside": { min: -1, max: 1, value: 2.4, label: "outside of the storage: its correlation moves A" },
  "no state": { min: -0.2, max: 0.1, label: "The state is not in the storage. ".repeat(6) },
};

/** Every small figure of a page. */
export const tiles: Readonly<Record<string, Draw>> = {
  ...Object.fromEntries(
    panelsOf(twoQubits).map((name): [string, Draw] => [
      `panel of ${name}`,
      (options) => panelFigure(twoQubits, name, { ...options, cursor: 1.23 }),
    ]),
  ),
  "flows at the start": (options) => flowsFigure(twoQubits, { ...options, at: 0 }),
  "flows at the end": (options) => flowsFigure(twoQubits, options),
  "flows between baths": (options) => flowsFigure(exchange, options),
  ...Object.fromEntries(
    Object.entries(capacities).map(([name, data]): [string, Draw] => [
      `capacity: ${name}`,
      (options) => capacityFigure(data, options),
    ]),
  ),
  "a matrix of two qubits": (options) =>
    hintonFigure({ ...hermitian(4), labels: kets(4, 2) }, { ...options, compact: true }),
  "a real matrix without a legend": (options) =>
    hintonFigure({ re: hermitian(9).re, labels: kets(9, 3) }, { ...options, compact: true, legend: false }),
  "populations of two qubits": (options) =>
    populationsFigure({ populations: [0.1, 0.2, 0.3, 0.4], labels: kets(4, 2) }, { ...options, compact: true }),
  "populations of four qubits": (options) =>
    populationsFigure(
      { populations: kets(16, 2).map((_, k) => 1e-5 * k), labels: kets(16, 2) },
      { ...options, compact: true },
    ),
  "populations of thirty levels": (options) =>
    populationsFigure(
      { populations: kets(30, 2).map((_, k) => k / 435), labels: kets(30, 2) },
      { ...options, compact: true },
    ),
  "a map": (options) =>
    sweepMapFigure(
      mapOf((x, y) => x * y),
      { ...options, compact: true },
    ),
  "a map with gaps": (options) =>
    sweepMapFigure(
      mapOf((x, y) => (y > 0.05 ? Number.NaN : 1e-7 * x * y)),
      { ...options, compact: true },
    ),
};

/** A map of 9 by 5 points. */
function mapOf(value: (x: number, y: number) => number, names = { x: "g", y: "c", quantity: "ΔU_χ at the end" }) {
  const points = Array.from({ length: 45 }, (_, k) => ({ x: -1 + 0.25 * (k % 9), y: 0.02 * Math.floor(k / 9) }));
  return {
    x: { name: names.x, values: points.map(({ x }) => x) },
    y: { name: names.y, values: points.map(({ y }) => y) },
    values: points.map(({ x, y }) => value(x, y)),
    quantity: names.quantity,
  };
}

const LONG = "a name that is far longer than a telephone is wide ".repeat(3);

/** Small figures of data as awkward as they come. */
export const awkwardTiles: Readonly<Record<string, Draw>> = {
  ...Object.fromEntries(
    Object.entries(hostile).flatMap(([what, data]): [string, Draw][] => [
      ...panelsOf(data).map((name): [string, Draw] => [
        `${name} of ${what}`,
        (options) => panelFigure(data, name, options),
      ]),
      [`changes of ${what}`, (options) => panelFigure(data, "changes", options)],
      [`flows of ${what}`, (options) => flowsFigure(data, options)],
    ]),
  ),
  "a map of nothing": (options) =>
    sweepMapFigure(
      mapOf(() => Number.NaN),
      { ...options, compact: true },
    ),
  "a map of large numbers with long names": (options) =>
    sweepMapFigure(
      mapOf((x, y) => 1e300 * x * y, { x: LONG, y: LONG, quantity: LONG }),
      { ...options, compact: true },
    ),
};
