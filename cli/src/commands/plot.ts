/**
 * `lindblad plot MODEL --figure KIND --out FILE.svg`.
 * @module
 */
import { basename, dirname } from "node:path";
import { type BuiltModel, buildModel, printable } from "lindblad/model";
import { FIGURES, type FigureKind, type FigureRequest } from "../figures.ts";
import { type Moment, partOf } from "../generator.ts";
import { readModelOrResult } from "../model-file.ts";
import { checkOutput, writeOutput } from "../output.ts";
import { integerOf, positiveOf, UsageError } from "../problem.ts";
import { wrap } from "../words.ts";

/** Options as commander hands them over. */
export interface PlotCommandOptions {
  readonly figure: string;
  readonly out: string;
  readonly force?: boolean;
  readonly at?: string;
  readonly steady?: boolean;
  readonly part?: string;
  readonly observable?: string;
  readonly frequencies?: string;
  readonly range?: string;
  readonly trajectories?: string;
  readonly seed?: string;
  readonly scalar?: string;
  readonly x?: string;
  readonly y?: string;
  readonly fix?: readonly string[];
  readonly json?: boolean;
}

/** Points of a spectrum. */
const POINTS = 601;
const MOST_POINTS = 100_000;

/** @throws what went wrong; nothing is written then */
export async function plot(file: string, options: PlotCommandOptions): Promise<void> {
  const { out, force = false, json = false } = options;
  const kind = kindOf(options);
  if (!out.endsWith(".svg")) throw new UsageError(`--out: expected a file that ends in .svg, got ${out}`);
  const [directory, name] = [dirname(out), basename(out)];
  checkOutput(directory, force, [name]);
  const { svg, what } = kind === "sweep" ? await drawSweep(file, options) : await drawModel(kind, file, options);
  await writeOutput(directory, { [name]: svg }, force);
  const words = `Written to ${printable(out)}: ${what}`;
  process.stdout.write(`${json ? JSON.stringify({ figure: kind, file: out }) : wrap(words)}\n`);
}

/** What is drawn: a figure, and what it is in words. */
interface Drawn {
  readonly svg: string;
  readonly what: string;
}

async function drawModel(kind: FigureKind, file: string, options: PlotCommandOptions): Promise<Drawn> {
  const built = buildModel(readModelOrResult(file));
  const request = requestOf(options, built);
  const svg = await FIGURES[kind].draw(built, { ...request, title: printable(built.model.name ?? file) });
  return { svg, what: FIGURES[kind].what };
}

/** The database is loaded for this kind alone. */
async function drawSweep(file: string, { scalar, x, y, fix = [] }: PlotCommandOptions): Promise<Drawn> {
  const { sweepSvg } = await import("../sweep-figure.ts");
  return sweepSvg(file, { scalar, x, y, fix });
}

/** Flags of single kinds of figures. */
const FLAGS = [
  ...["at", "steady", "part", "observable", "frequencies", "range", "trajectories", "seed"],
  ...["scalar", "x", "y", "fix"],
] as readonly (keyof PlotCommandOptions)[];

/** Which of them go with which kind. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.entries(FIGURES).map(([kind, { takes }]) => [kind, takes])),
  sweep: ["scalar", "x", "y", "fix"],
};

/** The kind, and that every flag goes with it. @throws {@link UsageError} */
function kindOf(options: PlotCommandOptions): FigureKind | "sweep" {
  const { figure } = options;
  if (!Object.hasOwn(TAKES, figure)) {
    throw new UsageError(`--figure: expected one of ${Object.keys(TAKES).join(", ")}, got ${figure}`);
  }
  for (const flag of FLAGS) {
    if (options[flag] === undefined || TAKES[figure]!.includes(flag)) continue;
    const others = Object.entries(TAKES).flatMap(([name, takes]) => (takes.includes(flag) ? [name] : []));
    throw new UsageError(`--${flag} goes with --figure ${others.join(", ")}, not with ${figure}`);
  }
  return figure as FigureKind | "sweep";
}

/** @throws {@link UsageError} */
function requestOf(options: PlotCommandOptions, built: BuiltModel): Omit<FigureRequest, "title"> {
  const { observable, part } = options;
  const known = Object.keys(built.observables);
  if (observable !== undefined && options.figure === "spectrum" && !known.includes(observable)) {
    throw new UsageError(`--observable: the model has no ${observable}; it has ${known.join(", ") || "none"}`);
  }
  return {
    moment: momentOf(options, built),
    part: part === undefined ? undefined : partOf(built, part),
    observable,
    frequencies: frequenciesOf(options.frequencies),
    range: positiveOf("--range", options.range),
    ntraj: integerOf("--trajectories", options.trajectories, 1),
    seed: integerOf("--seed", options.seed, 0),
  };
}

function momentOf({ at, steady }: PlotCommandOptions, { tlist }: BuiltModel): Moment {
  if (steady) return "steady";
  const [from, to] = [tlist[0]!, tlist.at(-1)!];
  if (at === undefined) return to;
  const time = Number(at);
  if (at.trim() !== "" && time >= from && time <= to) return time;
  throw new UsageError(`--at: expected a time of the model, from ${from} to ${to}, got ${at}`);
}

/** FROM:TO or FROM:TO:COUNT. */
function frequenciesOf(given: string | undefined): Float64Array | undefined {
  if (given === undefined) return undefined;
  const texts = given.split(":");
  const [from, to, count = POINTS] = texts.map((text) => (text.trim() === "" ? Number.NaN : Number(text)));
  const isRange = Number.isFinite(from) && Number.isFinite(to) && from! < to! && texts.length <= 3;
  if (!isRange || !Number.isInteger(count) || count < 2 || count > MOST_POINTS) {
    throw new UsageError(
      `--frequencies: expected FROM:TO or FROM:TO:COUNT, such as -5:5:401 (2 to ${MOST_POINTS} of them), got ${given}`,
    );
  }
  return Float64Array.from({ length: count }, (_, k) => from! + ((to! - from!) * k) / (count - 1));
}
