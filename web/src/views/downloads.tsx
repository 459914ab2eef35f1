/**
 * Files of the model and of its run.
 * @module
 */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { file, run, source } from "../state.ts";

/** The model's name may be that of a later one than the run that is shown has. */
const nameOfModel = () => source.value.model.name ?? source.value.title;
const nameOfRun = () => run.value?.name;

/** What there is, with its name and the end of it; what makes it is loaded when it is wanted. */
const KINDS = [
  {
    name: "Model file (JSON), for the command line",
    ending: "json",
    nameOf: nameOfModel,
    make: async () => (await import("../files/files.ts")).modelFile(file.value),
  },
  {
    name: "Series (CSV)",
    ending: "csv",
    nameOf: nameOfRun,
    make: async () => (await import("../files/files.ts")).csvFile(run.value!),
  },
  {
    name: "Series and states (npz), for numpy",
    ending: "npz",
    nameOf: nameOfRun,
    make: async () => (await import("../files/files.ts")).npzFile(run.value!),
  },
] as const;

export function Downloads() {
  const menu = useRef<HTMLDetailsElement>(null);
  const failure = useSignal("");
  const download = async ({ ending, nameOf, make }: (typeof KINDS)[number]) => {
    failure.value = "";
    try {
      const blob = await make();
      const { fileName, save } = await import("../files/files.ts");
      save(blob, fileName(nameOf(), ending));
      menu.current!.open = false;
    } catch (error) {
      failure.value = (error as Error).message;
    }
  };
  return (
    <details
      ref={menu}
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        menu.current!.open = false;
        menu.current!.querySelector("summary")!.focus();
      }}
    >
      <summary class="menu-title">Download</summary>
      <div class="menu-items">
        {KINDS.map((kind) => (
          <button
            key={kind.ending}
            type="button"
            disabled={run.value === undefined}
            onClick={() => void download(kind)}
          >
            {kind.name}
          </button>
        ))}
        <p role="status">{failure.value}</p>
      </div>
    </details>
  );
}
