/**
 * Files of the model and of its run.
 * @module
 */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { file, run, source } from "../state.ts";

type Files = typeof import("../files/files.ts");

/** What there is, with the end of its name. */
const KINDS: readonly {
  readonly name: string;
  readonly suffix: string;
  readonly make: (files: Files) => Promise<Blob>;
}[] = [
  {
    name: "Model file (JSON), for the command line",
    suffix: "json",
    make: async ({ modelFile }) => modelFile(file.value),
  },
  { name: "Series (CSV)", suffix: "csv", make: ({ csvFile }) => csvFile(run.value!) },
  { name: "Series and states (npz), for numpy", suffix: "npz", make: ({ npzFile }) => npzFile(run.value!) },
];

export function Downloads() {
  const menu = useRef<HTMLDetailsElement>(null);
  const failure = useSignal("");
  const download = async ({ suffix, make }: (typeof KINDS)[number]) => {
    failure.value = "";
    try {
      const files = await import("../files/files.ts");
      files.save(await make(files), files.fileName(run.value?.name ?? source.value.title, suffix));
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
            key={kind.suffix}
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
