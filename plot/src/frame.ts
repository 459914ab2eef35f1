/**
 * What panels have in common. Apart from panels.ts: Observable Plot's types, which ask for @types/d3, must not come into the package's own.
 * @module
 */
import type { Axis } from "./axis.ts";
import type { FigureData } from "./data.ts";
import type { Sides } from "./style.ts";

/** What all panels of a figure have in common. */
export interface Frame {
  readonly document: Document;
  readonly data: FigureData;
  readonly time: Axis;
  readonly sides: Sides;
}

/** A panel, to be put anywhere. */
export interface Panel {
  readonly group: SVGElement;
  readonly height: number;
}
