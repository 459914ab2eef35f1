/**
 * The picture of a map, with a cursor that a pointer or the arrow keys move.
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { digits } from "../text.tsx";
import { type Cell, Picture } from "./picture.ts";
import type { MapView } from "./sweep.ts";

interface MapPictureProps {
  readonly view: MapView;
  readonly theme: "light" | "dark";
  readonly names: { readonly x: string; readonly y: string; readonly quantity: string };
  readonly present: { readonly x: number; readonly y: number };
  readonly onPick: (values: Readonly<Record<string, number>>) => void;
}

/** Steps of the cursor by keys; with Shift ten times as far. */
const STEPS: Readonly<Record<string, readonly [columns: number, rows: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export function MapPicture({ view, theme, names, present, onPick }: MapPictureProps) {
  const host = useRef<HTMLDivElement>(null);
  const picture = useRef<Picture>(undefined);
  const [width, setWidth] = useState(0);
  const [cursor, setCursor] = useState<Cell>();
  const { x, y } = view.of;
  const [columns, rows] = [x.values.length, y.values.length];
  const isThere = cursor !== undefined && cursor.column < columns && cursor.row < rows;
  const shown = isThere ? cursor : undefined;

  useEffect(() => {
    const sizes = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    sizes.observe(host.current!);
    return () => sizes.disconnect();
  }, []);
  useEffect(() => {
    if (width === 0) return;
    picture.current = new Picture(view, { width: Math.min(width, WIDEST), theme, names });
    host.current!.replaceChildren(picture.current.figure);
  }, [view, width, theme, names.x, names.y, names.quantity]);
  useEffect(() => {
    picture.current?.mark(present, shown);
  }, [view, width, theme, present.x, present.y, shown?.column, shown?.row]);

  const isKnown = ({ column, row }: Cell) => view.isKnown[row * columns + column] === 1;
  const valueAt = ({ column, row }: Cell) => view.values[row * columns + column]!;
  const isPresent = ({ column, row }: Cell) => x.values[column] === present.x && y.values[row] === present.y;
  const pick = (cell: Cell) => {
    if (isKnown(cell) && Number.isNaN(valueAt(cell))) return;
    onPick({ [x.name]: x.values[cell.column]!, [y.name]: y.values[cell.row]! });
  };
  const move = (event: KeyboardEvent) => {
    const at = shown ?? nearest(view, present);
    const step = STEPS[event.key];
    if (step) {
      const far = event.shiftKey ? 10 : 1;
      const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
      setCursor({ column: within(at.column + far * step[0], columns), row: within(at.row + far * step[1], rows) });
    } else if (event.key === "Enter") pick(at);
    else if (event.key === "Escape") setCursor(undefined);
    else return;
    event.preventDefault();
  };
  const cellOf = (event: MouseEvent) => picture.current?.cellAt(event.clientX, event.clientY);
  return (
    <>
      <div
        ref={host}
        class="map-picture"
        role="application"
        aria-label={`Map of ${names.quantity}: arrow keys move over it, Enter takes a point`}
        aria-describedby="map-point"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive
        tabIndex={0}
        onKeyDown={move}
        onPointerMove={(event) => setCursor(cellOf(event))}
        onPointerLeave={() => setCursor(undefined)}
        onClick={(event) => {
          const cell = cellOf(event);
          if (cell) pick(cell);
        }}
      />
      <p id="map-point" class="map-point" aria-live="polite">
        {shown
          ? `${names.x} = ${digits(x.values[shown.column]!)}, ${names.y} = ${digits(y.values[shown.row]!)}: ${isKnown(shown) ? saying(valueAt(shown)) : "not computed"}${isPresent(shown) ? ". The model stands here." : ""}`
          : "Click on a point to take its values; or go there with the arrow keys, and press Enter. The ring is where the model stands now."}
      </p>
    </>
  );
}

/** Pixels: a map that is wider tells no more. */
const WIDEST = 860;

const saying = (value: number): string => (Number.isNaN(value) ? "no value" : digits(value, 5));

/** The cell of the present point, or the nearest one. */
function nearest({ of: { x, y } }: MapView, present: { readonly x: number; readonly y: number }): Cell {
  const index = (values: Float64Array, value: number) => {
    const distances = Array.from(values, (other) => Math.abs(other - value));
    return Math.max(0, distances.indexOf(Math.min(...distances)));
  };
  return { column: index(x.values, present.x), row: index(y.values, present.y) };
}
