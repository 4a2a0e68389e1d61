/** How statuses are made, what the list errs in, keys, and third parties' licences. */

import { useState } from "preact/hooks";
import { unpackText } from "../backend/unpack.ts";
import { backendSignal, entries, t } from "../core/state.ts";
import { STATUSES } from "../core/board.ts";
import type { MessageKey } from "../core/messages.ts";
import { Out } from "../parts/link.tsx";
import { StanceMark, StatusMark, slugOf } from "../parts/marks.tsx";
import { Notes } from "../parts/notes.tsx";
import { RuleSliders } from "../parts/rule-sliders.tsx";

export function AboutView() {
  const { graph } = entries();
  return (
    <div class="page about">
      <h1>{t("view.about")}</h1>
      <p class="lead" lang="en">{graph.description}</p>
      <section>
        <h2>{t("about.status")}</h2>
        <p>{t("about.status.text")}</p>
        <dl class="meanings">
          {STATUSES.map((status) => (
            <div key={status}>
              <dt><StatusMark status={status} /></dt>
              <dd>{t(`status.${slugOf(status)}.meaning` as MessageKey)}</dd>
            </div>
          ))}
        </dl>
        <dl class="meanings">
          {(["supports", "contradicts", "qualifies", "inconclusive"] as const).map((stance) => (
            <div key={stance}>
              <dt><StanceMark stance={stance} /></dt>
              <dd>{t(`stance.${stance}.meaning` as MessageKey)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <RuleSliders claim={null} />
      <Notes notes={graph.notes} named />
      <section>
        <h2>{t("about.page")}</h2>
        <p>{t(backendSignal.value?.flavour === "file" ? "about.file" : "about.served")}</p>
        <dl class="fact-table">
          <div><dt>{t("foot.digest")}</dt><dd><code>{graph.digest}</code></dd></div>
          <div><dt>{t("about.base")}</dt><dd><code>{graph.base}</code></dd></div>
          {graph.repository && <div><dt>{t("about.repository")}</dt><dd><Out url={graph.repository}>{graph.repository}</Out></dd></div>}
          <div><dt>{t("about.keys")}</dt><dd>{t("about.keys.text")}</dd></div>
        </dl>
      </section>
      <Licences />
    </div>
  );
}

function Licences() {
  const [text, setText] = useState<string | null>(null);
  const show = async () => {
    if (backendSignal.value?.flavour === "file") setText(await unpackText("licences"));
    else {
      const address = document.querySelector<HTMLLinkElement>('link[rel="license"]')?.href;
      const response = address ? await fetch(address) : null;
      setText(response?.ok ? await response.text() : t("about.licences.missing"));
    }
  };
  return (
    <section>
      <h2>{t("about.licences")}</h2>
      <p>{t("about.licences.text")}</p>
      {text === null ? (
        <button type="button" class="quiet-button" onClick={show}>{t("about.licences.show")}</button>
      ) : (
        <pre class="licences" tabIndex={0} aria-label={t("about.licences")}>{text}</pre>
      )}
    </section>
  );
}
