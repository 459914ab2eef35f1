/**
 * What a map is of, to be chosen.
 * @module
 */
import { useState } from "preact/hooks";
import { digits, numberIn } from "../text.tsx";
import { type Choice, ENDINGS, type Ending, type MapParameter, plain, type Range, rangeOf } from "./choice.ts";
import { MOST } from "./grid.ts";
import type { Names } from "./protocol.ts";

interface ChoicesProps {
  readonly choice: Choice;
  readonly setChoice: (change: (choice: Choice) => Choice) => void;
  readonly parameters: readonly MapParameter[];
  readonly axes: { readonly x: MapParameter; readonly y: MapParameter };
  readonly names: Names | undefined;
  readonly quantity: { readonly quantity: string; readonly ending: Ending | undefined } | undefined;
}

export function Choices({ choice, setChoice, parameters, axes, names, quantity }: ChoicesProps) {
  const setRange = (name: string, range: Partial<Range>) =>
    setChoice((now) => ({ ...now, ranges: { ...now.ranges, [name]: { ...now.ranges[name], ...range } } }));
  // one parameter cannot be on both axes: the two change places
  const setAxis = (axis: "x" | "y", name: string) => {
    const other = axis === "x" ? "y" : "x";
    const swapped = axes[other].name === name ? axes[axis].name : axes[other].name;
    setChoice((now) => ({ ...now, [axis]: name, [other]: swapped }));
  };
  return (
    <div class="map-choices">
      <fieldset class="map-what">
        <legend>What</legend>
        <label>
          Quantity
          <select
            value={quantity?.quantity}
            onChange={(event) => {
              const chosen = event.currentTarget.value;
              setChoice((now) => ({ ...now, quantity: chosen }));
            }}
          >
            <optgroup label="Over time">
              {names?.series.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </optgroup>
            <optgroup label="Of the whole run">
              {names?.scalars.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </optgroup>
          </select>
        </label>
        <label>
          Value
          <select
            value={quantity?.ending ?? "end"}
            disabled={quantity?.ending === undefined}
            onChange={(event) => {
              const ending = event.currentTarget.value as Ending;
              setChoice((now) => ({ ...now, ending }));
            }}
          >
            {Object.entries(ENDINGS).map(([ending, { name }]) => (
              <option key={ending} value={ending}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </fieldset>
      {(["x", "y"] as const).map((axis) => (
        <AxisChoice
          key={axis}
          title={axis === "x" ? "Across" : "Up"}
          parameters={parameters}
          parameter={axes[axis]}
          range={rangeOf(choice, axes[axis])}
          onName={(name) => setAxis(axis, name)}
          onRange={(range) => setRange(axes[axis].name, range)}
        />
      ))}
    </div>
  );
}

interface AxisChoiceProps {
  readonly title: string;
  readonly parameters: readonly MapParameter[];
  readonly parameter: MapParameter;
  readonly range: Range;
  readonly onName: (name: string) => void;
  readonly onRange: (range: Partial<Range>) => void;
}

function AxisChoice({ title, parameters, parameter, range, onName, onRange }: AxisChoiceProps) {
  return (
    <fieldset>
      <legend>{title}</legend>
      <label>
        Parameter
        <select value={parameter.name} onChange={(event) => onName(event.currentTarget.value)}>
          {parameters.map(({ name, label }) => (
            <option key={name} value={name}>
              {plain(label)}
            </option>
          ))}
        </select>
      </label>
      <NumberChoice
        label="from"
        value={range.from}
        isRight={(from) => from < range.to}
        wrong={`Expected a number below ${digits(range.to)}.`}
        onChange={(from) => onRange({ from })}
      />
      <NumberChoice
        label="to"
        value={range.to}
        isRight={(to) => to > range.from}
        wrong={`Expected a number above ${digits(range.from)}.`}
        onChange={(to) => onRange({ to })}
      />
      <NumberChoice
        label="points"
        isWhole
        value={range.count}
        isRight={(count) => Number.isInteger(count) && count >= 2 && count <= MOST}
        wrong={`Expected a whole number from 2 to ${MOST}.`}
        onChange={(count) => onRange({ count })}
      />
    </fieldset>
  );
}

interface NumberProps {
  readonly label: string;
  readonly isWhole?: boolean;
  readonly value: number;
  readonly isRight: (value: number) => boolean;
  /** What is said of a number that is not right. */
  readonly wrong: string;
  readonly onChange: (value: number) => void;
}

/** A number is taken when it is complete: on Enter, or when the field is left. */
function NumberChoice({ label, isWhole, value, isRight, wrong, onChange }: NumberProps) {
  // what is being written stays while the map around it is drawn again
  const [draft, setDraft] = useState<string>();
  return (
    <label>
      {label}
      <input
        type="text"
        // the keys for decimal numbers have no minus sign on some telephones
        inputMode={isWhole ? "numeric" : "text"}
        autocomplete="off"
        value={draft ?? String(Number(value.toPrecision(5)))}
        onInput={(event) => {
          event.currentTarget.setCustomValidity("");
          setDraft(event.currentTarget.value);
        }}
        onChange={(event) => {
          const input = event.currentTarget;
          const entered = numberIn(input.value);
          if (Number.isFinite(entered) && isRight(entered)) {
            onChange(entered);
            setDraft(undefined);
            return;
          }
          input.setCustomValidity(wrong);
          input.reportValidity();
        }}
      />
    </label>
  );
}
