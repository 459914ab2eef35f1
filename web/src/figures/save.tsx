/**
 * The buttons that save a figure as a file.
 * @module
 */
import type { FigureOptions } from "@lindblad/plot";
import { useSignal } from "@preact/signals";
import { theme } from "../theme.ts";

/** Width of a figure in a file, whatever it has on the page. */
const WIDTH = 640;
const KINDS = ["SVG", "PNG"] as const;

interface Props {
  readonly title: string;
  /** Undefined while there is nothing to draw. */
  readonly draw: (options: FigureOptions) => SVGSVGElement | undefined;
}

export function SaveButtons({ title, draw }: Props) {
  const failure = useSignal("");
  const download = async (kind: (typeof KINDS)[number]) => {
    failure.value = "";
    try {
      const figure = draw({ document, width: WIDTH, theme: theme.value });
      if (figure === undefined) return;
      const { fileName, pngFile, save, svgFile } = await import("../files/files.ts");
      save(kind === "SVG" ? svgFile(figure) : await pngFile(figure), fileName(title, kind.toLowerCase()));
    } catch (error) {
      failure.value = (error as Error).message;
    }
  };
  return (
    <>
      {KINDS.map((kind) => (
        <button
          key={kind}
          type="button"
          class="small"
          aria-label={`${title} as ${kind}`}
          onClick={() => void download(kind)}
        >
          {kind}
        </button>
      ))}
      {failure.value && <span role="alert">{failure.value}</span>}
    </>
  );
}
