/** Known errors of the source list: what it says, what is true, and how that was checked. */

import type { ListNote } from "../core/contract.ts";
import { t } from "../core/state.ts";
import { listWord } from "./marks.tsx";
import { Text } from "./prose.tsx";

export function Notes({ notes }: { notes: ListNote[] }) {
  if (!notes.length) return null;
  return (
    <section class="notes" aria-labelledby="notes-heading">
      <h2 id="notes-heading">{t("notes.title")}</h2>
      <dl>
        {notes.map((note) => (
          <div key={note.slug} class="note">
            <dt>{t("notes.says")}</dt>
            <dd lang="en"><Text text={note.listSays} /></dd>
            <dt>{t("notes.fact")}</dt>
            <dd lang="en"><Text text={note.fact} /></dd>
            <dt>{t("notes.checked")}</dt>
            <dd><span lang="en">{note.checkedWith}</span> · {t("card.confidence", { how: listWord("confidence", note.confidence) })}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
