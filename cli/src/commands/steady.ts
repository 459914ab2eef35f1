/**
 * `lindblad steady MODEL`: the steady state, and what is known about it.
 * @module
 */
import {
  type BipartiteSteady,
  expect,
  LindbladError,
  type Operator,
  type SteadyState,
  SteadyStateNotUniqueError,
  type SteadyStates,
  type SteadystateOptions,
  steadystate,
} from "lindblad";
import { type BuiltModel, buildModel, printable } from "lindblad/model";
import { onStdout } from "../colors.ts";
import { complex, elementsOf, signed } from "../elements.ts";
import { generatorOf } from "../generator.ts";
import { readModel } from "../model-file.ts";
import { toleranceOf } from "../problem.ts";
import { type Row, rowsOf } from "../rows.ts";
import { finite, WIDTH, wrap } from "../words.ts";

/** Conserved quantities whose elements are shown, and elements of each. */
const QUANTITIES = 6;
const ELEMENTS = 8;
/** Flows and currents below so many times what the columns of flows miss zero by are rounding. */
const ROUNDING = 10;
const INDENT = 20;

interface Flags {
  initial?: boolean;
  all?: boolean;
  method?: string;
  tol?: string;
  json?: boolean;
}

/** @throws what is wrong with the model, or why there is no such state */
export function steady(file: string, { initial = false, all = false, method, tol, json = false }: Flags): void {
  const tolerance = toleranceOf(tol);
  const built = buildModel(readModel(file));
  const options = {
    method: method as SteadystateOptions["method"],
    tol: tolerance,
    rho0: initial ? built.rho0 : undefined,
  };
  const width = Math.min(process.stdout.columns ?? WIDTH, WIDTH);
  const title = printable(built.model.name ?? file);
  const report = all ? allOf(built) : oneOf(built, options);
  if (json) {
    const { name, kind } = built.model;
    process.stdout.write(`${JSON.stringify({ name, kind, parameters: built.parameters, ...report.data }, finite)}\n`);
    return;
  }
  const lines = [onStdout.bold(wrap(title, "", width)), ...report.lines(width)];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** For machines, and for a terminal. */
interface Report {
  readonly data: object;
  lines(width: number): string[];
}

type Options = Pick<SteadystateOptions, "method" | "tol" | "rho0">;

function oneOf(built: BuiltModel, options: Options): Report {
  const { H, jumps } = generatorOf(built);
  const parts = built.kind === "bipartite" ? unique(() => built.system.steady(options)) : undefined;
  const found = parts ?? unique(() => steadystate(H, jumps, { ...options, all: false }));
  const { rho, method, reasons, iterations, residual, relativeResidual } = found;
  const { kernelDimension, leastEigenvalue, gap } = found;
  const warnings = [...(built.kind === "bipartite" ? built.system.warnings : []), ...found.warnings];
  const means = Object.fromEntries(Object.entries(built.observables).map(([name, O]) => [name, expect(O, rho)]));
  const heat = parts && heatOf(parts);
  const energetics = parts && {
    energy: parts.energy,
    flows: parts.flows,
    imbalance: parts.imbalance,
    heat,
    entropyProduction: parts.entropyProduction,
    reduced: parts.reduced,
  };
  return {
    data: {
      ...{ method, reasons, iterations, residual, relativeResidual, kernelDimension, leastEigenvalue, gap },
      ...{ expect: means, ...energetics, warnings, rho },
    },
    lines: (width) => [
      ...summaryLines(found, options.rho0 !== undefined, width),
      ...meanLines(means),
      ...(parts && heat ? energyLines(parts, heat, width) : []),
      ...warnings.map((warning) => wrap(`${onStdout.yellow("Note:")} ${warning}`, "  ", width)),
    ],
  };
}

/** @throws {@link SteadyStateNotUniqueError} in words of the command line */
function unique<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof SteadyStateNotUniqueError)) throw error;
    const { dimension, atLeast } = error;
    const all = atLeast ? "" : "; --all prints how many there are and what is conserved";
    const remedy = `--initial takes the one that the model's initial state evolves into${all}`;
    throw new SteadyStateNotUniqueError("steady", dimension, atLeast, remedy);
  }
}

type Heat = Record<string, { local: number; global: number; noise?: number; noiseUndefined?: string }>;

/** Currents, and the noise of the local one where each jump changes the energy by a definite amount. */
function heatOf({ heat, heatStatistics }: BipartiteSteady): Heat {
  return Object.fromEntries(
    Object.entries(heat).map(([name, { local, global }]) => {
      try {
        return [name, { local, global, noise: heatStatistics(name).noise! }];
      } catch (error) {
        if (!(error instanceof LindbladError)) throw error;
        return [name, { local, global, noiseUndefined: error.message }];
      }
    }),
  );
}

const heading = (text: string) => ["", onStdout.bold(text)];
const number = (x: number) => (x === 0 ? "0" : x.toPrecision(10));
const order = (x: number) => x.toExponential(1);

function summaryLines(found: SteadyState, initial: boolean, width: number): string[] {
  const { method, reasons, iterations, residual, relativeResidual, kernelDimension, leastEigenvalue, gap } = found;
  const unknown = initial ? "not asked: the one that the initial state evolves into" : "not decided";
  const facts: [string, string][] = [
    ["Method", `${method}: ${reasons.join("; ")}`],
    ["Iterations", `${iterations}`],
    ["Residual", `${order(residual)}, ${order(relativeResidual)} of ‖L‖`],
    ["Steady states", kernelDimension === 1 ? "1, unique" : (kernelDimension?.toString() ?? unknown)],
    ["Smallest eigenvalue", order(leastEigenvalue)],
    ["Gap", gap === undefined ? "not estimated" : `about ${gap.toPrecision(3)} (in the symmetry of rho)`],
  ];
  return facts.map(([name, value]) =>
    wrap(`${name.padEnd(INDENT)}${value}`, " ".repeat(width < WIDTH ? 2 : INDENT), width),
  );
}

function meanLines(means: Record<string, ReturnType<typeof expect>>): string[] {
  const entries = Object.entries(means);
  if (entries.length === 0) return [];
  return [
    ...heading("Expectation values"),
    ...entries.map(([name, value]) => {
      const words = typeof value === "number" ? number(value) : complex(value.re, value.im);
      return `  ${name.padEnd(10)}${signed(words)}`;
    }),
  ];
}

function energyLines({ energy, flows, imbalance, entropyProduction }: BipartiteSteady, heat: Heat, width: number) {
  const { U, UA, UB, Ulocal, Uchi } = energy;
  const noiseless = Object.values(heat).flatMap(({ noiseUndefined }) => noiseUndefined ?? []);
  const table = (names: string[], rows: Row[]) => rowsOf(names, rows, width, ROUNDING * imbalance);
  return [
    ...heading("Energies"),
    ...Object.entries({ U, U_A: UA, U_B: UB, U_local: Ulocal, U_chi: Uchi }).map(
      ([name, value]) => `  ${name.padEnd(10)}${signed(number(value))}`,
    ),
    ...heading("Energy that flows into"),
    ...table(
      ["A", "B", "chi"],
      Object.entries(flows).map(([name, { A, B, chi }]) => [name, [A, B, chi]]),
    ),
    `  Columns add up to zero to ${order(imbalance)}`,
    ...(Object.keys(heat).length === 0
      ? []
      : [
          ...heading("Heat from the baths"),
          ...table(
            ["global", "local", "noise"],
            Object.entries(heat).map(([name, { global, local, noise }]) => [name, [global, local, noise]]),
          ),
        ]),
    ...[...new Set(noiseless)].map((reason) => wrap(`  No noise: ${printable(reason)}`, "    ", width)),
    ...(entropyProduction === undefined
      ? ["Entropy production   not defined: a bath has no temperature"]
      : [`Entropy production   ${number(entropyProduction)}`]
    ).map((line) => wrap(line, "  ", width)),
  ];
}

function allOf(built: BuiltModel): Report {
  const { H, jumps } = generatorOf(built);
  const found = steadystate(H, jumps, { all: true });
  const { kernelDimension, residual, basis, conserved } = found;
  const reached = found.from(built.rho0);
  const initial = conserved.map((J) => expect(J, built.rho0) as number);
  return {
    data: { kernelDimension, residual, basis, conserved, initial, reached },
    lines: (width) => allLines(found, initial, reached, width),
  };
}

function allLines(found: SteadyStates, initial: number[], reached: Operator, width: number): string[] {
  const { kernelDimension, residual, conserved } = found;
  const hidden = conserved.length - QUANTITIES;
  return [
    ...[
      `Dimension           ${kernelDimension}${kernelDimension === 1 ? ", unique" : " of the stationary operators"}`,
      `Residual            ${order(residual)}`,
    ].map((line) => wrap(line, "  ", width)),
    ...conserved
      .slice(0, QUANTITIES)
      .flatMap((J, k) => [
        ...heading(`Conserved quantity ${k + 1}`),
        `  initially ${signed(number(initial[k]!))}`,
        ...elementsOf(J, ELEMENTS),
      ]),
    ...(hidden > 0 ? [`  and ${hidden} more; --json has them all`] : []),
    ...heading("The initial state evolves into"),
    ...elementsOf(reached),
  ];
}
