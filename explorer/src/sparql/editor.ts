/** The query editor: CodeMirror with SPARQL's grammar, completion, and the engine's error at its place. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { SparqlLanguage } from "codemirror-lang-sparql";
import type { ExplorerGraph } from "../core/contract.ts";
import { DEEPEST, nestingOf } from "../backend/nesting.ts";
import { completionSource } from "./completion.ts";

const STYLE = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.modifier], color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.literal], color: "var(--code-number)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-3)", fontStyle: "italic" },
  { tag: [tags.url, tags.link], color: "var(--code-iri)" },
  { tag: [tags.namespace, tags.typeName, tags.propertyName, tags.className, tags.labelName], color: "var(--code-name)" },
]);

const PLAIN: Extension = [];

export interface Editor {
  text(): string;
  setText(text: string): void;
  /** Show an error at a line and column, both from 1; without a place, none is marked. */
  markError(message: string | null, line: number, column: number): void;
  focus(): void;
  destroy(): void;
}

interface Words {
  label: string;
}

export function makeEditor(place: HTMLElement, text: string, graph: ExplorerGraph, words: Words, onRun: () => void, onChange: (text: string) => void): Editor {
  const labels = new Compartment();
  // Syntax trees are built and walked by recursion: a text too deep for it is shown plain.
  const language = new Compartment();
  const languageOf = (text: string) => (nestingOf(text) > DEEPEST ? PLAIN : SparqlLanguage);
  const isPlain = (state: EditorState) => language.get(state) === PLAIN;
  const view = new EditorView({
    parent: place,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        language.of(languageOf(text)),
        // The language goes with the change that brings the deep text, and comes back after the one that takes it away:
        // one that came with it would first be asked to parse the text as it was.
        EditorState.transactionExtender.of((transaction) => {
          if (!transaction.docChanged || isPlain(transaction.startState)) return null;
          return languageOf(transaction.newDoc.toString()) === PLAIN ? { effects: language.reconfigure(PLAIN) } : null;
        }),
        SparqlLanguage.data.of({ autocomplete: completionSource(graph), commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"', "'"] } }),
        syntaxHighlighting(STYLE),
        autocompletion({ icons: false, maxRenderedOptions: 60 }),
        labels.of(EditorView.contentAttributes.of({ "aria-label": words.label, spellcheck: "false", autocapitalize: "off" })),
        EditorView.lineWrapping,
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (onRun(), true) }])),
        // Tab is left to the browser, so that a keyboard gets out of the editor.
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          const changed = update.state.doc.toString();
          if (isPlain(update.state) && languageOf(changed) !== PLAIN) update.view.dispatch({ effects: language.reconfigure(SparqlLanguage) });
          onChange(changed);
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    setText(next) {
      if (next !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    markError(message, line, column) {
      const diagnostics: Diagnostic[] = [];
      if (message !== null && line >= 1 && line <= view.state.doc.lines) {
        const at = view.state.doc.line(line);
        const from = Math.min(at.from + Math.max(0, column - 1), at.to);
        diagnostics.push({ from, to: Math.max(from, at.to), severity: "error", message });
      }
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
