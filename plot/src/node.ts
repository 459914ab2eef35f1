/**
 * Figures as SVG files, without a browser.
 * @module
 */
import { DOMParser } from "linkedom";
import type { FigureData } from "./data.ts";
import { seriesFigure } from "./figure.ts";

/** The figure of {@link seriesFigure} as the text of a self-contained SVG file. */
export function toSvg(data: FigureData): string {
  const document = new DOMParser().parseFromString('<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml");
  const figure = seriesFigure(data, { document: document as unknown as Document });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${figure.outerHTML}\n`;
}
