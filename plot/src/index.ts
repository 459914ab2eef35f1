/**
 * Figures of results, as functions of data and a document: the same in a page and in Node (`@lindblad/plot/node`).
 * @module @lindblad/plot
 */
export { type BlochData, type BlochVector, blochFigure } from "./bloch.ts";
export type { FigureOptions } from "./canvas.ts";
export { type CapacityData, capacityFigure, describeCapacity } from "./capacity.ts";
export { type Curve, type CurvesData, curvesFigure } from "./curves.ts";
export type { FigureComparison, FigureData, PanelName } from "./data.ts";
export { seriesFigure } from "./figure.ts";
export { describeFlows, type FlowsOptions, flowsFigure } from "./flows.ts";
export { describeHinton, type HintonOptions, hintonFigure, type MatrixData } from "./hinton.ts";
export {
  type LevelsData,
  levelsFigure,
  type SpectrumData,
  spectrumFigure,
} from "./levels.ts";
export { describePanel, moveCursor, type PanelOptions, panelFigure, panelsOf } from "./panel.ts";
export type { SweepAxis } from "./parameter.ts";
export { describePopulations, type PopulationsData, populationsFigure } from "./populations.ts";
export type { ExactMarks, Theme } from "./style.ts";
export {
  type SweepCurvesData,
  type SweepMapData,
  sweepCurvesFigure,
  sweepMapFigure,
} from "./sweep.ts";
export { type TracesData, type TrajectoriesData, tracesFigure, trajectoriesFigure } from "./traces.ts";
export { type MapData, wignerFigure } from "./wigner.ts";
