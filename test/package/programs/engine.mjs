/** What the packed library does in the engine that runs this, as JSON: every entry, both builds of the kernel, a pool, a thread of the user's own. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import * as lindblad from "lindblad";
import * as io from "lindblad/io";
import * as model from "lindblad/model";
import schema from "lindblad/model/schema.json" with { type: "json" };
import { pool } from "lindblad/pool";
import { decay, decaying, solve, solveModel } from "./program.js";

const require = createRequire(import.meta.url);
const { exports } = require("lindblad/package.json");
const entries = Object.entries(exports)
  .filter(([, target]) => target.types !== undefined)
  .map(([path]) => path.replace(".", "lindblad"));

const found = { imported: {}, required: {}, builds: {} };
for (const entry of entries) {
  found.imported[entry] = Object.keys(await import(entry)).length;
  found.required[entry] = Object.keys(require(entry)).filter((name) => name !== "__esModule").length;
}
found.one = require("lindblad").Operator === lindblad.Operator;

for (const isa of ["relaxed", "simd"]) {
  await lindblad.init({ isa });
  found.builds[isa] = { ...solve(lindblad), decay: decay(lindblad) };
}

const workers = pool({ size: 2, init: { isa: "simd" } });
const runs = await Promise.all([1, 2, 3].map(() => workers.mesolve(...decaying(lindblad))));
found.pool = runs.map(({ expect }) => Array.from(expect.n));
await workers.close();
found.thread = await inThread();

found.schema = { id: schema.$schema, same: require("lindblad/model/schema.json").$schema === schema.$schema };
found.model = solveModel(model, io, readFileSync(new URL("two-qubits.json", import.meta.url), "utf8"));
console.log(JSON.stringify(found));

function inThread() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("thread.mjs", import.meta.url));
    worker.on("message", (values) => resolve(values));
    worker.on("error", reject);
  });
}
