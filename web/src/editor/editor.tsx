/**
 * An editor for model files, with what is wrong in them and where.
 * @module
 */
import type { Format, Model } from "lindblad/model";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Checked, Problem } from "./check.ts";
import "./editor.css";
import { jsonText } from "./json-text.ts";
import { Field, type Theme } from "./view.ts";

export interface EditorProps {
  /** What is in the editor at first. Another text takes its place, unless the reader has written into it: then it is offered. */
  readonly text: string;
  readonly format: Format;
  readonly theme: Theme;
  /** `checkText`, in a worker. */
  readonly check: (text: string, format: Format) => Promise<Checked>;
  /** @param written the text that the model was read from */
  readonly onRun: (file: unknown, model: Model, written: Written) => void;
  /** What was written and not run when the editor was left the last time: it stands there instead of `text`. */
  readonly draft: Draft | undefined;
  /** The editor is left. */
  readonly onLeave: (draft: Draft | undefined) => void;
}

/** A text, and how it is to be read. */
export interface Written {
  readonly text: string;
  readonly format: Format;
}

export interface Draft extends Written {
  /** The `text` of the page that it was written over. */
  readonly over: string;
}

/** Largest file that is opened, in bytes. */
const MAX_FILE = 1_048_576;
/** Milliseconds after the last key until the text is checked. */
const PAUSE = 300;

/** What is known of the text. */
type State =
  | { readonly kind: "checking" }
  | { readonly kind: "right"; readonly model: Model }
  | { readonly kind: "wrong"; readonly problems: readonly Problem[] }
  /** A check or a file failed. */
  | { readonly kind: "failed"; readonly message: string };

export function Editor({ text, format: given, theme, check, onRun, draft, onLeave }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const field = useRef<Field>(undefined);
  const [format, setFormat] = useState(draft?.format ?? given);
  const [state, setState] = useState<State>({ kind: "checking" });
  /** Whether there is another text to be taken. */
  const [isBehind, setIsBehind] = useState(false);
  /** The text that was given last and taken; as it stands in the field, which has line ends of its own. */
  const taken = useRef(draft?.over ?? text);
  const held = useRef(taken.current);
  const latest = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** Callbacks of the text field, which is made once, get at what is of now. */
  const now = useRef({ check, onRun, onLeave, format });
  now.current = { check, onRun, onLeave, format };

  const look = useCallback(async (): Promise<Checked | undefined> => {
    clearTimeout(timer.current);
    latest.current += 1;
    const own = latest.current;
    setState({ kind: "checking" });
    try {
      const checked = await now.current.check(field.current!.text, now.current.format);
      if (own !== latest.current) return undefined;
      const problems = "problems" in checked ? checked.problems : [];
      field.current?.show(problems);
      setState("problems" in checked ? { kind: "wrong", problems } : { kind: "right", model: checked.model });
      return checked;
    } catch (error) {
      if (own === latest.current) setState({ kind: "failed", message: (error as Error).message });
      return undefined;
    }
  }, []);

  const run = useCallback(async () => {
    const written = { text: field.current!.text, format: now.current.format };
    const checked = await look();
    if (checked === undefined) return;
    if ("problems" in checked) {
      field.current?.goTo(checked.problems[0]!);
      return;
    }
    // the page's from now on
    held.current = written.text;
    now.current.onRun(checked.file, checked.model, written);
  }, [look]);

  /** Why a file was not opened; a check of the text, which is as it was, does not take its place. */
  const refuse = useCallback((message: string) => {
    clearTimeout(timer.current);
    latest.current += 1;
    setState({ kind: "failed", message });
  }, []);

  const open = useCallback(async (file: File) => {
    if (file.size > MAX_FILE) {
      refuse(`${file.name} has ${file.size} bytes; this editor takes files of up to ${MAX_FILE}.`);
      return;
    }
    try {
      const content = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      setFormat(/\.ya?ml$/i.test(file.name) ? "yaml" : "json");
      field.current!.text = content;
    } catch {
      refuse(`${file.name} could not be read as text in UTF-8.`);
    }
  }, []);

  useEffect(() => {
    const later = () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(look, PAUSE);
    };
    const content = draft?.text ?? text;
    const options = { text: content, format, theme, label: "Model file", onChange: later, onRun: run, onFile: open };
    field.current = new Field(host.current!, options);
    return () => {
      clearTimeout(timer.current);
      latest.current += 1;
      const { text: left } = field.current!;
      const isWritten = left !== held.current;
      now.current.onLeave(isWritten ? { text: left, format: now.current.format, over: taken.current } : undefined);
      field.current?.destroy();
      field.current = undefined;
    };
    // once: what changes is set below
  }, []);
  useEffect(() => {
    field.current!.theme = theme;
  }, [theme]);
  const take = () => {
    setIsBehind(false);
    setFormat(given);
    field.current!.text = text;
    taken.current = text;
    held.current = field.current!.text;
  };
  useEffect(() => {
    const now = field.current!.text;
    if (now === held.current || now === text) take();
    else setIsBehind(text !== taken.current);
  }, [given, text]);
  useEffect(() => {
    field.current!.format = format;
    void look();
  }, [format, look]);

  const tidy = async () => {
    const checked = await look();
    if (checked === undefined) return;
    const [fault] = "problems" in checked ? checked.problems : [];
    // of a key that stands twice the text would lose one; what is no JSON is not known at all
    if (fault?.path === "$") field.current?.goTo(fault);
    else if (field.current) field.current.text = jsonText(JSON.parse(field.current.text));
  };
  const choose = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    // the same file may be chosen again
    input.value = "";
    if (file !== undefined) void open(file);
  };

  return (
    <section class={`editor is-${theme}`} aria-label="Editor of the model">
      <div class="editor-bar">
        <button type="button" class="is-main" onClick={() => void run()} title="Ctrl+Enter or Cmd+Enter">
          Run
        </button>
        <label>
          Notation{" "}
          <select value={format} onChange={(event) => setFormat(event.currentTarget.value as Format)}>
            <option value="json">JSON</option>
            <option value="yaml">YAML</option>
          </select>
        </label>
        <button type="button" onClick={() => void tidy()} disabled={format !== "json"}>
          Format
        </button>
        <button type="button" onClick={() => picker.current!.click()}>
          Open a file…
        </button>
        <input
          ref={picker}
          type="file"
          accept=".json,.yaml,.yml"
          hidden
          aria-label="Model file to open"
          onChange={choose}
        />
      </div>
      <div class="editor-behind" role="status">
        {isBehind && (
          <>
            The page's model has changed since; what is written here is kept.{" "}
            <button type="button" onClick={take}>
              Take the page's model
            </button>
          </>
        )}
      </div>
      <div ref={host} class="editor-field" />
      <div class="editor-state" aria-live="polite">
        <StateInWords
          state={state}
          placeOf={(offset) => field.current!.placeOf(offset)}
          onGo={(problem) => field.current?.goTo(problem)}
        />
      </div>
      <p class="editor-help">
        Ctrl+Enter (on a Mac ⌘+Enter) runs the model, Ctrl+Space completes, F8 goes to the problem, Tab leaves the text.
        A file can be dropped here.
      </p>
    </section>
  );
}

interface StateProps {
  readonly state: State;
  readonly placeOf: (offset: number) => { line: number; column: number };
  readonly onGo: (problem: Problem) => void;
}

function StateInWords({ state, placeOf, onGo }: StateProps) {
  switch (state.kind) {
    case "checking":
      return <p>Checking…</p>;
    case "failed":
      return <p role="alert">{state.message}</p>;
    case "right": {
      const { kind, parameters } = state.model;
      const count = Object.keys(parameters).length;
      return (
        <p>
          The {kind} model is right; it has {count === 1 ? "one parameter" : `${count} parameters`}.
        </p>
      );
    }
    default:
      return (
        <ul>
          {state.problems.map((problem) => {
            const { line, column } = placeOf(problem.from);
            return (
              <li key={`${problem.from} ${problem.message}`}>
                <button type="button" onClick={() => onGo(problem)}>
                  Line {line}, column {column}
                </button>{" "}
                <code>{problem.path}</code>: {problem.message}
              </li>
            );
          })}
        </ul>
      );
  }
}
