/** CodeMirror in the dashboard's colours. Only `code-editor.tsx` loads it. */

import { json, jsonParseLinter } from "@codemirror/lang-json";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, forceLinting, linter } from "@codemirror/lint";
import { unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension, StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { useEffect, useRef } from "react";
import { placeInJson } from "./json-place.ts";

export type CodeLanguage = "json" | "text";

/** What is wrong, at a JSON Pointer into the text. */
export interface CodeIssue {
  readonly path: string;
  readonly message: string;
  readonly severity: "error" | "warning";
}

export interface CodeMirrorProps {
  readonly label: string;
  readonly value: string;
  readonly language: CodeLanguage;
  readonly onChange: (value: string) => void;
  readonly issues?: readonly CodeIssue[];
  readonly isReadOnly?: boolean;
}

export function CodeMirror({ label, value, language, onChange, issues = NO_ISSUES, isReadOnly = false }: CodeMirrorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  // The editor is made once; what it calls is the newest.
  const changed = useRef(onChange);
  useEffect(() => {
    changed.current = onChange;
  }, [onChange]);
  const first = useRef(value);
  const known = useRef<readonly CodeIssue[]>(NO_ISSUES);
  useEffect(() => {
    const editor = new EditorView({
      parent: place.current ?? document.body,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          ...looks(label, language),
          EditorState.readOnly.of(isReadOnly),
          linter((editor) => [...(language === "json" ? parseErrors(editor) : []), ...diagnose(editor, known.current)], {
            delay: LINT_MS,
            needsRefresh: ({ transactions }) =>
              transactions.some(({ effects }) => effects.some((effect) => effect.is(issuesCame))),
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      first.current = editor.state.doc.toString();
      editor.destroy();
    };
  }, [label, language, isReadOnly]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    known.current = issues;
    const editor = view.current;
    if (editor === undefined) return;
    editor.dispatch({ effects: issuesCame.of(null) });
    forceLinting(editor);
  }, [issues]);
  return <div ref={place} />;
}

export interface CodeDiffProps {
  readonly label: string;
  readonly before: string;
  readonly after: string;
  readonly language: CodeLanguage;
}

export function CodeDiff({ label, before, after, language }: CodeDiffProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const editor = new EditorView({
      parent: place.current ?? document.body,
      state: EditorState.create({
        doc: after,
        extensions: [
          ...looks(label, language),
          EditorState.readOnly.of(true),
          unifiedMergeView({
            original: before,
            mergeControls: false,
            gutter: true,
            highlightChanges: true,
            syntaxHighlightDeletions: false,
            collapseUnchanged: { margin: 3, minSize: 6 },
          }),
        ],
      }),
    });
    return () => editor.destroy();
  }, [label, before, after, language]);
  return <div ref={place} />;
}

function looks(label: string, language: CodeLanguage): Extension[] {
  return [
    basicSetup,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label }),
    THEME,
    ...(language === "json" ? [json(), syntaxHighlighting(COLOURS)] : []),
  ];
}

const issuesCame = StateEffect.define();

const NO_ISSUES: readonly CodeIssue[] = [];

/** Milliseconds after the last key until broken JSON is complained of; what the server says is shown as it comes. */
const LINT_MS = 400;

const parseErrors = jsonParseLinter();

function diagnose(editor: EditorView, issues: readonly CodeIssue[]): readonly Diagnostic[] {
  const text = editor.state.doc.toString();
  return issues.map(({ path, message, severity }) => ({ ...placeInJson(text, path), message, severity }));
}

const THEME = EditorView.theme({
  "&": {
    border: "1px solid var(--line)",
    borderRadius: "6px",
    background: "var(--surface)",
    color: "var(--ink)",
    fontSize: "0.8125rem",
    maxHeight: "32rem",
  },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.25rem" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { background: "var(--surface)", color: "var(--faint)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "transparent" },
  "&.cm-focused .cm-activeLine": { background: "color-mix(in oklab, var(--line) 40%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--light-soft)",
  },
  ".cm-tooltip, .cm-panels": { background: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--danger)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--light)" },
  ".cm-collapsedLines": { background: "var(--ground)", color: "var(--quiet)", padding: "4px 12px" },
  ".cm-changedLine, .cm-insertedLine": { background: "color-mix(in oklab, var(--healthy) 12%, transparent)" },
  "&.cm-merge-b .cm-changedText": { background: "color-mix(in oklab, var(--healthy) 28%, transparent)" },
  ".cm-deletedChunk": { background: "var(--danger-soft)", color: "var(--ink)" },
  ".cm-deletedChunk .cm-deletedText": { background: "color-mix(in oklab, var(--danger) 30%, transparent)" },
  ".cm-changeGutter": { width: "3px" },
  ".cm-changedLineGutter": { background: "var(--healthy)" },
  ".cm-deletedLineGutter": { background: "var(--danger)" },
});

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--ink)", fontWeight: "600" },
  { tag: tags.string, color: "var(--variant-1)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--variant-3)" },
  { tag: tags.punctuation, color: "var(--quiet)" },
]);
