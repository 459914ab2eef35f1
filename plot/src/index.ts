/**
 * Figures of results, as functions of data and a document: the same in a page and in Node (`@lindblad/plot/node`).
 * @module
 */
export type { FigureComparison, FigureData } from "./data.ts";
export { type FigureOptions, seriesFigure } from "./figure.ts";
