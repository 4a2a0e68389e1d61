/** The board's filters: topics as a table of contents, and what evidence a claim must have. All stand in the link. */

import { useEffect, useState } from "preact/hooks";
import { type BoardFilter, type Row, countStatuses, filterRows } from "../core/board.ts";
import { scaleNumber } from "../core/format.ts";
import { writeSet } from "../core/route.ts";
import { entries, route, setParameters, t } from "../core/state.ts";
import { Select } from "./controls.tsx";
import { Label, listWord } from "./marks.tsx";
import { Proportions } from "./status-strip.tsx";

const SCALES = [1e7, 1e8, 1e9, 7e9, 7e10, 1.75e11, 5e11];
const CLEARED = { status: "", topic: "", aspect: "", strength: "", model: "", scale: "", from: "", to: "", f: "" };

/** Open beside the board on a wide screen, folded above it on a narrow one. */
function useWide(): boolean {
  const [wide, setWide] = useState(() => globalThis.matchMedia("(min-width: 64rem)").matches);
  useEffect(() => {
    const media = globalThis.matchMedia("(min-width: 64rem)");
    const change = () => setWide(media.matches);
    media.addEventListener("change", change);
    return () => media.removeEventListener("change", change);
  }, []);
  return wide;
}

export function Filters({ rows, filter }: { rows: Row[]; filter: BoardFilter }) {
  const wide = useWide();
  const active = Object.keys(CLEARED).filter((key) => route.value.parameters[key]).length;
  const inside = <FilterFields rows={rows} filter={filter} active={active} />;
  if (wide) return <aside class="filters" aria-label={t("filters.label")}>{inside}</aside>;
  return (
    <details class="filters filters-folded">
      <summary>{active ? t("filters.active", { count: active }) : t("filters.label")}</summary>
      {inside}
    </details>
  );
}

function FilterFields({ rows, filter, active }: { rows: Row[]; filter: BoardFilter; active: number }) {
  const known = entries();
  const beforeTopic = filterRows(rows, filter, known, "topic");
  const toggle = (slug: string) => {
    const next = new Set(filter.topic);
    if (!next.delete(slug)) next.add(slug);
    setParameters({ topic: writeSet(next) });
  };
  const years = known.graph.papers.flatMap((paper) => paper.year ?? []);
  const [first, last] = [Math.min(...years), Math.max(...years)];
  const yearChoices = years.length ? Array.from({ length: last - first + 1 }, (_, index) => String(last - index)) : [];
  const any = { value: "", label: t("filters.any") };
  const usedModels = new Set([
    ...known.graph.evidence.flatMap((one) => one.conditions.models),
    ...known.graph.phenomena.flatMap((one) => one.seenIn),
  ]);
  const aspects: [string, string][] = [
    ["how", t("aspect.how")],
    ["what", t("aspect.what")],
    ["beyond", t("aspect.beyond")],
  ];
  return (
    <div class="filter-fields">
      <label class="field wide">
        <span>{t("filters.words")}</span>
        <input type="search" value={route.value.parameters.f ?? ""} autocomplete="off" onInput={(event) => setParameters({ f: event.currentTarget.value })} />
      </label>
      <fieldset class="topics">
        <legend>{t("filters.topics")}</legend>
        {aspects.map(([aspect, heading]) => {
          const topics = known.graph.topics.filter((topic) => (topic.aspect ?? "beyond") === aspect);
          if (!topics.length) return null;
          return (
            <div key={aspect} class="topic-group">
              <p class="topic-aspect">{heading}</p>
              {topics.map((topic) => {
                const own = beforeTopic.filter((row) => row.phenomenon.topic === topic.slug);
                return (
                  <label key={topic.slug} class={`topic-choice ${own.length ? "" : "empty"}`}>
                    <input type="checkbox" checked={filter.topic.has(topic.slug)} onChange={() => toggle(topic.slug)} />
                    <span class="topic-name">
                      <Label entry={topic} />
                    </span>
                    <span class="number">{own.length}</span>
                    <Proportions counts={countStatuses(own)} total={own.length} small />
                  </label>
                );
              })}
            </div>
          );
        })}
      </fieldset>
      <div class="filter-selects">
        <Select label={t("filters.aspect")} value={filter.aspect} onChange={(aspect) => setParameters({ aspect })}
          choices={[any, ...aspects.map(([value, label]) => ({ value, label }))]} />
        <Select label={t("filters.strength")} value={filter.strength} onChange={(strength) => setParameters({ strength })}
          choices={[any, ...["strong", "moderate", "weak"].map((value) => ({ value, label: listWord("strength", value) }))]} />
        <Select label={t("filters.scale")} value={filter.scale === null ? "" : String(filter.scale)} onChange={(scale) => setParameters({ scale })}
          choices={[any, ...SCALES.map((value) => ({ value: String(value), label: scaleNumber(value) }))]} />
        <Select label={t("filters.model")} value={filter.model} onChange={(model) => setParameters({ model })}
          choices={[any, ...known.graph.models.filter((model) => usedModels.has(model.key)).map((model) => ({ value: model.key, label: model.label }))]} />
        <Select label={t("filters.from")} value={filter.from === null ? "" : String(filter.from)} onChange={(from) => setParameters({ from })}
          choices={[any, ...yearChoices.map((value) => ({ value, label: value }))]} />
        <Select label={t("filters.to")} value={filter.to === null ? "" : String(filter.to)} onChange={(to) => setParameters({ to })}
          choices={[any, ...yearChoices.map((value) => ({ value, label: value }))]} />
      </div>
      {active > 0 && (
        <button type="button" class="quiet-button" onClick={() => setParameters(CLEARED)}>
          {t("filters.clear")}
        </button>
      )}
    </div>
  );
}

