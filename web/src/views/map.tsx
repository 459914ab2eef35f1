/**
 * The map over two parameters, with the run of the point that was taken.
 * @module
 */
import { useComputed } from "@preact/signals";
import { Energies } from "../figures/figures.tsx";
import { SweepMap } from "../map/map.tsx";
import { model, numbers, setParameters, source } from "../state.ts";
import { Story } from "../story.tsx";
import { theme } from "../theme.ts";

export default function MapView() {
  const isBipartite = source.value.model.kind === "bipartite";
  const parameters = useComputed(() => {
    const now = numbers.value;
    return source.value.controls.map(({ name, label, integer, range }) => ({
      ...{ name, label, integer },
      value: now[name]!,
      ...range(now),
    }));
  });
  return (
    <>
      <Story />
      <SweepMap model={model.value} parameters={parameters.value} theme={theme.value} onPick={setParameters} />
      {isBipartite && <Energies />}
    </>
  );
}
