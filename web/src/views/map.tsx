/**
 * The map over two parameters of the page's model.
 * @module
 */
import { batch, useComputed } from "@preact/signals";
import { SweepMap } from "../map/map.tsx";
import { model, numbers, setParameter, source } from "../state.ts";
import { theme } from "../theme.ts";

export default function MapView() {
  const parameters = useComputed(() =>
    source.value.controls.map(({ name, label, range, integer }) => ({
      ...{ name, label, integer, value: numbers.value[name]! },
      ...range(numbers.value),
    })),
  );
  const { id, title } = source.value;
  return (
    <SweepMap
      // choices are of a model
      key={id ?? title}
      model={model.value}
      parameters={parameters.value}
      theme={theme.value}
      onPick={(values) =>
        batch(() => {
          for (const [name, value] of Object.entries(values)) setParameter(name, value);
        })
      }
    />
  );
}
