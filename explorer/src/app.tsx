/** The frame around every view: header with search, tabs, the view, footer, live region. */

import { useEffect, useRef } from "preact/hooks";
import { labelText } from "./parts/marks.tsx";
import { Guard } from "./parts/failure.tsx";
import { Header } from "./parts/header.tsx";
import { To } from "./parts/link.tsx";
import { MovedRule } from "./parts/moved-rule.tsx";
import { announcement, entries, route, t } from "./core/state.ts";
import type { MessageKey } from "./core/messages.ts";
import { AboutView } from "./views/about.tsx";
import { ClaimView } from "./views/claim.tsx";
import { GraphView } from "./views/graph.tsx";
import { MatrixView } from "./views/matrix.tsx";
import { ModelView, ModelsView } from "./views/model.tsx";
import { NewView } from "./views/new.tsx";
import { OverviewView } from "./views/overview.tsx";
import { PaperView } from "./views/paper.tsx";
import { PapersView } from "./views/papers.tsx";
import { PhenomenonView } from "./views/phenomenon.tsx";
import { ReviewView } from "./views/review.tsx";
import { SearchView } from "./views/search.tsx";
import { SparqlView } from "./views/sparql.tsx";
import { TimelineView } from "./views/timeline.tsx";

interface View {
  title: () => string;
  draw: () => preact.ComponentChildren;
}

function chooseView(): View {
  const { view, name } = route.value;
  const known = entries();
  const named = (key: MessageKey, draw: () => preact.ComponentChildren): View => ({ title: () => t(key), draw });
  if (name !== null) {
    const claim = view === "claim" ? known.claims.get(name) : undefined;
    if (claim) return { title: () => claim.label, draw: () => <ClaimView claim={claim} /> };
    const phenomenon = view === "phenomenon" ? known.phenomena.get(name) : undefined;
    if (phenomenon) return { title: () => labelText(phenomenon), draw: () => <PhenomenonView phenomenon={phenomenon} /> };
    const paper = view === "paper" ? known.papers.get(name) : undefined;
    if (paper) return { title: () => paper.title, draw: () => <PaperView paper={paper} /> };
    const model = view === "model" ? known.models.get(name) : undefined;
    if (model) return { title: () => model.label, draw: () => <ModelView model={model} /> };
    return { title: () => t("missing.title"), draw: () => <Missing /> };
  }
  switch (view) {
    case "overview":
      return named("view.overview", () => <OverviewView />);
    case "graph":
      return named("view.graph", () => <GraphView />);
    case "matrix":
      return named("view.matrix", () => <MatrixView />);
    case "timeline":
      return named("view.timeline", () => <TimelineView />);
    case "new":
      return named("view.new", () => <NewView />);
    case "sparql":
      return named("view.sparql", () => <SparqlView />);
    case "papers":
      return named("view.papers", () => <PapersView />);
    case "models":
      return named("view.models", () => <ModelsView />);
    case "search":
      return named("view.search", () => <SearchView />);
    case "review":
      return named("view.review", () => <ReviewView />);
    case "about":
      return named("view.about", () => <AboutView />);
    default:
      return { title: () => t("missing.title"), draw: () => <Missing /> };
  }
}

export function App() {
  const view = chooseView();
  const main = useRef<HTMLElement>(null);
  const place = `${route.value.view}/${route.value.name ?? ""}`;
  const first = useRef(true);
  const title = view.title();

  useEffect(() => {
    document.title = `${title} · ${entries().graph.title}`;
  }, [title]);

  // A new place starts at its top, with the focus there, so that keyboards and screen readers follow.
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    if (route.value.view === "search") return;
    globalThis.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
    announcement.value = view.title();
  }, [place]);

  return (
    <>
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        main.current?.focus();
      }}>
        {t("skip")}
      </a>
      <Header />
      <MovedRule />
      <main id="main" ref={main} tabIndex={-1} key={place}>
        <Guard place={place}>{view.draw()}</Guard>
      </main>
      <Footer />
      <div class="unseen" role="status" aria-live="polite">
        {announcement.value}
      </div>
    </>
  );
}

function Missing() {
  return (
    <div class="page">
      <h1>{t("missing.title")}</h1>
      <p>{t("missing.text", { name: `${route.value.view}/${route.value.name ?? ""}` })}</p>
      <p>
        <To view="overview">{t("missing.back")}</To>
      </p>
    </div>
  );
}

function Footer() {
  const { graph } = entries();
  return (
    <footer class="foot">
      <p>
        <span lang="en">{graph.description}</span>
      </p>
      <p>
        <To view="about">{t("view.about")}</To>
        <span class="digest">
          {t("foot.digest")} <code>{graph.digest.slice(0, 12)}</code>
        </span>
      </p>
    </footer>
  );
}
