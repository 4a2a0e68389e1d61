/** The words of the page, from message files, with plurals and numbers by locale. */

import en from "../messages/en.json";
import zh from "../messages/zh.json";

export type MessageKey = keyof typeof en;
export type Language = "en" | "zh";
type Message = string | { one?: string; other: string };

export const LANGUAGES: Record<Language, { own: string; locale: string }> = {
  en: { own: "English", locale: "en-GB" },
  zh: { own: "中文", locale: "zh-CN" },
};

const MESSAGES: Record<Language, Record<string, Message>> = { en, zh };

/** The message with `{name}` replaced; `count` chooses the plural and is written by locale. */
export function message(language: Language, key: MessageKey, values: Record<string, string | number> = {}): string {
  const found = MESSAGES[language][key] ?? MESSAGES.en[key] ?? key;
  const locale = LANGUAGES[language].locale;
  let text: string;
  if (typeof found === "string") text = found;
  else {
    const rule = new Intl.PluralRules(locale).select(Number(values.count ?? 0));
    text = (rule === "one" ? found.one : undefined) ?? found.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

/** The reader's language: what they chose, else the browser's, else English. */
export function chooseLanguage(chosen: string | null, wanted: readonly string[]): Language {
  if (chosen === "en" || chosen === "zh") return chosen;
  for (const one of wanted) {
    const language = one.toLowerCase().split("-")[0];
    if (language === "en" || language === "zh") return language;
  }
  return "en";
}
