/** Buttons that copy, download and switch. */

import { useState } from "preact/hooks";
import { announcement, t } from "../core/state.ts";
import { Icon } from "./icons.tsx";

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

export function CopyButton({ text, label }: { text: string | (() => string); label: string }) {
  const [told, setTold] = useState("");
  const copy = async () => {
    const done = await copyText(typeof text === "function" ? text() : text);
    const message = done ? t("copied") : t("copyFailed");
    setTold(message);
    announcement.value = `${label}: ${message}`;
    setTimeout(() => setTold(""), 2000);
  };
  return (
    <button type="button" class="quiet-button" onClick={copy}>
      <Icon name="copy" size={13} />
      {told || label}
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
