/**
 * What `lindblad plot` can draw: each kind of figure from a built model. What draws is loaded when it is needed: it brings a large library along.
 * @module
 */
import {
  blochVector,
  eigenenergies,
  expect,
  mesolve,
  momentum,
  type Operator,
  populations,
  position,
  ptrace,
  qeye,
  sigmax,
  sigmay,
  sigmaz,
  spectrum,
  tensor,
  variance,
  wigner,
} from "lindblad";
import { type BuiltModel, runBuilt } from "lindblad/model";
import { ensembleOf, seriesNames } from "./ensemble.ts";
import { generatorOf, type Moment, type Part, partsOf, stateAt } from "./generator.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { UsageError } from "./problem.ts";

/** What a figure is asked for; which of it each kind takes says `takes`. */
export interface FigureRequest {
  readonly title: string;
  readonly moment: Moment;
  readonly part: Part | undefined;
  readonly observable: string | undefined;
  readonly frequencies: Float64Array | undefined;
  readonly range: number | undefined;
  readonly ntraj: number | undefined;
  readonly seed: number | undefined;
}

type Flag = "at" | "steady" | "part" | "observable" | "frequencies" | "range" | "trajectories" | "seed";

interface Figure {
  /** In words. */
  readonly what: string;
  readonly takes: readonly Flag[];
  /** The text of an SVG file. @throws {@link UsageError} where the model has no such figure; the solvers' errors */
  draw(built: BuiltModel, request: FigureRequest): Promise<string>;
}

const OF_A_STATE: readonly Flag[] = ["at", "steady", "part"];

export type FigureKind =
  | "traces"
  | "wigner"
  | "hinton"
  | "bloch"
  | "levels"
  | "populations"
  | "spectrum"
  | "trajectories";
export const FIGURES: Readonly<Record<FigureKind, Figure>> = {
  traces: { what: "the series over time", takes: [], draw: traces },
  wigner: { what: "the Wigner function", takes: [...OF_A_STATE, "range"], draw: wignerMap },
  hinton: { what: "the state as a matrix", takes: OF_A_STATE, draw: hinton },
  bloch: { what: "Bloch vectors", takes: ["at", "part"], draw: bloch },
  levels: { what: "the energy levels", takes: ["part"], draw: levels },
  populations: { what: "the populations", takes: OF_A_STATE, draw: populationBars },
  spectrum: {
    what: "the power spectrum of the steady state",
    takes: ["observable", "frequencies"],
    draw: powerSpectrum,
  },
  trajectories: {
    what: "single trajectories and their mean",
    takes: ["observable", "trajectories", "seed"],
    draw: trajectories,
  },
};

/** Half the side of a Wigner map: the classical amplitude of the highest level, all but this share of the state below, and as much as the vacuum takes; or so many deviations. */
const TAIL = 1e-4;
const VACUUM = 2.5;
const DEVIATIONS = 4;
const GRID = 161;
/** Levels of a matrix, of bars and of energies that a figure can show. */
const MOST_ROWS = 64;
const MOST_LEVELS = 4096;
/** Basis states that have names of their own. */
const NAMED = 32;
const SPHERES = 6;
/** Trajectories that are computed, and drawn. */
const TRAJECTORIES = 200;
const DRAWN = 12;
/** Jumps of those that are drawn: more would hide the lines. */
const MARKS = 150;
/** Longest title that is not cut. */
const TITLE = 62;

const drawing = async () => ({ ...(await import("@lindblad/plot")), ...(await import("@lindblad/plot/node")) });

async function traces(built: BuiltModel): Promise<string> {
  const { toSvg } = await drawing();
  return toSvg(runBuilt(built));
}

async function wignerMap(built: BuiltModel, request: FigureRequest): Promise<string> {
  const part = onePart(built, request.part);
  if (part.dims.length !== 1) throw new UsageError(`--part: ${part.name} has dims [${part.dims}], expected one mode`);
  const rho = reduced(stateAt(built, request.moment), part);
  const half = request.range ?? extentOf(rho);
  const x = Float64Array.from({ length: GRID }, (_, k) => (half * (2 * k - GRID + 1)) / (GRID - 1));
  const { svgFile, wignerFigure } = await drawing();
  const title = titleOf("Wigner function", built, request);
  return svgFile((document) => wignerFigure(wigner(rho, x, x), { document, title }));
}

function extentOf(rho: Operator): number {
  const p = populations(rho);
  let [n, rest] = [p.length - 1, 0];
  while (n > 0 && rest + p[n]! < TAIL) rest += p[n--]!;
  const amplitude = Math.sqrt(2 * n) + VACUUM;
  const reach = [position(rho.size), momentum(rho.size)].map((q) => {
    const mean = expect(q, rho) as number;
    return Math.abs(mean) + DEVIATIONS * Math.sqrt(Math.max(0, variance(q, rho) as number));
  });
  return Math.ceil(Math.min(amplitude, Math.max(...reach)));
}

async function hinton(built: BuiltModel, request: FigureRequest): Promise<string> {
  const size = (request.part?.dims ?? built.rho0.dims).reduce((a, b) => a * b, 1);
  if (size > MOST_ROWS) {
    throw new UsageError(`--figure hinton: a matrix of ${size} rows, expected at most ${MOST_ROWS}: choose a --part`);
  }
  const rho = stateOf(built, request);
  const { re, im } = rho.toArrays();
  const { svgFile, hintonFigure } = await drawing();
  const title = titleOf("Density matrix", built, request);
  const labels = basisNames(rho.dims);
  return svgFile((document) => hintonFigure({ re, im, labels }, { document, title }));
}

/** The path of every qubit, or of one, until a time, and where it ends. */
async function bloch(built: BuiltModel, request: FigureRequest): Promise<string> {
  const chosen =
    request.part === undefined ? partsOf(built).filter(({ factors }) => factors.length === 1) : [request.part];
  const named = chosen.some(({ H }) => H !== undefined) ? chosen.filter(({ H }) => H !== undefined) : chosen;
  const qubits = named.filter(({ dims }) => dims.length === 1 && dims[0] === 2);
  if (qubits.length === 0 || (request.part !== undefined && qubits.length < named.length)) {
    const words = named.map(({ name, dims }) => `${name} has dims [${dims}]`).join(", ");
    throw new UsageError(`--figure bloch: expected a qubit, but part ${words}`);
  }
  if (qubits.length > SPHERES) {
    throw new UsageError(`--figure bloch: ${qubits.length} qubits, expected at most ${SPHERES}: choose a --part`);
  }
  const { H, jumps } = generatorOf(built);
  const { dims } = built.rho0;
  const end = request.moment as number;
  const before = built.tlist.filter((t) => t < end);
  const times = before.length === 0 ? [end] : [...before, end];
  const on = (operator: Operator, factor: number) => tensor(...dims.map((d, k) => (k === factor ? operator : qeye(d))));
  const axes = { x: sigmax(), y: sigmay(), z: sigmaz() };
  const eOps = Object.fromEntries(
    qubits.flatMap(({ name, factors }) =>
      Object.entries(axes).map(([axis, operator]) => [`${name} ${axis}`, on(operator, factors[0]!)]),
    ),
  );
  const { expect: means, finalState } = mesolve(H, built.rho0, times, { ...built.model.solver, cOps: jumps, eOps });
  const path = (name: string, axis: string) => means[`${name} ${axis}`] as Float64Array;
  const isOne = qubits.length === 1;
  const { svgFile, blochFigure } = await drawing();
  const data = {
    states: qubits.map(({ name, factors }) => {
      const [x, y, z] = blochVector(ptrace(finalState, factors));
      return { vector: [x!, y!, z!] as const, label: `${isOne ? "" : `${name}, `}t = ${short(end)}` };
    }),
    trajectories: qubits.map(({ name }) => ({
      ...{ x: path(name, "x"), y: path(name, "y"), z: path(name, "z") },
      label: isOne ? "path" : name,
    })),
  };
  const title = titled(`Bloch vector${isOne ? "" : "s"}`, request.title);
  return svgFile((document) => blochFigure(data, { document, title }));
}

async function levels(built: BuiltModel, { part, title }: FigureRequest): Promise<string> {
  if (part !== undefined && part.H === undefined) {
    const remedy = built.kind === "bipartite" ? "A and B have" : "leave it out for those of the whole";
    throw new UsageError(`--part: part ${part.name} has no Hamiltonian of its own; ${remedy}`);
  }
  const H = part?.H ?? generatorOf(built).H;
  if (H.size > MOST_LEVELS) throw new UsageError(`--figure levels: ${H.size} levels, expected at most ${MOST_LEVELS}`);
  const { svgFile, levelsFigure } = await drawing();
  const energies = eigenenergies(H);
  const name = titled(`Energy levels${part === undefined ? "" : ` of ${part.name}`}`, title);
  return svgFile((document) => levelsFigure({ energies }, { document, title: name }));
}

async function populationBars(built: BuiltModel, request: FigureRequest): Promise<string> {
  const rho = stateOf(built, request);
  const { svgFile, populationsFigure } = await drawing();
  const data = { populations: populations(rho), levels: rho.dims.length > 1 ? "basis state" : "level n" };
  const title = titleOf("Populations", built, request);
  return svgFile((document) => populationsFigure(data, { document, title }));
}

async function powerSpectrum(built: BuiltModel, request: FigureRequest): Promise<string> {
  const { frequencies, title } = request;
  if (frequencies === undefined) {
    throw new UsageError("--figure spectrum: expected --frequencies FROM:TO, angular frequencies in units of energy");
  }
  const names = Object.keys(built.observables);
  const name = request.observable ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    throw new UsageError(
      `--figure spectrum: expected --observable, one of ${names.join(", ") || "none: the model has none"}`,
    );
  }
  const { H, jumps } = generatorOf(built);
  const O = built.observables[name]!;
  const { values } = spectrum(H, frequencies, jumps as Parameters<typeof spectrum>[2], O.dag(), O);
  const { svgFile, spectrumFigure } = await drawing();
  const data = { frequencies, values, quantity: `S(ω) of ⟨${name}†(τ) ${name}(0)⟩` };
  return svgFile((document) => spectrumFigure(data, { document, title: titled("Power spectrum", title) }));
}

async function trajectories(built: BuiltModel, request: FigureRequest): Promise<string> {
  const names = seriesNames(built);
  const name = request.observable ?? (built.kind === "bipartite" ? "U_chi" : names[0]);
  if (name === undefined) throw new UsageError("--figure trajectories: the model has no observables");
  if (!names.includes(name)) {
    throw new UsageError(`--observable: nothing is called ${name}; there are ${names.join(", ")}`);
  }
  const interrupt = listenForInterrupt();
  const { series, runs, times, jumps } = await ensembleOf(built, {
    ...{ ntraj: request.ntraj ?? TRAJECTORIES, seed: request.seed ?? 0, keepRuns: true, interrupt },
    ...{ target: undefined, timeout: undefined, workers: undefined, redis: undefined, method: undefined },
    onProgress: () => {},
  }).finally(() => interrupt.release());
  const all = runs![name]!;
  const { mean, stdError } = series[name]!;
  const marks = jumps.slice(0, DRAWN).map((one) => one.times);
  const isCrowded = marks.reduce((sum, { length }) => sum + length, 0) > MARKS;
  const { svgFile, trajectoriesFigure } = await drawing();
  const data = {
    ...{ times, mean, stdError, quantity: name },
    runs: all.slice(0, DRAWN),
    jumps: isCrowded ? undefined : marks,
  };
  const title = titled(`${Math.min(DRAWN, all.length)} of ${all.length} trajectories`, request.title);
  return svgFile((document) => trajectoriesFigure(data, { document, title }));
}

/** The state that is asked for. */
function stateOf(built: BuiltModel, { moment, part }: FigureRequest): Operator {
  const rho = stateAt(built, moment);
  return part === undefined ? rho : reduced(rho, part);
}

function reduced(rho: Operator, { factors }: Part): Operator {
  return factors.length === rho.dims.length ? rho : ptrace(rho, factors);
}

/** The part that is meant where one has to be. @throws {@link UsageError} */
function onePart(built: BuiltModel, part: Part | undefined): Part {
  if (part !== undefined) return part;
  const parts = partsOf(built);
  if (parts.length === 1) return parts[0]!;
  const known = parts.map(({ name, dims }) => `${name} (dims [${dims}])`).join(", ");
  throw new UsageError(`--part: the model has several, ${known}: say which`);
}

function titleOf(what: string, built: BuiltModel, { moment, part, title }: FigureRequest): string {
  const where = part !== undefined && partsOf(built).length > 1 ? ` of ${part.name}` : "";
  return titled(`${what}${where}, ${moment === "steady" ? "steady" : `t = ${short(moment)}`}`, title);
}

/** With the model's name where there is room for it. */
function titled(words: string, name: string): string {
  const whole = `${words}: ${name}`;
  return whole.length <= TITLE ? whole : words;
}

const short = (x: number) => `${Number(x.toPrecision(4))}`;

/** |01⟩, and so on, where there are few. */
function basisNames(dims: readonly number[]): string[] | undefined {
  const size = dims.reduce((a, b) => a * b, 1);
  if (size > NAMED || dims.length === 1) return undefined;
  const separator = dims.some((d) => d > 10) ? "," : "";
  return Array.from({ length: size }, (_, index) => {
    let rest = index;
    const digits = dims.toReversed().map((d) => {
      const digit = rest % d;
      rest = Math.floor(rest / d);
      return digit;
    });
    return `|${digits.toReversed().join(separator)}⟩`;
  });
}
