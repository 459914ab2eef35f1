/**
 * `lindblad storage MODEL`: the states that exchange energy through their correlation alone.
 * @module
 */
import type { Storage } from "lindblad";
import { buildModel, ModelError, printable } from "lindblad/model";
import { onStdout } from "../colors.ts";
import { complex, elementsOf, signed } from "../elements.ts";
import { readModel } from "../model-file.ts";
import { toleranceOf } from "../problem.ts";
import { finite } from "../words.ts";

/** Decay modes that are shown; there may be hundreds. */
const MODES = 8;

interface Flags {
  json?: boolean;
  steadyInitial?: boolean;
  tol?: string;
}

/** @throws what is wrong with the model, or why it has no storage */
export function storage(file: string, { json = false, steadyInitial = false, tol }: Flags): void {
  const built = buildModel(readModel(file));
  if (built.kind !== "bipartite") {
    throw new ModelError("$.kind", 'expected "bipartite": correlation is stored between two parts');
  }
  const found = built.system.storage({ steady: steadyInitial ? built.rho0 : undefined, tol: toleranceOf(tol) });
  const { warnings } = built.system;
  const name = built.model.name;
  if (json) {
    const { evolve: _evolve, ...data } = found;
    process.stdout.write(
      `${JSON.stringify({ name, parameters: built.parameters, ...data, warnings: [...warnings, ...found.warnings] }, finite)}\n`,
    );
    return;
  }
  process.stdout.write(`${linesOf(printable(name ?? file), found, warnings).join("\n")}\n`);
}

function linesOf(title: string, found: Storage, warnings: readonly string[]): string[] {
  const { dimension, kernelDimension, modes, weight, steadyState, steadySource, capacity, states, rankGap } = found;
  const number = (x: number) => x.toPrecision(10);
  const hidden = modes.length - MODES;
  const heading = (text: string) => onStdout.bold(text);
  const capacityLines =
    weight === 0
      ? ["V has no weight on it: capacity 0"]
      : [
          `Weight of V on it       ${number(weight)}`,
          `Most that is given away ${number(capacity.max)}`,
          `Most that is taken up   ${number(-capacity.min)}`,
          `Certified to            ${capacity.gap.toExponential(1)}`,
        ];
  return [
    ...wrapped(title).map(heading),
    ...wrapped(found.verdict),
    "",
    `Dimension               ${dimension} of ${kernelDimension}`,
    `Rank decisions          ${decisions(rankGap)}`,
    ...(dimension === 0 ? [] : capacityLines),
    ...(modes.length === 0 ? [] : ["", heading("Modes (exponents of decay)")]),
    ...modes.slice(0, MODES).map(({ re, im }) => `  ${signed(complex(re, im))}`),
    ...(hidden > 0 ? [`  and ${hidden} more; --json has them all`] : []),
    "",
    heading(`Steady state (${steadySource})`),
    ...elementsOf(steadyState),
    ...(weight === 0
      ? []
      : [
          "",
          heading("State that gives away most, minus the steady state"),
          ...elementsOf(states.max.sub(steadyState)),
          "",
          heading("State that takes up most, minus the steady state"),
          ...elementsOf(states.min.sub(steadyState)),
        ]),
    ...warnings.flatMap((warning) => wrapped(`Note: ${warning}`)),
  ];
}

/** What was taken for more than zero, and what for zero. */
function decisions({ above, below, safe }: Storage["rankGap"]): string {
  const seen = Number.isFinite(above) ? `above ${above.toExponential(1)}` : "none above";
  return `${seen}, below ${below.toExponential(1)}${safe ? "" : ", unsafe"}`;
}

/** Lines of at most sixty columns. */
function wrapped(text: string): string[] {
  return text.match(/\S.{0,59}(?=\s|$)/g) ?? [];
}
