/**
 * The text field: CodeMirror with what model files need. It lives in a shadow root, where its styles are adopted sheets: in the page itself they
 * would be a style element, which the page's Content-Security-Policy forbids.
 * @module
 */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, nextDiagnostic, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Format } from "lindblad/model";
import type { Problem } from "./check.ts";
import { completionIn } from "./completion.ts";

export type Theme = "light" | "dark";

export interface FieldOptions {
  readonly text: string;
  readonly format: Format;
  readonly theme: Theme;
  /** What the field is called for those who do not see it. */
  readonly label: string;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly onFile: (file: File) => void;
}

/** The text field of the editor. */
export class Field {
  readonly #view: EditorView;
  readonly #format = new Compartment();
  readonly #theme = new Compartment();

  /** @param host an element that has nothing in it */
  constructor(host: HTMLElement, options: FieldOptions) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    this.#view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({ doc: options.text, extensions: this.#extensions(options) }),
    });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Another text in place of the one there is; one can go back to that. */
  set text(text: string) {
    if (text === this.text) return;
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  set format(format: Format) {
    this.#view.dispatch({ effects: this.#format.reconfigure(languageOf(format)) });
  }

  set theme(theme: Theme) {
    this.#view.dispatch({ effects: this.#theme.reconfigure(themeOf(theme)) });
  }

  /** Marks problems in the text and beside it. */
  show(problems: readonly Problem[]): void {
    const { length } = this.#view.state.doc;
    const diagnostics = problems.map(({ from, to, message, path }): Diagnostic => {
      const within = (offset: number) => Math.min(offset, length);
      return { from: within(from), to: within(to), severity: "error", message, source: path };
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }

  /** Puts the cursor to a problem. */
  goTo({ from, to }: Pick<Problem, "from" | "to">): void {
    const { length } = this.#view.state.doc;
    const selection = { anchor: Math.min(from, length), head: Math.min(to, length) };
    this.#view.dispatch({ selection, scrollIntoView: true });
    this.#view.focus();
  }

  /** 1-based line and column of an offset. */
  placeOf(offset: number): { line: number; column: number } {
    const { doc } = this.#view.state;
    const { number, from } = doc.lineAt(Math.min(offset, doc.length));
    return { line: number, column: Math.min(offset, doc.length) - from + 1 };
  }

  destroy(): void {
    this.#view.destroy();
  }

  #extensions({ format, theme, label, onChange, onRun, onFile }: FieldOptions): Extension {
    const run = () => {
      onRun();
      return true;
    };
    const drop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return false;
      event.preventDefault();
      onFile(file);
      return true;
    };
    return [
      // before Mod-Enter of the usual keys, which opens a line
      Prec.highest(keymap.of([{ key: "Mod-Enter", run, preventDefault: true }])),
      lineNumbers(),
      lintGutter(),
      highlightSpecialChars(),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      EditorView.lineWrapping,
      syntaxHighlighting(COLORS),
      // without a key that indents: Tab leaves the field
      keymap.of([
        ...closeBracketsKeymap,
        ...defaultKeymap,
        ...historyKeymap,
        ...completionKeymap,
        { key: "F8", run: nextDiagnostic },
      ]),
      // editable text takes the focus without a tabindex too, which tools that look for it do not know
      EditorView.contentAttributes.of({
        "aria-label": label,
        spellcheck: "false",
        autocapitalize: "off",
        tabindex: "0",
      }),
      EditorView.domEventHandlers({ drop }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state.doc.toString());
      }),
      LAYOUT,
      this.#format.of(languageOf(format)),
      this.#theme.of(themeOf(theme)),
    ];
  }
}

function languageOf(format: Format): Extension {
  const language = format === "json" ? json() : yaml();
  return [language, autocompletion({ override: [completionIn(format)], icons: false })];
}

const themeOf = (theme: Theme): Extension => EditorView.darkTheme.of(theme === "dark");

/** Colours come from the page, whose custom properties reach into the shadow root. */
const LAYOUT = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--panel)", fontSize: "0.875rem", height: "100%" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": {
    fontFamily: "ui-monospace, 'Cascadia Mono', Menlo, 'DejaVu Sans Mono', monospace",
    lineHeight: "1.5",
  },
  ".cm-gutters": { color: "var(--faint)", backgroundColor: "transparent", borderRight: "1px solid var(--line)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--panel)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: "var(--on-accent)",
    backgroundColor: "var(--accent)",
  },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.75" },
});

const COLORS = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-key)" },
  { tag: [tags.definition(tags.propertyName)], color: "var(--code-key)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--faint)" },
]);
