/**
 * Figures as SVG files, without a browser.
 * @module @lindblad/plot/node
 */
import { DOMParser } from "linkedom";
import type { FigureData } from "./data.ts";
import { seriesFigure } from "./figure.ts";

/** The figure of {@link seriesFigure} as the text of a self-contained SVG file. */
export function toSvg(data: FigureData): string {
  return svgFile((document) => seriesFigure(data, { document }));
}

/**
 * Any figure as the text of a self-contained SVG file.
 * @example
 * const x = Array.from({ length: 81 }, (_, k) => (k - 40) / 10);
 * const cat = wigner(catState(30, 2), x, x);
 * writeFileSync("cat.svg", svgFile((document) => wignerFigure(cat, { document })));
 */
export function svgFile(draw: (document: Document) => SVGSVGElement): string {
  const document = new DOMParser().parseFromString('<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml");
  return `<?xml version="1.0" encoding="UTF-8"?>\n${draw(document as unknown as Document).outerHTML}\n`;
}
