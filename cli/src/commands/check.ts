/**
 * `lindblad check MODEL`: everything that can be said without running it; of a sweep file, too.
 * @module
 */
import { buildModel, formatOf, parseText, printable, validateModel } from "lindblad/model";
import { readText } from "../model-file.ts";
import { verdictOf, verdictWords } from "../verdict.ts";
import { finite, tail, wrap } from "../words.ts";

/** @throws what is wrong with the model, or the sweep */
export async function check(file: string, { json = false }: { json?: boolean }): Promise<void> {
  const data = parseText(readText(file), formatOf(file));
  if (typeof data === "object" && data !== null && "sweep" in data) return checkSweep(file, data, json);
  const built = buildModel(validateModel(data));
  const { kind, model, parameters, rho0, tlist, observables, exact } = built;
  const verdict = built.kind === "bipartite" ? verdictOf(built.system, rho0) : undefined;
  const facts = {
    kind,
    name: model.name,
    dims: rho0.dims,
    times: { count: tlist.length, from: tlist[0], to: tlist.at(-1) },
    parameters,
    observables: Object.keys(observables),
    compare: exact.map(({ series }) => series),
  };
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok: true, ...facts, ...verdict }, finite)}\n`);
    return;
  }
  const { times } = facts;
  const words = `${tail(printable(file))}: a good model of kind ${kind}, dims [${facts.dims}], ${times.count} times from ${times.from} to ${times.to}`;
  process.stdout.write(`${wrap(words)}\n`);
  if (verdict) process.stdout.write(`${verdictWords(verdict)}\n`);
}

async function checkSweep(file: string, data: object, json: boolean): Promise<void> {
  // brings a database along, which models need not wait for
  const { validateSweep } = await import("@lindblad/sweep");
  const { model, spec, outputs } = validateSweep(data);
  const { scalars, series = [] } = outputs;
  const parameters = spec.axes.map(({ name }) => name);
  const facts = {
    kind: model.kind,
    name: model.name,
    points: spec.count,
    mode: spec.mode,
    parameters,
    scalars,
    series,
  };
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok: true, ...facts })}\n`);
    return;
  }
  const what = [...scalars, ...series.map((name) => `the series ${name}`)].join(", ");
  const more = spec.adaptive === undefined ? "" : `, refined to at most ${spec.adaptive.points}`;
  const words = `${tail(printable(file))}: a good sweep of a model of kind ${model.kind}, ${spec.mode} of ${spec.count} points over ${parameters.join(", ")}${more}; of each: ${what}`;
  process.stdout.write(`${wrap(words)}\n`);
}
