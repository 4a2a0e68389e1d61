/** "Cite this", permanent links and edit links. */

import { useState } from "preact/hooks";
import type { Paper } from "../core/contract.ts";
import { shortCitation } from "../core/format.ts";
import { entries, t } from "../core/state.ts";
import { CopyButton, Segments } from "./controls.tsx";
import { Icon } from "./icons.tsx";
import { Out, To } from "./link.tsx";

export function iriOf(kind: string, name: string): string {
  return `${entries().graph.base}${kind}/${encodeURIComponent(name).replace(/%(3A|2B|40|24|2C|3B|3D|26)/g, (escaped) => decodeURIComponent(escaped))}`;
}

export function PermaLink({ kind, name }: { kind: string; name: string }) {
  return <CopyButton text={iriOf(kind, name)} label={t("cite.iri")} />;
}

/** A link to the line where an entry is written; its place to copy when the project names no repository. */
export function EditLink({ path, line, short = false }: { path: string; line: number; short?: boolean }) {
  const { repository, branch } = entries().graph;
  if (!repository) {
    const place = `${path}:${line}`;
    return short ? (
      <CopyButton text={place} label={t("edit.copy", { place })} icon="edit" bare />
    ) : (
      <span class="source-place">
        <span>{t("edit.where")}</span> <code>{place}</code>
        <CopyButton text={place} label={t("edit.copy", { place })} bare />
      </span>
    );
  }
  const url = `${repository.replace(/\/+$/, "").replace(/\.git$/, "")}/blob/${encodeURIComponent(branch)}/${path.split("/").map(encodeURIComponent).join("/")}?plain=1#L${line}`;
  return (
    <Out url={url} class="edit-link">
      <Icon name="edit" size={12} />
      {short ? <span class="unseen">{t("edit.label", { place: `${path}:${line}` })}</span> : t("edit")}
    </Out>
  );
}

/** A BibTeX entry of the claim itself, as a web page with its permanent address. */
export function claimBibtex(name: string, title: string): string {
  const { graph } = entries();
  const clean = title.replace(/[{}\\]/g, "");
  return [
    `@misc{phengraph-${name},`,
    `  title = {{${clean}}},`,
    `  howpublished = {${graph.title.replace(/[{}\\]/g, "")}: claim, evidence and status},`,
    `  url = {${iriOf("claim", name)}},`,
    `  note = {Data set ${graph.digest.slice(0, 12)}}`,
    "}",
    "",
  ].join("\n");
}

function paperPlain(paper: Paper): string {
  const who = paper.authors.join(", ") + (paper.authorsComplete ? "" : " et al.");
  return `${who}. ${paper.title}. ${[paper.venue, paper.year].filter(Boolean).join(", ")}.${paper.link ? ` ${paper.link}` : ""}`;
}

export function CiteThis({ kind, name, title, papers }: { kind: "claim" | "paper"; name: string; title: string; papers: Paper[] }) {
  const [form, setForm] = useState("bibtex");
  const { graph } = entries();
  const own =
    kind === "paper"
      ? ""
      : form === "bibtex"
        ? claimBibtex(name, title)
        : `${title} ${graph.title}, data set ${graph.digest.slice(0, 12)}. ${iriOf("claim", name)}`;
  const theirs = papers.map((paper) => (form === "bibtex" ? paper.bibtex.trim() : paperPlain(paper))).join(form === "bibtex" ? "\n\n" : "\n");
  return (
    <section class="panel cite">
      <h2>{t(kind === "claim" ? "cite.claim" : "cite.paper")}</h2>
      <Segments
        name={`cite-${name}`}
        label={t("cite.form")}
        value={form}
        onChange={setForm}
        choices={[
          { value: "bibtex", label: "BibTeX" },
          { value: "plain", label: t("cite.plain") },
        ]}
      />
      {own && (
        <>
          <pre class="citation" tabIndex={0} aria-label={t("cite.this")}>{own}</pre>
          <CopyButton text={own} label={t("cite.copyThis")} />
        </>
      )}
      {papers.length > 0 && (
        <details open={kind === "paper"}>
          <summary>{kind === "paper" ? t("cite.entry") : t("cite.papers", { count: papers.length })}</summary>
          <pre class="citation" tabIndex={0} aria-label={t("cite.theirs")}>{theirs}</pre>
        </details>
      )}
      {papers.length > 0 && <CopyButton text={theirs} label={kind === "paper" ? t("copy") : t("cite.copyPapers", { count: papers.length })} />}
    </section>
  );
}

export function PaperLink({ name }: { name: string }) {
  const paper = entries().papers.get(name);
  return <To view="paper" name={name}>{paper ? shortCitation(paper) : name}</To>;
}
