/**
 * The sliders of the model that is shown.
 * @module
 */

import { numbersOf } from "../presets.ts";
import { duration, lastTime, numbers, setParameters, source } from "../state.ts";
import { Slider } from "./slider.tsx";

export function Sliders() {
  const { controls, model } = source.value;
  const parameters = numbers.value;
  const last = lastTime.value;
  const given = Array.isArray(model.times) ? undefined : model.times;
  const from = Number(given?.from);
  const length = Number(given?.to) - from;
  const left = source.value.id === undefined ? numbersOf(model).length - controls.length : 0;
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
            range={{ min: from + length / 20, max: from + 3 * length }}
            onInput={(value) => {
              duration.value = value;
            }}
          />
        )}
        {left > 0 && <p class="note">{left} more are in the model's file.</p>}
      </div>
    </details>
  );
}
