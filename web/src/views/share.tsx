/**
 * The button that makes a link of the model, with all that was changed on the page.
 * @module
 */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { file } from "../state.ts";

export function Share() {
  const dialog = useRef<HTMLDialogElement>(null);
  const link = useSignal("");
  const message = useSignal("");
  const open = async () => {
    link.value = "";
    message.value = "";
    dialog.current!.showModal();
    try {
      const { encodeModel } = await import("../share/link.ts");
      const fragment = await encodeModel(file.value);
      history.replaceState(null, "", fragment);
      link.value = location.href;
    } catch (error) {
      message.value = (error as Error).message;
    }
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link.value);
      message.value = "Copied.";
    } catch {
      message.value = "This page may not write to the clipboard: the link is selected, copy it.";
      dialog.current!.querySelector("input")?.select();
    }
  };
  return (
    <>
      <button type="button" onClick={open}>
        Share
      </button>
      <dialog ref={dialog} class="share" aria-labelledby="share-title">
        <h2 id="share-title">A link to this model</h2>
        <p>The whole model is in the link, with the parameters as they are now. It is sent to no server.</p>
        <div class="row">
          <input
            type="text"
            readOnly
            aria-label="Link"
            value={link.value}
            onFocus={(event) => event.currentTarget.select()}
          />
          <button type="button" onClick={copy} disabled={link.value === ""}>
            Copy
          </button>
        </div>
        <p role="status">{message.value}</p>
        <button type="button" onClick={() => dialog.current!.close()}>
          Close
        </button>
      </dialog>
    </>
  );
}
