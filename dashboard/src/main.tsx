import { effect } from "@preact/signals";
import { render } from "preact";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/shell.css";
import "./styles/floor.css";
import "./styles/agent_grid.css";
import "./styles/agent_page.css";
import "./styles/alerts_page.css";
import "./styles/metrics_page.css";
import "./styles/wall.css";
import "./styles/phone.css";
import { needsAttention } from "./floor/alert_book.ts";
import { start, store, tenant } from "./shell/app_state.ts";
import { startAnnouncing } from "./shell/announcer.tsx";
import { startBeat } from "./shell/frames.ts";
import { startKeyboard } from "./shell/keyboard.ts";
import { Page } from "./shell/page.tsx";
import { Recovery } from "./shell/recovery.tsx";

const app = document.getElementById("app")!;
app.replaceChildren();
render(
  <Recovery>
    <Page />
  </Recovery>,
  app,
);
startKeyboard();
startAnnouncing();
startBeat();
start();

effect(() => {
  const firing = needsAttention(store.alerts.value).length;
  const lost = store.link.value.phase === "lost";
  const name = tenant.value?.name;
  document.title = `${lost ? "(not live) " : firing > 0 ? `(${firing}) ` : ""}${name ? `${name} – ` : ""}Floorwalker`;
});
