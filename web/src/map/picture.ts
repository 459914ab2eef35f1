/**
 * The picture of a map: the figure, with marks on it, and from places on it back to points.
 * @module
 */
import { type FigureOptions, sweepMapFigure } from "@lindblad/plot";
import { type Axis, edgesOf, indexAt, shareOf } from "./grid.ts";
import type { MapView } from "./sweep.ts";

/** Names of the axes and of what is mapped, as a reader sees them. */
export interface PictureNames {
  readonly x: string;
  readonly y: string;
  readonly quantity: string;
}

export interface PictureOptions extends FigureOptions {
  readonly names: PictureNames;
}

/** A place on a grid, by its column and its row from the least y. */
export interface Cell {
  readonly column: number;
  readonly row: number;
}

const SVG = "http://www.w3.org/2000/svg";

export class Picture {
  readonly figure: SVGSVGElement;
  readonly #x: Axis;
  readonly #y: Axis;
  /** Covers the cells. */
  readonly #image: SVGImageElement;
  readonly #marks: SVGGElement;

  constructor({ of: { x, y }, values }: MapView, { names, ...options }: PictureOptions) {
    const columns = x.values.length;
    const along = (axis: Axis, index: (k: number) => number) =>
      Float64Array.from(values, (_, k) => axis.values[index(k)]!);
    const data = {
      x: { name: names.x, values: along(x, (k) => k % columns) },
      y: { name: names.y, values: along(y, (k) => Math.floor(k / columns)) },
      values,
      quantity: names.quantity,
    };
    this.#x = x;
    this.#y = y;
    this.figure = sweepMapFigure(data, options);
    this.#image = this.figure.querySelector("image")!;
    this.#marks = document.createElementNS(SVG, "g");
    this.#marks.setAttribute("class", "map-marks");
    // in its coordinates
    this.#image.parentNode!.append(this.#marks);
  }

  /** Marks the present point, where it is on the map, and the cell of the cursor. */
  mark(present: { readonly x: number; readonly y: number }, cursor: Cell | undefined): void {
    const area = this.#area();
    const shares = [shareOf(this.#x.values, present.x), shareOf(this.#y.values, present.y)] as const;
    const isInside = shares.every((share) => share >= 0 && share <= 1);
    const center = { cx: area.x + shares[0] * area.width, cy: area.y + (1 - shares[1]) * area.height };
    this.#marks.replaceChildren(
      ...(isInside ? outlined("circle", { ...center, r: 7 }) : []),
      ...(cursor ? outlined("rect", this.#boxOf(cursor, area)) : []),
    );
  }

  /** The cell under a place on the screen. */
  cellAt(clientX: number, clientY: number): Cell | undefined {
    const { left, top, width, height } = this.#image.getBoundingClientRect();
    const [across, up] = [(clientX - left) / width, 1 - (clientY - top) / height];
    if (!(across >= 0 && across <= 1 && up >= 0 && up <= 1)) return undefined;
    return { column: indexAt(this.#x.values, across), row: indexAt(this.#y.values, up) };
  }

  #boxOf({ column, row }: Cell, area: Area): Area {
    const [x, y] = [edgesOf(this.#x.values), edgesOf(this.#y.values)];
    const place = (edges: Float64Array, k: number) => (edges[k]! - edges[0]!) / (edges.at(-1)! - edges[0]!);
    const [left, right] = [place(x, column), place(x, column + 1)];
    const [low, high] = [place(y, row), place(y, row + 1)];
    return {
      x: area.x + left * area.width,
      y: area.y + (1 - high) * area.height,
      width: (right - left) * area.width,
      height: (high - low) * area.height,
    };
  }

  #area(): Area {
    const of = (name: string) => Number(this.#image.getAttribute(name));
    return { x: of("x"), y: of("y"), width: of("width"), height: of("height") };
  }
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A shape that is seen on every colour: dark, inside of a light outline. */
function outlined(name: string, attributes: object): SVGElement[] {
  return [
    { stroke: "#ffffff", width: 5 },
    { stroke: "#000000", width: 2 },
  ].map(({ stroke, width }) => {
    const shape = document.createElementNS(SVG, name) as SVGElement;
    const all = { ...attributes, fill: "none", stroke, "stroke-width": width };
    for (const [key, value] of Object.entries(all)) shape.setAttribute(key, String(value));
    return shape;
  });
}
