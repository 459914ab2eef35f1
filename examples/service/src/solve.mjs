/** The text of a model -> its solution, in the pool. What goes wrong is an error with a status of HTTP. */
import { npz } from "lindblad/io";
import { buildModel, estimateRun, formatOf, loadModel } from "lindblad/model";

/** A request that is refused: the status, and what the answer says besides. */
export class Refusal extends Error {
  constructor(status, code, message, more = {}) {
    super(message);
    Object.assign(this, { status, code, ...more });
  }
}

/** Checks a model of a stranger, on the thread that answers everybody: what it may take is bounded. @throws Refusal, ModelError */
export function admit(text, isYaml, limits) {
  if (isYaml && text.length > limits.MAX_YAML) {
    const detail = `YAML of ${text.length} characters, expected at most ${limits.MAX_YAML}: larger models are JSON`;
    throw new Refusal(413, "LIMIT", detail);
  }
  const model = loadModel(text, formatOf(isYaml ? "a.yaml" : "a.json"));
  if (model.kind !== "lindblad") {
    throw new Refusal(422, "KIND", `expected a model of kind "lindblad", got "${model.kind}"`, { path: "$.kind" });
  }
  const { times } = model;
  const count = Array.isArray(times) ? times.length : times.count;
  if (count > limits.MAX_TIMES) {
    throw new Refusal(422, "LIMIT", `${count} output times, expected at most ${limits.MAX_TIMES}`, { path: "$.times" });
  }
  const built = buildModel(model, { dimension: limits.MAX_DIMENSION, work: limits.MAX_BUILD_WORK });
  const { seconds, bytes } = estimateRun(built);
  if (seconds > limits.MAX_ESTIMATE) {
    const detail = `the run would take about ${seconds.toPrecision(2)} s, expected at most ${limits.MAX_ESTIMATE} s`;
    throw new Refusal(422, "LIMIT", detail, { path: "$.times" });
  }
  if (bytes > limits.MAX_RESULT) {
    throw new Refusal(422, "LIMIT", `a result of ${bytes} bytes, expected at most ${limits.MAX_RESULT}`, {
      path: "$.observables",
    });
  }
  return built;
}

/** Runs a model in the pool. @throws the errors of mesolve, the reason of the signal */
export async function solve({ H, jumps, rho0, tlist, observables, model }, pool, signal) {
  const { expect, stats } = await pool.mesolve(H, rho0, tlist, {
    ...model.solver,
    cOps: jumps,
    eOps: observables,
    signal,
  });
  const { method, steps } = stats;
  return { times: tlist, series: seriesOf(expect), stats: { method, steps } };
}

/** One series a real expectation value, two of a complex one. */
function seriesOf(expect) {
  return Object.fromEntries(
    Object.entries(expect).flatMap(([name, values]) =>
      values instanceof Float64Array
        ? [[name, values]]
        : [
            [`${name}_re`, values.re],
            [`${name}_im`, values.im],
          ],
    ),
  );
}

export function toJson({ times, series, stats }) {
  const lists = Object.entries(series).map(([name, values]) => [name, [...values]]);
  return { times: [...times], series: Object.fromEntries(lists), stats };
}

export function toNpz({ times, series }) {
  const array = (data) => ({ dtype: "float64", shape: [data.length], data });
  return npz({
    t: array(times),
    ...Object.fromEntries(Object.entries(series).map(([name, values]) => [name, array(values)])),
  });
}
