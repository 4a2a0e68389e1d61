/** Known errors of the source list: what it says, what is true, and how that was checked. */

import type { ListNote } from "../core/contract.ts";
import { entries, t } from "../core/state.ts";
import { To } from "./link.tsx";
import { Label, listWord } from "./marks.tsx";
import { Text } from "./prose.tsx";

function aboutOf(slug: string): preact.ComponentChildren {
  const phenomenon = entries().phenomena.get(slug);
  return phenomenon ? <Label entry={phenomenon} /> : slug;
}

/** With `named`, each note says which phenomenon it is about. */
export function Notes({ notes, named = false }: { notes: ListNote[]; named?: boolean }) {
  if (!notes.length) return null;
  return (
    <section class="notes" aria-labelledby="notes-heading">
      <h2 id="notes-heading">{t("notes.title")}</h2>
      <dl>
        {notes.map((note) => (
          <div key={note.slug} class="note">
            {named && note.about && (
              <>
                <dt>{t("notes.about")}</dt>
                <dd><To view="phenomenon" name={note.about}>{aboutOf(note.about)}</To></dd>
              </>
            )}
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
