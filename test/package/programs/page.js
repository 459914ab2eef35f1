/** What every bundler's page computes: by mesolve, by a pool and by a model file. What comes of it is the promise `found`. */
import * as lindblad from "lindblad";
import * as io from "lindblad/io";
import * as model from "lindblad/model";
import { decaying, solve, solveModel } from "./program.js";
import text from "./two-qubits.json";
import { workers } from "./workers.js";

globalThis.found = (async () => {
  await lindblad.init({ isa: "simd" });
  const { expect } = await workers.mesolve(...decaying(lindblad));
  await workers.close();
  return { solved: solve(lindblad), pool: Array.from(expect.n), model: solveModel(model, io, JSON.stringify(text)) };
})();
