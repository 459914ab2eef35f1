/**
 * The energetics of correlation in bipartite systems.
 * @module
 */
export {
  type Bath,
  type CustomBath,
  customBath,
  type DaviesBath,
  daviesBath,
  type ResolvedBath,
  type Site,
  type ThermalBath,
  thermalBath,
} from "./baths.ts";
export type { Capacity } from "./capacity.ts";
export type { Classical } from "./classical.ts";
export type {
  CommutatorCondition,
  Condition,
  ConditionNorms,
  ConditionSeries,
  Conditions,
  ProductSteadyState,
} from "./conditions.ts";
export type { EnergyRateFunction } from "./davies.ts";
export type { EffectiveHamiltonians, Energies, Parts, Reduced } from "./energies.ts";
export { type TwoQubitExample, type TwoQubitParameters, twoQubitExample } from "./example.ts";
export type { EnergyRates, Flow, Flows } from "./flows.ts";
export { thermalState } from "./gibbs.ts";
export type { MeasureName, SingleMeasure } from "./measures.ts";
export type { NamedRates, RateFunction } from "./rates.ts";
export type {
  BathHeat,
  BipartiteEvolveOptions,
  BipartiteRun,
  EntropicSeries,
  RunEntropy,
  RunEntropyProduction,
  RunMeasures,
} from "./run.ts";
export {
  type BipartiteSteady,
  type HeatCurrent,
  type Rectification,
  rectification,
  type Temperatures,
  type ThermalConductance,
  thermalConductance,
} from "./stationary.ts";
export type { Storage, StorageOptions, StoredState } from "./storage.ts";
export { type BipartiteOptions, type BipartiteSystem, bipartite } from "./system.ts";
export type {
  BipartiteTrajectories,
  BipartiteTrajectoryOptions,
  TrajectoryEnergetics,
  TrajectoryEnergies,
} from "./trajectories.ts";
