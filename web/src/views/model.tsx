/**
 * The model's file, to be read and changed.
 * @module
 */
import { signal, useComputed } from "@preact/signals";
import { makeCheck } from "../editor/checker.ts";
import { type Draft, Editor, type Written } from "../editor/editor.tsx";
import { jsonText } from "../editor/json-text.ts";
import { duration, file, openModel, overrides, source } from "../state.ts";
import { theme } from "../theme.ts";
import { view } from "./tabs.tsx";

/** What the reader wrote, comments and notation, and the file that was read from it. */
const kept = signal<(Written & { readonly file: object }) | undefined>(undefined);
/** What was written and not run: it is there when the reader comes back. */
let draft: Draft | undefined;

const check = makeCheck();

export default function ModelView() {
  const content = useComputed<Written>(() => {
    const isMoved = Object.keys(overrides.value).length > 0 || duration.value !== undefined;
    return kept.value && kept.value.file === source.value.file && !isMoved
      ? kept.value
      : { text: jsonText(file.value), format: "json" };
  });
  return (
    <Editor
      text={content.value.text}
      format={content.value.format}
      theme={theme.value}
      check={check}
      draft={draft}
      onLeave={(left) => {
        draft = left;
      }}
      onRun={(own, model, written) => {
        kept.value = { ...written, file: own as object };
        openModel(own as object, model);
        view.value = "run";
      }}
    />
  );
}
