/**
 * A map of one number over two parameters, computed while one looks on; a click, or Enter, takes its point.
 * @module
 */
import type { Model } from "lindblad/slim/model";
import { useEffect, useMemo, useState } from "preact/hooks";
import { digits, Subscripts } from "../text.tsx";
import { axesOf, type Choice, type MapParameter, plain, type Range, rangeOf, scalarOf, wordsOf } from "./choice.ts";
import { Choices } from "./choices.tsx";
import { type Axis, valuesBetween } from "./grid.ts";
import "./map.css";
import { MapPicture } from "./map-picture.tsx";
import type { Names } from "./protocol.ts";
import { type MapOf, type MapView, Sweep } from "./sweep.ts";

export interface MapProps {
  /** With all parameters as they are now. */
  readonly model: Model;
  /** Those that a map may be over. */
  readonly parameters: readonly MapParameter[];
  readonly theme: "light" | "dark";
  /** A point was taken: values of the two parameters. */
  readonly onPick: (values: Readonly<Record<string, number>>) => void;
}

const WORKERS = Math.min(8, Math.max(1, navigator.hardwareConcurrency || 2));

export function SweepMap({ model, parameters, theme, onPick }: MapProps) {
  const [choice, setChoice] = useState<Choice>({ ranges: {} });
  const [names, setNames] = useState<Names>();
  const [view, setView] = useState<MapView>();
  const [failure, setFailure] = useState<string>();
  /** The map that was stopped, or failed. */
  const [ended, setEnded] = useState<MapOf>();
  const sweep = useSweep();

  // names depend on what the model is made of, not on numbers
  const structure = JSON.stringify({ ...model, parameters: Object.keys(model.parameters), times: [] });
  useEffect(() => {
    let isCurrent = true;
    // those of another model, which nobody may take for this one's
    setNames(undefined);
    setView(undefined);
    sweep.names(model).then(
      (found) => isCurrent && setNames(found),
      (error: Error) => isCurrent && setFailure(error.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [structure, sweep]);

  const of = useMapOf(model, parameters, choice, names);
  useEffect(() => {
    if (of === undefined) {
      sweep.cancel();
      return;
    }
    setFailure(undefined);
    // it takes the place of the one before when that has given a picture
    sweep.run(of, latestOfFrame(setView), (message) => {
      setFailure(message);
      setEnded(of);
    });
  }, [of, sweep]);

  const axes = axesOf(choice, parameters);
  if (axes === undefined) return <p class="note">A map needs two parameters of the model that are numbers.</p>;
  const quantity = names && scalarOf(choice, names);
  const isComputing = of !== undefined && of !== ended && (view?.of !== of || view.done < view.values.length);
  const stop = () => {
    sweep.cancel();
    setEnded(of);
  };
  return (
    <section class="map" aria-label="Map over two parameters" aria-busy={isComputing}>
      <Choices {...{ choice, setChoice, parameters, axes, names, quantity }} />
      <div role="alert">{failure && <p class="problem">{failure}</p>}</div>
      {quantity && of === undefined && <p class="note">Expected ranges of at least two values.</p>}
      <div class="map-stage">
        <div class="map-progress">
          {isComputing && (
            <>
              <progress
                aria-label="Points computed"
                value={view?.of === of ? view.done : 0}
                max={of.x.values.length * of.y.values.length}
              />
              <button type="button" onClick={stop}>
                Stop
              </button>
            </>
          )}
        </div>
        {view && (
          <MapPicture
            {...{ view, theme, onPick }}
            names={{ x: labelOf(view.of.x, parameters), y: labelOf(view.of.y, parameters), quantity: view.of.title }}
            present={{ x: presentOf(view.of.x, parameters), y: presentOf(view.of.y, parameters) }}
          />
        )}
      </div>
      {view && <Summary view={view} parameters={parameters} />}
    </section>
  );
}

/** The workers, from the first drawing to the last. */
function useSweep(): Sweep {
  const start = () =>
    new Sweep(() => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "map" }), WORKERS);
  const sweep = useMemo(start, []);
  useEffect(() => () => sweep.close(), [sweep]);
  return sweep;
}

/** The map that is wanted; the same object as long as nothing of it changes, whatever else does. */
function useMapOf(
  model: Model,
  parameters: readonly MapParameter[],
  choice: Choice,
  names: Names | undefined,
): MapOf | undefined {
  const axes = axesOf(choice, parameters);
  const quantity = names && scalarOf(choice, names);
  const ranges = axes && [rangeOf(choice, axes.x), rangeOf(choice, axes.y)];
  const others = axes && { ...model.parameters, [axes.x.name]: 0, [axes.y.name]: 0 };
  const key = JSON.stringify([{ ...model, parameters: others }, axes?.x.name, axes?.y.name, ranges, quantity?.scalar]);
  return useMemo(() => {
    if (axes === undefined || ranges === undefined || quantity === undefined) return undefined;
    const [x, y] = [axisOf(axes.x, ranges[0]!), axisOf(axes.y, ranges[1]!)];
    if (x.values.length < 2 || y.values.length < 2) return undefined;
    return { model, x, y, scalar: quantity.scalar, title: wordsOf(quantity) };
  }, [key]);
}

const axisOf = ({ name, integer }: MapParameter, { from, to, count }: Range): Axis => ({
  name,
  values: valuesBetween(from, to, count, integer),
});

/** Passes on the latest value once a frame. */
function latestOfFrame<T>(take: (value: T) => void): (value: T) => void {
  let latest: T | undefined;
  return (value) => {
    if (latest === undefined) {
      requestAnimationFrame(() => {
        take(latest!);
        latest = undefined;
      });
    }
    latest = value;
  };
}

const labelOf = ({ name }: Axis, parameters: readonly MapParameter[]): string =>
  plain(parameters.find((parameter) => parameter.name === name)?.label ?? name);

const presentOf = ({ name }: Axis, parameters: readonly MapParameter[]): number =>
  parameters.find((parameter) => parameter.name === name)?.value ?? Number.NaN;

interface SummaryProps {
  readonly view: MapView;
  readonly parameters: readonly MapParameter[];
}

/** What is to be seen, in words. */
function Summary({ view, parameters }: SummaryProps) {
  const { of, values, done, failed, reasons, extremes } = view;
  const columns = of.x.values.length;
  const at = (k: number) => (
    <>
      <b>{digits(values[k]!)}</b> at <Subscripts>{labelled(of.x, parameters)}</Subscripts> ={" "}
      {digits(of.x.values[k % columns]!)}, <Subscripts>{labelled(of.y, parameters)}</Subscripts> ={" "}
      {digits(of.y.values[Math.floor(k / columns)]!)}
    </>
  );
  return (
    <div class="map-summary">
      <p>
        {extremes ? (
          <>
            Lowest {at(extremes.least)}; highest {at(extremes.most)}.
          </>
        ) : (
          "No point has a value."
        )}{" "}
        {done < values.length ? `${done} of ${values.length} points are computed.` : `${done} points.`}
      </p>
      {failed > 0 && (
        <>
          <p>{failed} points have no value:</p>
          <ul>
            {reasons.slice(0, 3).map(({ message, count }) => (
              <li key={message}>
                {count}: for example, {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const labelled = ({ name }: Axis, parameters: readonly MapParameter[]): string =>
  parameters.find((parameter) => parameter.name === name)?.label ?? name;
