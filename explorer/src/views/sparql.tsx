/** SPARQL: the editor, the named queries, and the answer; in a file the engine runs inside the page. */

import { useEffect, useRef, useState } from "preact/hooks";
import { type Backend, type SparqlAnswer, SparqlFailure } from "../backend/backend.ts";
import { DEEPEST } from "../backend/nesting.ts";
import type { NamedQuery } from "../core/contract.ts";
import type { MessageKey } from "../core/messages.ts";
import { announcement, backendSignal, entries, route, setParameters, t } from "../core/state.ts";
import { CopyButton, Segments, Select } from "../parts/controls.tsx";
import { Icon } from "../parts/icons.tsx";
import { type Editor, makeEditor } from "../sparql/editor.ts";
import { entriesOf, findParameters, setParameter } from "../sparql/parameters.ts";
import { type Explained, explainError } from "../sparql/explain.ts";
import { LANGUAGES, type Language, snippet } from "../sparql/snippets.ts";
import { type ResultView, Results } from "../sparql/results.tsx";

const DEADLINE_SECONDS = 60;

const FALLBACK = `PREFIX ph: <https://w3id.org/phengraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?claim ?label WHERE {
  ?claim a ph:Claim ; ph:status ph:Contested ; skos:prefLabel ?label .
} ORDER BY ?label
`;

interface Told {
  message: string;
  reason: SparqlFailure["reason"];
}

export function SparqlView() {
  const { graph } = entries();
  const backend = backendSignal.value;
  const { q, query: named, show } = route.value.parameters;
  const first = graph.queries.find((one) => one.name === "contested-claims") ?? graph.queries[0];
  const start = q ?? graph.queries.find((one) => one.name === named)?.text ?? first?.text ?? FALLBACK;
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const [text, setText] = useState(start);
  const running = useRef<AbortController | null>(null);
  const [busy, setBusy] = useState<"" | "starting" | "running">("");
  const [answer, setAnswer] = useState<SparqlAnswer | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const [chosen, setChosen] = useState<string>(q === undefined ? (named ?? first?.name ?? "") : "");
  // What the address says of the query, as this view wrote it last.
  const stated = useRef({ q, named });

  const state = (query: { q: string } | { named: string }) => {
    stated.current = { q: undefined, named: undefined, ...query };
    setParameters({ q: stated.current.q ?? "", query: stated.current.named ?? "" });
  };

  const run = async () => {
    const text = editor.current?.text() ?? "";
    if (!backend || !text.trim()) return;
    running.current?.abort(new SparqlFailure("stopped", "stopped"));
    const stop = new AbortController();
    running.current = stop;
    setBusy("starting");
    setTold(null);
    setAnswer(null);
    editor.current?.markError(null, 0, 0);
    const same = graph.queries.find((one) => one.text === text);
    state(same ? { named: same.name } : { q: text });
    let deadline: ReturnType<typeof setTimeout> | undefined;
    // Starting the engine takes its time once; only the query itself has a deadline.
    const onStart = () => {
      if (running.current === stop) setBusy("running");
      deadline = setTimeout(() => stop.abort(new SparqlFailure(t("sparql.tooLong", { count: DEADLINE_SECONDS }), "timeout")), DEADLINE_SECONDS * 1000);
    };
    try {
      const found = await backend.sparql(text, stop.signal, onStart);
      if (running.current !== stop) return;
      setAnswer(found);
      announcement.value = found.kind === "boolean" ? t(found.value ? "sparql.yes" : "sparql.no") : t("sparql.rows", { count: found.kind === "graph" ? found.triples.length : found.rows.length });
    } catch (error) {
      if (running.current !== stop) return;
      const failure = error instanceof SparqlFailure ? error : new SparqlFailure(String(error), "engine");
      const place = failure.reason === "syntax" ? explainError(failure.message, text, graph.prefixes) : null;
      const message = tellFailure(failure, place, backend.flavour);
      setTold({ message, reason: failure.reason });
      if (place) editor.current?.markError(message, place.line, place.column);
    } finally {
      clearTimeout(deadline);
      if (running.current === stop) {
        running.current = null;
        setBusy("");
      }
    }
  };
  const runNow = useRef(run);
  runNow.current = run;

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const made = makeEditor(element, start, graph, { label: t("sparql.editor") }, () => void runNow.current(), (changed) => {
      editor.current?.markError(null, 0, 0);
      setText(changed);
    });
    editor.current = made;
    // A link to a question reopens its answer too.
    if (q !== undefined || named !== undefined) void runNow.current();
    return () => {
      running.current?.abort(new SparqlFailure("stopped", "stopped"));
      made.destroy();
      editor.current = null;
    };
  }, []);

  const choose = (query: NamedQuery) => {
    setChosen(query.name);
    editor.current?.setText(query.text);
    state({ named: query.name });
    setAnswer(null);
    setTold(null);
    runNow.current = run;
  };
  useEffect(() => {
    runNow.current = run;
  });
  // Another link to a query was opened, or a step back was taken, while this view stands.
  useEffect(() => {
    if (q === stated.current.q && named === stated.current.named) return;
    stated.current = { q, named };
    editor.current?.setText(start);
    setChosen(q === undefined ? (named ?? first?.name ?? "") : "");
    setAnswer(null);
    setTold(null);
    if (q !== undefined || named !== undefined) void runNow.current();
  }, [q, named]);

  return (
    <div class="page sparql-page">
      <div class="sparql-head">
        <h1>{t("view.sparql")}</h1>
        <p class="hint">{t(backend?.flavour === "served" ? "sparql.served" : "sparql.inside")}</p>
      </div>
      <div class="sparql-body">
        <NamedQueries queries={graph.queries} chosen={chosen} onChoose={choose} />
        <div class="sparql-main">
          <Parameters text={text} onChange={(next) => {
            editor.current?.setText(next);
            void runNow.current();
          }} />
          <div ref={place} class="editor" />
          <div class="toolbar run-bar">
            {busy ? (
              <button type="button" class="button stop" onClick={() => running.current?.abort(new SparqlFailure("stopped", "stopped"))}>
                <Icon name="stop" size={13} /> {t("sparql.stop")}
              </button>
            ) : (
              <button type="button" class="button" onClick={() => void run()}>
                <Icon name="play" size={13} /> {t("sparql.run")} <kbd>{t("sparql.runKeys")}</kbd>
              </button>
            )}
            <CopyButton label={t("sparql.share")} text={() => {
              const text = editor.current?.text() ?? "";
              return `${globalThis.location.href.split("#")[0]}#/sparql?${new URLSearchParams({ q: text })}`;
            }} />
            <span role="status" class="hint">{busy === "starting" ? t("sparql.starting") : busy ? t("sparql.running") : ""}</span>
          </div>
          {told && <p class={`told told-${told.reason}`} role={told.reason === "stopped" ? "status" : "alert"}>{told.message}</p>}
          {backend?.endpoint && <Elsewhere query={text} endpoint={backend.endpoint} />}
          {answer && <Results answer={answer} view={(show as ResultView | undefined) ?? "table"} onView={(next) => setParameters({ show: next === "table" ? "" : next })} />}
        </div>
      </div>
    </div>
  );
}

/** The same question in a shell, in Python and in R. */
function Elsewhere({ query, endpoint }: { query: string; endpoint: string }) {
  const [language, setLanguage] = useState<Language>("curl");
  const program = snippet(language, query, endpoint);
  return (
    <details class="elsewhere">
      <summary>{t("sparql.elsewhere")}</summary>
      <div class="toolbar">
        <Segments name="language" label={t("sparql.language")} value={language} onChange={(next) => setLanguage(next as Language)}
          choices={LANGUAGES.map((value) => ({ value, label: { curl: "curl", python: "Python", r: "R" }[value] }))} />
        <CopyButton label={t("copy")} text={program} />
      </div>
      <pre class="citation" tabIndex={0} aria-label={t("sparql.elsewhere")}>{program}</pre>
    </details>
  );
}

/** The server draws the line and a caret under its sentence; here the editor marks the place. */
function firstLine(message: string): string {
  return (message.trim().split("\n")[0] ?? "").slice(0, 600);
}

function tellFailure(failure: SparqlFailure, place: Explained | null, flavour: Backend["flavour"]): string {
  if (failure.reason === "stopped") return t("sparql.stopped");
  if (failure.reason === "deep") return t("sparql.tooDeep", { count: DEEPEST });
  if (flavour === "file" && place) return tellPlace(place);
  if (flavour === "file" && failure.reason === "engine") return t("sparql.broken", { message: firstLine(failure.message) });
  return firstLine(failure.message);
}

function tellPlace({ line, column, word, prefix }: Explained): string {
  if (prefix !== null) return t("sparql.unknownPrefix", { line, column, prefix });
  return word ? t("sparql.unexpected", { line, column, word }) : t("sparql.endsEarly", { line, column });
}

/** A list for each entry that stands as a parameter in the query; choosing another asks at once. */
function Parameters({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const found = findParameters(text);
  if (!found.length) return null;
  const { graph } = entries();
  return (
    <div class="toolbar parameters">
      {found.map((parameter) => {
        const choices = entriesOf(graph, parameter.kind);
        if (!choices.some((one) => one.value === parameter.name)) choices.unshift({ value: parameter.name, label: parameter.name });
        return (
          <Select key={parameter.start} label={t(`node.${parameter.kind}.one` as MessageKey)} value={parameter.name} choices={choices}
            onChange={(name) => onChange(setParameter(text, parameter, name))} />
        );
      })}
    </div>
  );
}

function NamedQueries({ queries, chosen, onChoose }: { queries: NamedQuery[]; chosen: string; onChoose: (query: NamedQuery) => void }) {
  const list = useRef<HTMLUListElement>(null);
  // A link may have chosen one far down the list.
  useEffect(() => {
    const button = list.current?.querySelector<HTMLElement>("[aria-pressed='true']");
    if (list.current && button && list.current.scrollHeight > list.current.clientHeight) {
      list.current.scrollTop = button.offsetTop - list.current.offsetTop - 40;
    }
  }, []);
  if (!queries.length) return null;
  return (
    <nav class="named-queries" aria-label={t("sparql.named")}>
      <h2>{t("sparql.named")}</h2>
      <ul ref={list}>
        {queries.map((query) => (
          <li key={query.name}>
            <button type="button" aria-pressed={query.name === chosen} onClick={() => onChoose(query)}>
              <span class="query-title" lang="en">{query.title}</span>
              {query.comment && <span class="query-comment" lang="en">{query.comment}</span>}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
