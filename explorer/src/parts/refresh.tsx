/** "Refresh now" on a served page, with progress, when the server allows it. */

import { useEffect, useState } from "preact/hooks";
import type { RefreshState } from "../backend/backend.ts";
import { dateWords } from "../core/format.ts";
import { announcement, backendSignal, locale, t } from "../core/state.ts";

const POLL_MILLISECONDS = 1500;

export function RefreshButton() {
  const backend = backendSignal.value;
  const [state, setState] = useState<RefreshState | null>(null);
  const [ran, setRan] = useState(false);

  useEffect(() => {
    let here = true;
    backend?.refreshState?.().then(
      (found) => here && setState(found),
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [backend]);

  useEffect(() => {
    if (!state?.running) return undefined;
    setRan(true);
    const timer = setTimeout(() => {
      backend?.refreshState?.().then(setState, () => setState({ ...state, running: false, message: t("refresh.lost") }));
    }, POLL_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [state, backend]);

  useEffect(() => {
    if (ran && state && !state.running) announcement.value = state.message || t("refresh.done");
  }, [ran, state?.running]);

  if (!state?.allowed) return null;
  if (state.running) {
    return (
      <span class="refresh" role="status">
        <progress value={state.total ? state.done : undefined} max={state.total || undefined} aria-label={t("refresh.running")} />
        {state.total ? t("refresh.progress", { done: state.done, total: state.total }) : t("refresh.running")}
      </span>
    );
  }
  const start = () => backend?.startRefresh?.().then(setState, () => setState({ ...state, message: t("refresh.lost") }));
  const date = (moment: string) => dateWords(moment, locale.value);
  const times = [
    state.last ? t("refresh.last", { date: date(state.last) }) : t("refresh.never"),
    ...(state.next ? [t("refresh.next", { date: date(state.next) })] : []),
  ].join(" · ");
  return (
    <span class="refresh">
      {ran ? (
        <button type="button" class="tool" onClick={() => globalThis.location.reload()}>
          {t("refresh.show")}
        </button>
      ) : (
        <button type="button" class="tool" onClick={start}>
          {t("refresh.now")}
        </button>
      )}
      <span class="refresh-message" title={[times, state.message].filter(Boolean).join("\n")}>
        {(ran && state.message) || times}
      </span>
    </span>
  );
}
