/**
 * The sliders of the model that is shown.
 * @module
 */
import { duration, lastTime, numbers, setParameters, source } from "../state.ts";
import { Slider } from "./slider.tsx";

export function Sliders() {
  const { controls, model } = source.value;
  const parameters = numbers.value;
  const last = lastTime.value;
  const given = Array.isArray(model.times) ? undefined : model.times;
  return (
    <details class="sliders" open>
      <summary>Parameters</summary>
      <div class="list">
        {controls.map(({ name, label, meaning, range, integer }) => (
          <Slider
            key={name}
            {...{ label, meaning, integer }}
            value={parameters[name]!}
            range={range(parameters)}
            onInput={(value) => setParameters({ [name]: value })}
          />
        ))}
        {last !== undefined && given && (
          <Slider
            label="t_end"
            meaning="the last time"
            value={last}
            range={{ min: Number(given.to) / 20, max: 3 * Number(given.to) }}
            onInput={(value) => {
              duration.value = value;
            }}
          />
        )}
      </div>
    </details>
  );
}
