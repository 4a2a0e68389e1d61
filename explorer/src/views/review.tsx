/** Review: one suggestion at a time, decided by a key or a button; only served with `--curate`, only with its token. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type DraftField, type ReviewRequest, type ReviewState, askReview } from "../backend/review.ts";
import type { StanceName, StatusName } from "../core/contract.ts";
import { STANCE_KEYS, keepToken, readMove, readToken, reviewKey, tokenIn } from "../core/curating.ts";
import { safeLink } from "../core/format.ts";
import type { MessageKey } from "../core/messages.ts";
import { announcement, backendSignal, language, route, setParameters, t } from "../core/state.ts";
import { listWord, stanceWord, statusWord } from "../parts/marks.tsx";
import { DraftFields, ReviewSheet } from "../parts/review-sheet.tsx";

const POLL_MILLISECONDS = 1000;

type Ready = Extract<ReviewState, { ready: true }>;
type Edits = Partial<Record<DraftField, string>>;

export function ReviewView() {
  const root = backendSignal.value?.reviewRoot ?? null;
  const [token, setToken] = useState(readToken);

  useEffect(() => {
    const given = route.value.parameters.token;
    if (!given) return;
    keepToken(given);
    setToken(given);
    // Out of the address, so that nobody copies it from there.
    setParameters({ token: "" });
  }, [route.value.parameters.token]);

  if (root === null) return <Closed text={t("review.notHere")} />;
  if (!token) return <AskToken onToken={setToken} why="" />;
  return <Reviewing key={token} root={root} token={token} onToken={setToken} />;
}

function Closed({ text }: { text: string }) {
  return (
    <div class="page">
      <h1>{t("view.review")}</h1>
      <p>{text}</p>
    </div>
  );
}

function AskToken({ onToken, why }: { onToken: (token: string) => void; why: string }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <div class="page">
      <h1>{t("view.review")}</h1>
      <p role={why ? "alert" : undefined}>{why || t("review.token")}</p>
      <form
        class="toolbar"
        onSubmit={(event) => {
          event.preventDefault();
          const token = tokenIn(field.current?.value ?? "");
          if (!token) return;
          keepToken(token);
          onToken(token);
        }}
      >
        <label class="field">
          {t("review.tokenField")}
          <input ref={field} type="password" autocomplete="off" class="token-field" />
        </label>
        <button type="submit" class="button">{t("review.tokenUse")}</button>
      </form>
    </div>
  );
}

function Reviewing({ root, token, onToken }: { root: string; token: string; onToken: (token: string) => void }) {
  const [state, setState] = useState<ReviewState | null>(null);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const acting = useRef(false);
  const turn = useRef(0);

  const ask = useCallback(
    async (request?: ReviewRequest) => {
      const mine = turn.current;
      let next: ReviewState | null = null;
      let told = "";
      try {
        next = await askReview(root, token, request);
      } catch (error) {
        told = error instanceof Error ? error.message : String(error);
      }
      // A look at the queue that a key has overtaken tells nothing any more.
      if (mine !== turn.current) return null;
      if (request) acting.current = false;
      setBusy(acting.current);
      setFailure(told);
      if (next) setState(next);
      return next;
    },
    [root, token],
  );

  useEffect(() => {
    void ask();
  }, [ask]);

  // While something is being written, or still being looked for, the state moves by itself.
  const moves = state !== null && !busy && (state.ready ? state.waiting > 0 : true);
  useEffect(() => {
    if (!moves || failure) return undefined;
    const timer = setTimeout(() => void ask(), POLL_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [state, moves, failure, ask]);

  const act = async (request: ReviewRequest) => {
    // A key is for what is shown: not for what the last one brings.
    if (acting.current) return;
    acting.current = true;
    turn.current += 1;
    setBusy(true);
    const next = await ask(request);
    if (next?.ready && next.told) announcement.value = next.told.text;
  };

  if (failure && state === null) {
    return <AskToken onToken={onToken} why={failure} />;
  }
  if (state === null || !state.ready) {
    return (
      <div class="page">
        <h1>{t("view.review")}</h1>
        <p role="status">{state === null ? t("review.loading") : state.message}</p>
        {state !== null && (
          <button type="button" class="quiet-button" onClick={() => void act({ action: "reload" })}>{t("review.again")}</button>
        )}
      </div>
    );
  }
  return <Queue state={state} failure={failure} busy={busy} act={(request) => void act(request)} />;
}

function Queue({ state, failure, busy, act }: { state: Ready; failure: string; busy: boolean; act: (request: ReviewRequest) => void }) {
  const { shown } = state;
  const place = shown ? `${shown.claim} ${state.paper}` : "";
  // Edits belong to the suggestion that they were made on, and never to the next.
  const [edited, setEdited] = useState<{ place: string; edits: Edits }>({ place: "", edits: {} });
  const edits = edited.place === place ? edited.edits : {};
  const [help, setHelp] = useState(false);
  const finding = useRef<HTMLTextAreaElement>(null);
  const top = useRef<HTMLDivElement>(null);

  const first = useRef(true);
  useEffect(() => {
    // The next one is read from its beginning.
    if (!first.current && (top.current?.getBoundingClientRect().top ?? 0) < 0) top.current?.scrollIntoView({ block: "start" });
    first.current = false;
  }, [place]);

  const press = (key: string) => {
    if (key === "?") setHelp(!help);
    else if (key === "u") act({ action: "undo" });
    else if (!shown) return;
    else if (key === "e") finding.current?.focus();
    else if (key === "o") {
      const url = safeLink(shown.links[0]?.[1] ?? null);
      if (url) globalThis.open(url, "_blank", "noopener,noreferrer");
    } else if (key === "n" || key === "l") {
      act({ action: "decline", verdict: key === "n" ? "not about" : "later", claim: shown.claim, paper: state.paper });
    } else if (!(edits.finding ?? shown.draft.finding).trim()) finding.current?.focus();
    else act({ action: "accept", stance: STANCE_KEYS[key as keyof typeof STANCE_KEYS], claim: shown.claim, paper: state.paper, draft: edits });
  };

  // Set while drawing: a key that comes before the effects of a new picture is for that picture, too.
  const latest = useRef(press);
  latest.current = press;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = (event.target as HTMLElement).closest("input, textarea, select, [contenteditable='true']") !== null;
      if (typing && event.key === "Escape") (event.target as HTMLElement).blur();
      const key = reviewKey(event, typing);
      if (!key) return;
      event.preventDefault();
      latest.current(key);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const notices = state.notices.slice(-3);
  return (
    <div class="page review-page" ref={top}>
      <div class="review-head">
        <h1>{t("view.review")}</h1>
        <p class="number">{shown ? t("review.place", { number: shown.number, total: shown.total }) : t("review.done")}</p>
        <progress value={state.total - state.left} max={state.total || 1} aria-label={t("review.progress")} />
        <p class="quiet">
          {t("review.counts", { accepted: state.accepted, declined: state.declined, later: state.putOff })}
          {state.waiting > 0 && ` · ${t("review.writing", { count: state.waiting })}`} · {state.curator}
        </p>
      </div>
      <div class="review-told" role="status">
        {state.told && <p class={state.told.isError ? "told-error" : ""}>{toldWords(state.told.text)}{state.told.about && <span class="quiet"> {state.told.about}</span>}</p>}
        {notices.map((one) => <p key={one.id} class="told-error">{one.text}{one.about && <span class="quiet"> {one.about}</span>}</p>)}
        {failure && <p class="told-error">{failure}</p>}
      </div>
      {help && <Help />}
      {shown ? (
        <>
          <ReviewSheet key={place} shown={shown} />
          <DraftFields key={`draft ${place}`} draft={shown.draft} edits={edits} onEdit={(next) => setEdited({ place, edits: next })} finding={finding} />
        </>
      ) : (
        <div class="review-empty">
          <p>{t("review.empty")}</p>
          <button type="button" class="quiet-button" onClick={() => act({ action: "reload" })}>{t("review.again")}</button>
        </div>
      )}
      <Actions shown={shown !== null} busy={busy} canUndo={state.canUndo} press={press} />
    </div>
  );
}

/** What moved, in the reader's language; every other sentence as the server says it. */
function toldWords(text: string): string {
  const move = language.value === "en" ? null : readMove(text);
  if (!move) return text.replace(" -> ", " → ");
  const was = statusWord(move.was as StatusName);
  const side = (teams: number, strength: string) => (strength ? t("review.move.strength", { teams, strength: listWord("strength", strength) }) : String(teams));
  const sides = t("review.move.sides", { for: side(move.supporting, move.strengths[0]), against: side(move.contradicting, move.strengths[1]) });
  const qualifying = move.qualifying ? t("review.move.qualifying", { count: move.qualifying }) : "";
  return `${move.now ? `${was} → ${statusWord(move.now as StatusName)}` : t("review.move.still", { status: was })}: ${sides}${qualifying}`;
}

function Actions({ shown, busy, canUndo, press }: { shown: boolean; busy: boolean; canUndo: boolean; press: (key: string) => void }) {
  const button = (key: string, label: string, name = "", off = !shown) => (
    <button type="button" key={key} class={`quiet-button ${name}`} aria-disabled={busy || undefined} disabled={off} onClick={() => press(key)} aria-keyshortcuts={key}>
      <kbd aria-hidden="true">{key}</kbd> {label}
    </button>
  );
  return (
    <div class="review-actions" role="group" aria-label={t("review.actions")}>
      {Object.entries(STANCE_KEYS).map(([key, stance]) => button(key, stanceWord(stance as StanceName), `stance-button stance-${stance}`))}
      {button("n", t("review.notAbout"))}
      {button("l", t("review.later"))}
      {button("e", t("review.edit"))}
      {button("o", t("review.open"))}
      {button("u", t("review.undo"), "", !canUndo)}
      {button("?", t("review.help"), "", false)}
    </div>
  );
}

const HELP: [string, MessageKey][] = [
  ["s", "review.help.s"], ["c", "review.help.c"], ["q", "review.help.q"], ["i", "review.help.i"], ["n", "review.help.n"],
  ["l", "review.help.l"], ["e", "review.help.e"], ["o", "review.help.o"], ["u", "review.help.u"],
];

function Help() {
  return (
    <section class="review-help" aria-label={t("review.help")}>
      <dl>
        {HELP.map(([key, message]) => (
          <div key={key}>
            <dt><kbd>{key}</kbd></dt>
            <dd>{t(message)}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{t("review.help.files")}</p>
    </section>
  );
}
