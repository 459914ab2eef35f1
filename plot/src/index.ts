/**
 * Figures of results, as functions of data and a document: the same in a page and in Node (`@lindblad/plot/node`).
 * @module
 */
export { type BlochData, type BlochVector, blochFigure } from "./bloch.ts";
export type { FigureOptions } from "./canvas.ts";
export type { FigureComparison, FigureData } from "./data.ts";
export { seriesFigure } from "./figure.ts";
export { hintonFigure, type MatrixData } from "./hinton.ts";
export {
  type LevelsData,
  levelsFigure,
  type PopulationsData,
  populationsFigure,
  type SpectrumData,
  spectrumFigure,
} from "./levels.ts";
export type { Theme } from "./style.ts";
export {
  type SweepAxis,
  type SweepCurvesData,
  type SweepMapData,
  sweepCurvesFigure,
  sweepMapFigure,
} from "./sweep.ts";
export { type TracesData, type TrajectoriesData, tracesFigure, trajectoriesFigure } from "./traces.ts";
export { type MapData, wignerFigure } from "./wigner.ts";
