/** Marks of statuses, stances and sources: always a colour, a sign and a word together. */

import type { StanceName, StatusName } from "../core/contract.ts";
import type { MessageKey } from "../core/messages.ts";
import { language, t } from "../core/state.ts";
import { StanceIcon, StatusIcon } from "./icons.tsx";

/** "single source" -> "single-source": the class and message name of a value. */
export function slugOf(value: string): string {
  return value.replaceAll(" ", "-");
}

export function statusWord(status: StatusName): string {
  return t(`status.${slugOf(status)}` as MessageKey);
}

export function stanceWord(stance: StanceName): string {
  return t(`stance.${stance}` as MessageKey);
}

export function StatusMark({ status, size }: { status: StatusName; size?: "large" | undefined }) {
  return (
    <span class={`status status-${slugOf(status)} ${size ?? ""}`}>
      <StatusIcon status={status} size={size === "large" ? 22 : 14} />
      <span>{statusWord(status)}</span>
    </span>
  );
}

export function StanceMark({ stance, quiet = false }: { stance: StanceName; quiet?: boolean }) {
  return (
    <span class={`stance stance-${stance} ${quiet ? "quiet" : ""}`}>
      <StanceIcon stance={stance} size={13} />
      <span>{stanceWord(stance)}</span>
    </span>
  );
}

/** Words of a closed list (strength, checked, confidence, review, origin), translated; unknown ones as they stand. */
export function listWord(list: "strength" | "checked" | "confidence" | "review" | "origin" | "intent", value: string): string {
  const key = `${list}.${value}` as MessageKey;
  const told = t(key);
  return told === key ? value : told;
}

/** The label of a topic or phenomenon in the reader's language; English ones say that they are English. */
export function Label({ entry }: { entry: { label: string; labelZh: string | null } }) {
  if (language.value === "zh" && entry.labelZh) return <span lang="zh-CN">{entry.labelZh}</span>;
  return <span lang="en">{entry.label}</span>;
}

export function labelText(entry: { label: string; labelZh: string | null }): string {
  return language.value === "zh" && entry.labelZh ? entry.labelZh : entry.label;
}
