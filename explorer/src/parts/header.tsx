/** The header: title, tabs, search as you type, language and colours. */

import { useEffect, useRef } from "preact/hooks";
import { type Language, LANGUAGES, type MessageKey } from "../core/messages.ts";
import { type Theme, backendSignal, entries, go, goToHash, language, route, setParameters, t, theme } from "../core/state.ts";
import { Icon } from "./icons.tsx";
import { To } from "./link.tsx";
import { RefreshButton } from "./refresh.tsx";

const TABS: [string, MessageKey][] = [
  ["overview", "view.overview"],
  ["graph", "view.graph"],
  ["matrix", "view.matrix"],
  ["timeline", "view.timeline"],
  ["papers", "view.papers"],
  ["models", "view.models"],
  ["new", "view.new"],
  ["sparql", "view.sparql"],
];

/** The review has a tab where the server lets people decide. */
function tabs(): [string, MessageKey][] {
  return backendSignal.value?.reviewRoot ? [...TABS, ["review", "view.review"]] : TABS;
}

/** Which tab an entry's page belongs to. */
const HOME_TAB: Record<string, string> = { claim: "overview", phenomenon: "overview", paper: "papers", model: "models" };

export function Header() {
  const here = HOME_TAB[route.value.view] ?? route.value.view;
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the tabs do not all fit: the one that is open is to be seen.
    const tab = row.current?.querySelector("[aria-current]");
    if (!tab || !row.current) return;
    const [outer, inner] = [row.current.getBoundingClientRect(), tab.getBoundingClientRect()];
    if (inner.right > outer.right) row.current.scrollLeft += inner.right - outer.right + 24;
    else if (inner.left < outer.left) row.current.scrollLeft -= outer.left - inner.left + 24;
  }, [here]);
  return (
    <header class="head">
      <div class="head-row">
        <To view="overview" class="brand">
          {entries().graph.title}
        </To>
        <SearchField />
        <div class="head-tools">
          {backendSignal.value?.flavour === "served" && <RefreshButton />}
          <LanguageButton />
          <ThemeButton />
        </div>
      </div>
      <nav ref={row} class="tabs" aria-label={t("nav")}>
        <ul>
          {tabs().map(([view, key]) => (
            <li key={view}>
              <To view={view} current={here === view}>
                {t(key)}
              </To>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

function SearchField() {
  const field = useRef<HTMLInputElement>(null);
  const before = useRef<string | null>(null);
  const searching = route.value.view === "search";
  const given = searching ? (route.value.parameters.q ?? "") : "";

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const typing = target.closest("input, textarea, select, [contenteditable='true']");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        field.current?.focus();
        field.current?.select();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const search = (text: string) => {
    const searching = route.value.view === "search";
    if (!searching && text) {
      before.current = globalThis.location.hash || "#/";
      go({ view: "search", name: null, parameters: { q: text } });
    } else if (searching && !text && before.current !== null) goToHash(before.current);
    else if (searching) setParameters({ q: text });
  };
  return (
    <search class="search">
      <form onSubmit={(event) => event.preventDefault()}>
        <label>
          <span class="unseen">{t("search.label")}</span>
          <Icon name="search" size={15} class="search-sign" />
          <input
            ref={field}
            type="search"
            value={given}
            placeholder={t("search.placeholder")}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => search(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape" && searching) {
                event.preventDefault();
                search("");
              }
            }}
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
      </form>
    </search>
  );
}

function LanguageButton() {
  const other: Language = language.value === "en" ? "zh" : "en";
  return (
    <button type="button" class="tool" lang={other === "zh" ? "zh-CN" : "en"} onClick={() => {
      language.value = other;
    }}>
      {LANGUAGES[other].own}
    </button>
  );
}

const THEMES: Theme[] = ["auto", "light", "dark"];

function ThemeButton() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] as Theme;
  const name = theme.value === "auto" ? "half" : theme.value === "light" ? "sun" : "moon";
  const label = t("theme.label", { now: t(`theme.${theme.value}`), next: t(`theme.${next}`) });
  return (
    <button type="button" class="tool" title={label} aria-label={label} onClick={() => {
      theme.value = next;
    }}>
      <Icon name={name} />
    </button>
  );
}
