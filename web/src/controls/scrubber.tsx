/**
 * The time that the figures show.
 * @module
 */
import { useSignal, useSignalEffect } from "@preact/signals";
import { at, run, shown } from "../state.ts";
import { digits } from "../text.tsx";

/** Seconds from the first time to the last, when it plays. */
const SECONDS = 6;

export function Scrubber() {
  const playing = useSignal(false);
  useSignalEffect(() => {
    if (!playing.value) return undefined;
    let frame = 0;
    let last = performance.now();
    const begin = shown.peek();
    const count = run.peek()?.times.length ?? 1;
    let position = begin >= count - 1 ? 0 : begin;
    const step = (now: number) => {
      const times = run.peek()?.times.length ?? 1;
      // a frame may have begun before the button was pressed
      position += (Math.max(0, now - last) / (1000 * SECONDS)) * (times - 1);
      last = now;
      at.value = Math.min(Math.floor(position), times - 1);
      if (position >= times - 1) playing.value = false;
      else frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  });
  const view = run.value;
  if (view === undefined) return null;
  const last = view.times.length - 1;
  const time = digits(view.times[shown.value]!);
  return (
    <div class="scrubber">
      <button
        type="button"
        class="play"
        aria-label={playing.value ? "Pause" : "Play"}
        onClick={() => {
          playing.value = !playing.value;
        }}
      >
        {playing.value ? "❚❚" : "▶"}
      </button>
      <input
        type="range"
        aria-label="Time that the figures show"
        aria-valuetext={`t = ${time}`}
        min={0}
        max={last}
        step={1}
        value={shown.value}
        onInput={(event) => {
          playing.value = false;
          const index = Number(event.currentTarget.value);
          // The last stays the last, whatever number it gets.
          at.value = index === last ? Number.POSITIVE_INFINITY : index;
        }}
      />
      <output>t = {time}</output>
    </div>
  );
}
