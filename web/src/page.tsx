/**
 * The page: what it is about, sliders, figures.
 * @module
 */
import { Scrubber } from "./controls/scrubber.tsx";
import { Sliders } from "./controls/sliders.tsx";
import { PRESETS } from "./presets.ts";
import { cancel, isOpening, isRunning, openPreset, problem, progress, refusal, run, source } from "./state.ts";
import { Story } from "./story.tsx";
import { greek, Subscripts } from "./text.tsx";
import { theme, toggleTheme } from "./theme.ts";
import { Verdict } from "./verdict.tsx";
import { Downloads } from "./views/downloads.tsx";
import { lazy } from "./views/lazy.tsx";
import { Share } from "./views/share.tsx";
import { Tabs, view } from "./views/tabs.tsx";

// Asked for at once, but apart: sliders do not wait for what draws.
const loading = import("./figures/figures.tsx");
const Figures = lazy(() => loading.then((module) => module.Figures));
const MapView = lazy(() => import("./views/map.tsx").then((module) => module.default));
const ModelView = lazy(() => import("./views/model.tsx").then((module) => module.default));

export function Page() {
  return (
    <>
      <a class="skip" href="#results">
        Skip to the results
      </a>
      <Header />
      <main class={`is-${view.value}`}>
        <aside class="controls" aria-label="Model and parameters">
          <Presets />
          <Sliders />
        </aside>
        <div class="results" id="results" tabIndex={-1} aria-busy={isRunning.value}>
          <Status />
          <div id="view" class="view" role="tabpanel" aria-labelledby={`tab-${view.value}`}>
            {view.value === "run" && <Run />}
            {view.value === "map" && <MapView />}
            {view.value === "model" && <ModelView />}
          </div>
        </div>
      </main>
      <footer>
        After Pyhäranta, Alipour, Rezakhani, Ala-Nissila,{" "}
        <cite>Correlation-Enabled Energy Exchange in Quantum Systems without External Driving</cite> (2021). Energies,
        times and temperatures with ħ = k<sub>B</sub> = 1. Computed in this page by <b>lindblad</b>; licences of{" "}
        <a href="./licences.md">what the page</a> and <a href="./licences-of-workers.md">what its workers</a> contain.
      </footer>
    </>
  );
}

function Run() {
  return (
    <>
      <Story />
      <Scrubber />
      <Figures>
        <Verdict />
      </Figures>
      <Warnings />
    </>
  );
}

function Header() {
  return (
    <header class="top">
      <h1>
        lindblad <span>playground</span>
      </h1>
      <Tabs />
      <div class="actions">
        <Downloads />
        <Share />
        <button
          type="button"
          onClick={toggleTheme}
          aria-label={`Use ${theme.value === "dark" ? "light" : "dark"} colours`}
        >
          {theme.value === "dark" ? "☀" : "☾"}
        </button>
      </div>
    </header>
  );
}

/** Whether there is room for words beside the figures. */
const isWide = matchMedia("(min-width: 900px)").matches;

/** Of a description that is as long as a book the beginning. */
const MOST_WORDS = 4000;
const shortened = (text: string): string => (text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS)}…` : text);

function Presets() {
  const current = source.value;
  return (
    <div class="presets">
      <label for="preset">Model</label>
      <select
        id="preset"
        value={current.id ?? ""}
        onInput={(event) => {
          const preset = PRESETS.find(({ id }) => id === event.currentTarget.value);
          if (preset) openPreset(preset);
        }}
      >
        {current.id === undefined && <option value="">{current.title}</option>}
        {PRESETS.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      {current.model.description && (
        <details class="about" open={isWide}>
          <summary>About this model</summary>
          <p>
            <Subscripts>{greek(shortened(current.model.description))}</Subscripts>
          </p>
        </details>
      )}
    </div>
  );
}

/** Progress of a long run, and what went wrong. */
function Status() {
  const share = progress.value;
  return (
    <div class="status">
      {share !== undefined && (
        <div class="progress">
          <label>
            Computing
            <progress value={share} max={1} />
          </label>
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        </div>
      )}
      <div role="status">{isOpening.value && <p class="note">Opening the model of the link…</p>}</div>
      <div role="alert">
        {[refusal.value, problem.value?.message]
          .filter((message) => message !== undefined)
          .map((message) => (
            <p class="problem" key={message}>
              {message}
            </p>
          ))}
      </div>
    </div>
  );
}

const MOST_WARNINGS = 20;

function Warnings() {
  const warnings = run.value?.warnings ?? [];
  if (warnings.length === 0) return null;
  return (
    <ul class="warnings" aria-label="Warnings">
      {warnings.slice(0, MOST_WARNINGS).map((warning) => (
        <li key={warning}>{warning}</li>
      ))}
      {warnings.length > MOST_WARNINGS && <li>And {warnings.length - MOST_WARNINGS} more.</li>}
    </ul>
  );
}
