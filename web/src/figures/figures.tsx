/**
 * The figures of a run.
 * @module
 */
import {
  capacityFigure,
  flowsFigure,
  hintonFigure,
  moveCursor,
  type PanelName,
  panelFigure,
  panelsOf,
  populationsFigure,
} from "@lindblad/plot";
import { useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { RunView } from "../solver/protocol.ts";
import { details, isDetailed, isDetailing, run, shown, source } from "../state.ts";
import { digits } from "../text.tsx";
import { Figure } from "./figure.tsx";
import { basisNames, highestLevels, isShownWhole, LARGEST_MATRIX, matrixAt, populationsAt } from "./states.ts";

/** The panels over time, in the order of the page, with what stands above them. */
const PANELS: Readonly<Record<PanelName, string>> = {
  energies: "Energies",
  changes: "Changes of the energies",
  entropies: "Entropies and mutual information (nats)",
  observables: "Observables",
  flows: "Energy flows",
  norms: "How far the conditions are off",
};

const timeShown = () => run.value?.times[shown.value];

export function Figures({ children }: { children: ComponentChildren }) {
  const names = useComputed(() => (run.value ? panelsOf(run.value).join() : ""));
  const panels = names.value.split(",") as PanelName[];
  // before the first run is there its figures have their places
  const isBipartite = (run.value?.kind ?? source.value.model.kind) === "bipartite";
  const has = (name: PanelName) => panels.includes(name);
  return (
    <div class="figures">
      {isBipartite ? <Energies /> : has("observables") && <Panel name="observables" />}
      {isBipartite && <Flows />}
      {isBipartite && <Storage />}
      {run.value && <Populations />}
      {run.value && <Matrix />}
      {has("entropies") && <Panel name="entropies" />}
      {isBipartite && has("observables") && <Panel name="observables" />}
      {has("flows") && <Panel name="flows" />}
      {has("norms") && <Panel name="norms" />}
      {children}
    </div>
  );
}

/** What a picture takes while the page stays alive: lines, their points, and baths. */
const MOST_LINES = 24;
const MOST_POINTS = 120_000;
const MOST_BATHS = 12;

const linesOf = ({ times }: RunView): number =>
  Math.min(MOST_LINES, Math.max(1, Math.floor(MOST_POINTS / times.length)));

/** The run with no more observables than can be drawn. */
function drawable(view: RunView): RunView {
  const left = new Set(view.observables.slice(linesOf(view)));
  if (left.size === 0) return view;
  const series = Object.fromEntries(Object.entries(view.series).filter(([name]) => !left.has(name)));
  return { ...view, series, observables: view.observables.filter((name) => !left.has(name)) };
}

function Panel({ name }: { name: PanelName }) {
  const count = name === "observables" ? (run.value?.observables.length ?? 0) : 0;
  const most = run.value ? linesOf(run.value) : 0;
  return (
    <Figure
      title={PANELS[name]}
      input={() => run.value && drawable(run.value)}
      draw={(view, options) =>
        panelFigure(view, name, { ...options, exact: "dashed", cursor: view.times[shown.peek()]! })
      }
      adjust={(figure) => moveCursor(figure, timeShown())}
    >
      {count > most && (
        <p class="note">
          The first {most} of {count}; all are in the files to download.
        </p>
      )}
    </Figure>
  );
}

/** Energies themselves, or their changes. */
export function Energies() {
  const changes = useSignal(false);
  return (
    <Figure
      title="Energies"
      input={() => run.value && { view: run.value, name: changes.value ? ("changes" as const) : ("energies" as const) }}
      draw={({ view, name }, options) =>
        panelFigure(view, name, { ...options, exact: "dashed", cursor: view.times[shown.peek()]! })
      }
      adjust={(figure) => moveCursor(figure, timeShown())}
      tools={
        <label class="check">
          <input
            type="checkbox"
            checked={changes.value}
            onInput={(event) => {
              changes.value = event.currentTarget.checked;
            }}
          />
          changes only
        </label>
      }
    />
  );
}

function Flows() {
  const count = run.value?.baths?.length ?? 0;
  return (
    <Figure
      title="Energy that has flowed"
      input={() => {
        const view = run.value;
        if (view === undefined || (view.baths?.length ?? 0) > MOST_BATHS) return undefined;
        return { view, at: Math.min(shown.value, view.times.length - 1) };
      }}
      draw={({ view, at }, options) => flowsFigure(view, { ...options, at })}
    >
      {count > MOST_BATHS && (
        <p class="note">{count} baths are too many for a picture; what flows is in the files to download.</p>
      )}
    </Figure>
  );
}

function Populations() {
  return (
    <Figure
      title="Populations"
      input={() => run.value && { view: run.value, at: shown.value }}
      draw={({ view, at }, options) =>
        populationsFigure({ populations: populationsAt(view.states, at), labels: basisNames(view.dims) }, options)
      }
    >
      <OnlyLast />
      <Truncated />
    </Figure>
  );
}

/** Functions that make operators and states of an oscillator, of which a model keeps the lowest levels. */
const OSCILLATOR = /\b(?:destroy|create|num|fock|coherent|thermalDm)\(/;
/** Population of the highest level from which on those that were left out are missed. */
const MISSED = 1e-3;

/** Says so where an oscillator fills the highest level that is kept: what it shows may be that of a smaller system. */
function Truncated() {
  // of the model as it was opened: sliders change numbers alone
  const isOscillator = useComputed(() => OSCILLATOR.test(JSON.stringify(source.value.model)));
  const highest = useComputed(() => {
    if (run.value === undefined || !isOscillator.value) return 0;
    const { states, dims } = run.value;
    return Math.max(...Array.from({ length: states.count }, (_, t) => highestLevels(states, dims, t)));
  });
  if (highest.value < MISSED) return null;
  return (
    <p class="note">
      The highest level that is kept has a population of up to {digits(highest.value, 2)}: with more levels the result
      may differ.
    </p>
  );
}

function Matrix() {
  const size = run.value!.states.size;
  if (size > LARGEST_MATRIX) return null;
  return (
    <Figure
      title="Density matrix"
      input={() => run.value && { view: run.value, at: shown.value }}
      draw={({ view, at }, options) =>
        hintonFigure(
          { ...matrixAt(view.states, at), labels: basisNames(view.dims) },
          { ...options, legend: (options.width ?? 0) > 420 },
        )
      }
    >
      <OnlyLast />
    </Figure>
  );
}

/** Says so where states are shown of the last time alone. */
function OnlyLast() {
  const view = run.value;
  if (view === undefined || isShownWhole(view)) return null;
  return <p class="note">At the last time: the states of this run are too many to keep them all.</p>;
}

/** What is nothing beside all that can be held is 0: rounding is not worth reading. */
const held = (energy: number, all: number) => (Math.abs(energy) <= 1e-6 * all ? 0 : energy);

function Storage() {
  const found = details.value;
  const storage = found?.storage;
  return (
    <Figure
      title="What the correlation can store"
      class={isDetailed.value ? "" : "stale"}
      input={() => {
        if (details.value?.storage === undefined) return undefined;
        // of the run that was looked at, which may be an earlier one: energies of two runs do not add up
        const { storage, of } = details.value;
        const { min, max, gap, start } = storage;
        const changed = of.series.delta_U_chi?.[Math.min(shown.value, of.times.length - 1)];
        return {
          min,
          max,
          gap,
          value: start === undefined || changed === undefined ? undefined : held(start + changed, max - min),
        };
      }}
      draw={(data, options) => capacityFigure(data, options)}
    >
      {storage ? (
        <>
          <p>{storage.verdict}</p>
          {storage.start === undefined && (
            <p class="note">The initial state is not one of them: from it the local states change too.</p>
          )}
        </>
      ) : found ? (
        <p class="note">Not looked for: the system is too large, or has no steady state of its own.</p>
      ) : (
        <p class="note">{isDetailing.value ? "…" : "It could not be looked for."}</p>
      )}
    </Figure>
  );
}
