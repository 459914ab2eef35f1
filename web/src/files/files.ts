/**
 * Files to download, each as a Blob; and how the browser is told to save one.
 * @module
 */
import { jsonText } from "../editor/json-text.ts";
import type { Numbers } from "./contents.ts";
import type { FileAnswer, FileRequest } from "./protocol.ts";

export { fileName } from "./contents.ts";

/** Pixels of a PNG for one of the figure's own. */
const SCALE = 2;
/** Milliseconds that a browser may take to begin with a download. */
const KEPT = 60_000;

/** All series as comma-separated values, with a header line. */
export function csvFile(run: Numbers): Promise<Blob> {
  return written("csv", run, "text/csv");
}

/** All series and states for `numpy.load`. */
export function npzFile(run: Numbers): Promise<Blob> {
  return written("npz", run, "application/zip");
}

/** The model's file, which `lindblad run` takes. */
export function modelFile(file: object): Blob {
  return new Blob([jsonText(file)], { type: "application/json" });
}

/** A figure as an SVG file of its own. */
export function svgFile(figure: SVGSVGElement): Blob {
  const text = new XMLSerializer().serializeToString(figure);
  return new Blob([`<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`], { type: "image/svg+xml" });
}

/** A figure as an image, for screens of twice the usual resolution. @throws Error where the browser cannot draw one so large */
export async function pngFile(figure: SVGSVGElement): Promise<Blob> {
  const url = URL.createObjectURL(svgFile(figure));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(SCALE * image.naturalWidth);
    canvas.height = Math.round(SCALE * image.naturalHeight);
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob === null) throw new Error(`This browser draws no image of ${canvas.width} by ${canvas.height} pixels.`);
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Has the browser save a file. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}

/** In a worker of its own, so that the page goes on meanwhile. @throws Error with the reason */
function written(kind: FileRequest["kind"], run: Numbers, type: string): Promise<Blob> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "files" });
  return new Promise<Blob>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FileAnswer>) => {
      if ("content" in data) resolve(new Blob([data.content], { type }));
      else reject(new Error(data.error));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message || "the worker's script could not be loaded"));
    };
    const { times, series, comparisons, states } = run;
    worker.postMessage({ kind, run: { times, series, comparisons, states } } satisfies FileRequest);
  }).finally(() => worker.terminate());
}
