// Figures, in a page and as a file.
import { type FigureOptions, seriesFigure, tracesFigure } from "@lindblad/plot";
import { svgFile, toSvg } from "@lindblad/plot/node";
import { fock, mesolve, num } from "lindblad";
import { loadModel, runModel } from "lindblad/model";

const run = mesolve(num(3), fock(3, 1), [0, 1], { eOps: { n: num(3) } });
export const text: string = svgFile((document) => tracesFigure(run, { document }));
const result = runModel(loadModel("{}"));
export const sheet: string = toSvg(result);
export const figure = (options: FigureOptions): SVGSVGElement => seriesFigure(result, options);
