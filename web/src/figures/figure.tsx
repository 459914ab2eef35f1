/**
 * A figure in its frame: drawn anew when what it shows changes, while it is on the screen.
 * @module
 */
import type { FigureOptions } from "@lindblad/plot";
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { theme } from "../theme.ts";
import { forget, paint } from "./painter.ts";
import { SaveButtons } from "./save.tsx";

interface Props<Input> {
  readonly title: string;
  /** What is drawn; read as signals are, so that the figure follows. Undefined: nothing yet. */
  readonly input: () => Input | undefined;
  readonly draw: (input: Input, options: FigureOptions) => SVGSVGElement;
  /** What may change without drawing anew: called after every drawing, too. */
  readonly adjust?: (figure: SVGSVGElement) => void;
  readonly class?: string;
  readonly children?: ComponentChildren;
  /** Beside the title. */
  readonly tools?: ComponentChildren;
}

export function Figure<Input>({ title, input, draw, adjust, children, tools, ...rest }: Props<Input>) {
  const host = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const isVisible = useSignal(false);
  const drawn = useSignal(0);
  const id = useId();
  const value = useComputed(input);
  useEffect(() => {
    const element = host.current!;
    const sizes = new ResizeObserver(([entry]) => {
      width.value = Math.floor(entry!.contentRect.width);
    });
    const views = new IntersectionObserver(
      ([entry]) => {
        isVisible.value = entry!.isIntersecting;
      },
      // a little ahead of scrolling
      { rootMargin: "200px" },
    );
    sizes.observe(element);
    views.observe(element);
    return () => {
      sizes.disconnect();
      views.disconnect();
      forget(element);
    };
  }, []);
  useSignalEffect(() => {
    const options = { document, width: width.value, theme: theme.value };
    const current = value.value;
    const element = host.current!;
    if (current === undefined) {
      // what was drawn is of another model
      forget(element);
      element.replaceChildren();
      element.ariaBusy = "false";
      return;
    }
    if (!isVisible.value || options.width === 0) return;
    element.ariaBusy = "true";
    paint(element, () => {
      element.ariaBusy = "false";
      try {
        // the heading above says it
        element.replaceChildren(draw(current, { ...options, title: "" }));
        drawn.value++;
      } catch (error) {
        element.replaceChildren(`This cannot be drawn: ${(error as Error).message}`);
      }
    });
  });
  useSignalEffect(() => {
    drawn.value;
    const figure = host.current?.firstElementChild;
    if (figure) adjust?.(figure as SVGSVGElement);
  });
  return (
    <section class={`figure ${rest.class ?? ""}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <div class="tools">
          {tools}
          <SaveButtons
            title={title}
            draw={(options) => (value.value === undefined ? undefined : draw(value.value, options))}
          />
        </div>
      </header>
      <div class="drawing" ref={host} />
      {children}
    </section>
  );
}
