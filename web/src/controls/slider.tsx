/**
 * A parameter: a slider and its number.
 * @module
 */
import { useEffect, useId, useRef } from "preact/hooks";
import type { Range } from "../presets.ts";
import { digits, numberIn, Subscripts } from "../text.tsx";

interface Props {
  readonly label: string;
  readonly meaning: string;
  readonly value: number;
  readonly range: Range;
  readonly integer?: boolean | undefined;
  readonly onInput: (value: number) => void;
}

/** Steps of a slider over its range: finer than its pixels. */
const STEPS = 400;

export function Slider({ label, meaning, value, range, integer, onInput }: Props) {
  const id = useId();
  const { min, max } = range;
  const step = integer ? 1 : (max - min) / STEPS;
  return (
    <div class="slider">
      <label for={id}>
        <Subscripts>{label}</Subscripts>
        <span class="meaning">{meaning}</span>
      </label>
      <NumberField {...{ label, value, range, integer, onInput }} />
      <div class="track">
        <span class="end" aria-hidden="true">
          {digits(min, 3)}
        </span>
        <input
          id={id}
          type="range"
          min={0}
          max={integer ? max - min : STEPS}
          step={1}
          value={(value - min) / step}
          aria-valuetext={digits(value)}
          onInput={(event) => {
            const moved = Number((min + Number(event.currentTarget.value) * step).toPrecision(6));
            onInput(Math.min(max, Math.max(min, moved)));
          }}
        />
        <span class="end" aria-hidden="true">
          {digits(max, 3)}
        </span>
      </div>
    </div>
  );
}

type FieldProps = Omit<Props, "meaning">;

/** Text while it is edited; what is no number, or out of range, is marked and not taken. */
function NumberField({ label, value, range, integer, onInput }: FieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const input = field.current!;
    if (document.activeElement === input && numberIn(input.value) === value) return;
    if (document.activeElement !== input || input.validity.valid) input.value = String(Number(value.toPrecision(6)));
    input.setCustomValidity("");
  }, [value]);
  const take = (input: HTMLInputElement) => {
    const entered = numberIn(input.value);
    const fault = faultOf(entered, range, integer);
    input.setCustomValidity(fault);
    // the ends of the range are written in six digits, which may lie outside
    if (fault === "") onInput(Math.min(range.max, Math.max(range.min, entered)));
  };
  return (
    <input
      ref={field}
      class="number"
      type="text"
      // the keys for decimal numbers have no minus sign on some telephones
      inputMode={range.min < 0 ? "text" : "decimal"}
      autocomplete="off"
      spellcheck={false}
      aria-label={`${label.replace("_", " ")}, as a number`}
      onInput={(event) => take(event.currentTarget)}
      onBlur={(event) => {
        const input = event.currentTarget;
        if (!input.validity.valid) input.reportValidity();
        input.setCustomValidity("");
        input.value = String(Number(value.toPrecision(6)));
      }}
    />
  );
}

/** Share of a range that is rounding of its ends. */
const ROUNDING = 1e-5;

function faultOf(entered: number, { min, max }: Range, integer: boolean | undefined): string {
  if (!Number.isFinite(entered)) return "Expected a number.";
  const slack = ROUNDING * (max - min);
  if (entered < min - slack || entered > max + slack)
    return `Expected a number from ${digits(min, 6)} to ${digits(max, 6)}.`;
  return integer && !Number.isInteger(entered) ? "Expected a whole number." : "";
}
