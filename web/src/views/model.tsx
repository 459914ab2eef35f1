/**
 * The model's file, to be read and changed.
 * @module
 */
import { useComputed } from "@preact/signals";
import { check } from "../editor/checker.ts";
import { Editor } from "../editor/editor.tsx";
import { jsonText } from "../editor/json-text.ts";
import { file, openModel } from "../state.ts";
import { theme } from "../theme.ts";
import { view } from "./tabs.tsx";

export default function ModelView() {
  const text = useComputed(() => jsonText(file.value));
  return (
    <Editor
      text={text.value}
      format="json"
      theme={theme.value}
      check={check}
      onRun={(written, model) => {
        openModel(written as object, model);
        view.value = "run";
      }}
    />
  );
}
