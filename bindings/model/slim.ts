/**
 * `lindblad/slim/model`: all of `lindblad/model` but the kernel's bytes, which {@link init} of `lindblad/slim` takes.
 * @module
 */
export { type BuildLimits, type BuiltBipartite, type BuiltLindblad, type BuiltModel, buildModel } from "./build.ts";
export { atPath, ModelError, pathOf, printable } from "./error.ts";
export { estimateRun, type RunEstimate } from "./estimate.ts";
export { checkForm, loadModel, validateModel } from "./load.ts";
export { parameterNumbers } from "./numbers.ts";
export {
  checkOutputs,
  checkPoints,
  ENDINGS,
  modelAt,
  type PointError,
  type PointOutputs,
  type Points,
  type PointsOptions,
  type PointsResult,
  runPoints,
} from "./points.ts";
export { type Comparison, type ModelResult, type RunOptions, resultNames, runBuilt, runModel } from "./run.ts";
export {
  type BipartiteModel,
  described,
  type LindbladModel,
  listOf,
  type Model,
  modelJsonSchema,
  modelSchema,
  nameSchema,
  type ScalarSpec,
  scalarSchema,
  strict,
} from "./schema.ts";
export type { Jump } from "./specs.ts";
export { type Format, formatOf, parseText } from "./text.ts";
export type { Exact } from "./times.ts";
