// A page that runs all day must not stay broken: what fails while it is drawn is told, and the page loads itself anew.
import { Component, type ComponentChildren } from "preact";

const againMs = 5000;

export class Recovery extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
    setTimeout(() => location.reload(), againMs);
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div class="emptiness" role="alert">
        <h1>This page has failed</h1>
        <p>It loads itself again in a few seconds. The browser's console says what it was.</p>
      </div>
    );
  }
}
