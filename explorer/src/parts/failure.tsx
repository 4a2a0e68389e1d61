/** What a reader sees when something failed: one sentence, and the next step. */

import { Component } from "preact";
import { t } from "../core/state.ts";

export function Failure({ reason }: { reason: string }) {
  return (
    <main class="page failure">
      <h1>{t("failure.title")}</h1>
      <p role="alert">{reason}</p>
      <p>{t("failure.next")}</p>
    </main>
  );
}

/** Keeps a failing view from taking the whole page with it. */
export class Guard extends Component<{ place: string; children?: preact.ComponentChildren }, { failed: string | null; at: string }> {
  state: { failed: string | null; at: string } = { failed: null, at: this.props.place };

  static getDerivedStateFromError(error: unknown): { failed: string } {
    return { failed: error instanceof Error ? error.message : String(error) };
  }

  componentDidUpdate(): void {
    // Another place gets another try.
    if (this.state.failed !== null && this.state.at !== this.props.place) {
      this.setState({ failed: null, at: this.props.place });
    } else if (this.state.at !== this.props.place) this.setState({ at: this.props.place });
  }

  render(): preact.ComponentChildren {
    if (this.state.failed === null) return this.props.children;
    return (
      <div class="page failure" role="alert">
        <h1>{t("failure.view")}</h1>
        <p>{this.state.failed}</p>
      </div>
    );
  }
}
