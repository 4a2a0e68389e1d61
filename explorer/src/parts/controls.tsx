/** Buttons that copy, download and switch. */

import { useState } from "preact/hooks";
import { announcement, t } from "../core/state.ts";
import { Icon, type IconName } from "./icons.tsx";

/** Copy text; where the clipboard is closed to pages (a file from a disk), by a hidden text field. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    field.className = "unseen";
    document.body.append(field);
    field.select();
    // Deprecated, and the only way left where the clipboard API is refused.
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}

interface CopyProps {
  text: string | (() => string);
  label: string;
  /** The whole name, where the label alone says too little: it begins with the label. */
  spoken?: string;
  icon?: IconName;
  /** Only the sign, the label as its name. */
  bare?: boolean;
  /** As small as the words around it. */
  small?: boolean;
}

export function CopyButton({ text, label, spoken, icon = "copy", bare = false, small = false }: CopyProps) {
  const [told, setTold] = useState("");
  const copy = async () => {
    const done = await copyText(typeof text === "function" ? text() : text);
    const message = done ? t("copied") : t("copyFailed");
    setTold(message);
    announcement.value = `${spoken ?? label}: ${message}`;
    setTimeout(() => setTold(""), 2000);
  };
  const shape = bare ? "bare-button" : small ? "quiet-button small-button" : "quiet-button";
  return (
    <button type="button" class={shape} onClick={copy} title={bare ? label : undefined} aria-label={told ? undefined : bare ? label : spoken}>
      {!(bare && told) && <Icon name={icon} size={bare || small ? 12 : 13} />}
      {told || (bare ? null : label)}
    </button>
  );
}

export function downloadText(name: string, type: string, text: string | Blob): void {
  const blob = typeof text === "string" ? new Blob([text], { type }) : text;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

interface Choice {
  value: string;
  label: preact.ComponentChildren;
}

/** One of a few, as radio buttons that look like a segmented control. */
export function Segments({ name, label, value, choices, onChange }: {
  name: string;
  label: string;
  value: string;
  choices: Choice[];
  onChange: (value: string) => void;
}) {
  return (
    <fieldset class="segments">
      <legend class="unseen">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} class={choice.value === value ? "chosen" : ""}>
          <input type="radio" name={name} value={choice.value} checked={choice.value === value} onChange={() => onChange(choice.value)} />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function Select({ label, value, choices, onChange, unseen = false }: {
  label: string;
  value: string;
  choices: { value: string; label: string }[];
  onChange: (value: string) => void;
  unseen?: boolean;
}) {
  return (
    <label class="field">
      <span class={unseen ? "unseen" : ""}>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}
