/** Links: inside the page by hash, outside only http and https. */

import { safeLink } from "../core/format.ts";
import { type Route, formatRoute } from "../core/route.ts";
import { t, withWeights } from "../core/state.ts";
import { Icon } from "./icons.tsx";

interface ToProps {
  view: string;
  name?: string | null;
  parameters?: Record<string, string>;
  children: preact.ComponentChildren;
  class?: string;
  lang?: string;
  title?: string;
  current?: boolean;
}

/** A link to a view; the reader's weights travel along. */
export function To({ view, name = null, parameters = {}, children, current, ...rest }: ToProps) {
  const to: Route = withWeights({ view, name, parameters });
  return (
    <a href={formatRoute(to)} aria-current={current ? "page" : undefined} {...rest}>
      {children}
    </a>
  );
}

/** A link that leaves the page; plain text when the address is not http or https. */
export function Out({ url, children, class: name }: { url: string | null; children: preact.ComponentChildren; class?: string }) {
  const safe = safeLink(url);
  if (!safe) return <span class={name}>{children}</span>;
  return (
    <a class={`out ${name ?? ""}`} href={safe} rel="noopener noreferrer external" target="_blank">
      {children}
      <Icon name="out" size={11} class="out-sign" />
      <span class="unseen">{t("link.newTab")}</span>
    </a>
  );
}
