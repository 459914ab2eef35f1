/**
 * What the main part of the page shows: figures of a run, a map over parameters, or the model's file.
 * @module
 */
import { signal } from "@preact/signals";

export type View = "run" | "map" | "model";

export const view = signal<View>("run");

const VIEWS: readonly { readonly id: View; readonly name: string }[] = [
  { id: "run", name: "Run" },
  { id: "map", name: "Map" },
  { id: "model", name: "Model file" },
];

export function Tabs() {
  const go = (step: number) => {
    const at = VIEWS.findIndex(({ id }) => id === view.value);
    const next = VIEWS[(at + step + VIEWS.length) % VIEWS.length]!;
    view.value = next.id;
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <div
      role="tablist"
      class="tabs"
      aria-label="Views"
      onKeyDown={(event) => {
        if (event.key === "ArrowRight") go(1);
        else if (event.key === "ArrowLeft") go(-1);
      }}
    >
      {VIEWS.map(({ id, name }) => (
        <button
          key={id}
          id={`tab-${id}`}
          type="button"
          role="tab"
          aria-selected={view.value === id}
          aria-controls="view"
          tabIndex={view.value === id ? 0 : -1}
          onClick={() => {
            view.value = id;
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
