/**
 * The worker that writes files of numbers: millions of them take seconds.
 * @module
 */
import { problemOf } from "../solver/problem.ts";
import { csvText, npzBytes } from "./contents.ts";
import type { FileAnswer, FileRequest } from "./protocol.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<FileRequest>) => void) | null;
  postMessage(answer: FileAnswer, transfer?: Transferable[]): void;
};

scope.onmessage = ({ data: { kind, run } }) => {
  try {
    if (kind === "csv") {
      scope.postMessage({ content: csvText(run) });
      return;
    }
    const content = npzBytes(run);
    scope.postMessage({ content }, [content.buffer]);
  } catch (error) {
    scope.postMessage({ error: problemOf(error).message });
  }
};
