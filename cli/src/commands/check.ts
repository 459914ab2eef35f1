/**
 * `lindblad check MODEL`: everything that can be said without running it.
 * @module
 */
import { buildModel, printable } from "lindblad/model";
import { readModel } from "../model-file.ts";
import { verdictOf, verdictWords } from "../verdict.ts";
import { finite, tail, wrap } from "../words.ts";

/** @throws what is wrong with the model */
export function check(file: string, { json = false }: { json?: boolean }): void {
  const built = buildModel(readModel(file));
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
