/**
 * Parts of the page that are loaded when they are first shown.
 * @module
 */
import { useSignal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";

/** A component that stands in for another one while that is being loaded. */
export function lazy<Props extends object>(load: () => Promise<FunctionComponent<Props>>): FunctionComponent<Props> {
  let loaded: FunctionComponent<Props> | undefined;
  return function Lazy(props: Props) {
    const isLoaded = useSignal(loaded !== undefined);
    const failure = useSignal<string | undefined>(undefined);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (found) => {
          loaded = found;
          isLoaded.value = true;
        },
        (error: Error) => {
          failure.value = error.message;
        },
      );
    }, []);
    const Component = isLoaded.value ? loaded : undefined;
    if (Component) return <Component {...props} />;
    return <p class="note">{failure.value ? `This part could not be loaded: ${failure.value}` : "Loading…"}</p>;
  };
}
