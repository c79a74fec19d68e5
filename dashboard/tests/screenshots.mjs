// Pictures of what the wallboard looks like, for whoever changes it: node tests/screenshots.mjs FOLDER [NAME…]
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openBrowser } from "./browser/browser.mjs";
import { MockPlatform } from "./mock_platform.mjs";

const [folder = "/tmp/wallboard", ...only] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const dark = { colorScheme: "dark" };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const large = { viewport: { width: 1920, height: 1080 } };

const small = new MockPlatform({ tenants: ["acme", "globex"], stale: 0.02, unauthorized: 0.03 });
const big = new MockPlatform({ agents: 10_000, rate: 500, teams: 60, seed: 7 });
const closed = new MockPlatform({ token: "open-sesame" });
const empty = new MockPlatform({ agents: 0, rate: 0, alerts: false });
/** As many states, teams and kinds of names as anybody may have. */
const odd = new MockPlatform({ agents: 400, rate: 20, unauthorized: 0.1, stale: 0.1, matrix: manyStates(40) });
rename(odd.tenant().floor.agents);
const all = [small, big, closed, empty, odd];
for (const platform of all) await platform.start();
const agentId = small.tenant().floor.agents.find((one) => one.verified && !one.stale && one.state === "busy").agentId;
const doubted = small.tenant().floor.agents.find((one) => !one.verified)?.agentId ?? agentId;

function manyStates(count) {
  const more = Array.from({ length: count - 5 }, (_, i) =>
    i % 7 === 0 ? `waiting_for_the_second_level_support_queue_${i}` : `special task ${i}`,
  );
  const names = ["available", "busy", "wrap-up", "break", "offline", ...more];
  return Object.fromEntries(names.map((name) => [name, names.filter((one) => one !== name)]));
}

function rename(agents) {
  const names = [
    "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh, Maximiliana Konstantina Alexandra",
    "山田 太郎",
    "محمد عبد الرحمن (ليلي)",
    "דנה כהן-לוי!",
    "Nguyễn Thị Ánh Tuyết",
    "김민준",
    "O’Brien\u202e evil",
    "x",
    "🙂 Zoë",
    "เสาวลักษณ์ ศรีสุวรรณ",
  ];
  agents.forEach((agent, i) => {
    agent.name = names[i % names.length];
    agent.team =
      i % 10 === 3 ? "فريق خدمة العملاء" : i % 10 === 5 ? "" : `Team ${i % 200} of the very long named region`;
  });
}

const oddAgent = (i) => `#/acme/agents/${odd.tenant().floor.agents[i].agentId}`;

const pictures = {
  "floor-empty": { at: empty, path: "" },
  "wall-empty": { at: empty, path: "#/acme/wall", options: { ...large, ...dark } },
  "floor-odd": { at: odd, path: "" },
  "floor-odd-phone": { at: odd, path: "", options: phone },
  "wall-odd": { at: odd, path: "#/acme/wall", options: { ...large, ...dark } },
  "agent-odd": { at: odd, path: oddAgent(0) },
  "agent-odd-rtl": { at: odd, path: oddAgent(2), options: phone },
  "floor-light": { at: small, path: "" },
  "floor-dark": { at: small, path: "", options: dark },
  "floor-phone": { at: small, path: "", options: phone },
  "floor-phone-table": {
    at: small,
    path: "",
    options: phone,
    then: (page) =>
      page
        .locator(".floor-agents")
        .scrollIntoViewIfNeeded()
        .then(() => page.evaluate("document.querySelector('main').scrollTo(0, 9999)")),
  },
  "floor-tablet": { at: small, path: "", options: { viewport: { width: 900, height: 1100 } } },
  "floor-10000": { at: big, path: "", options: large },
  "floor-filtered": { at: small, path: "#/acme/floor?doubt=stale&doubt=unverified" },
  "floor-menu": {
    at: small,
    path: "",
    then: (page) => page.getByRole("search").getByRole("button", { name: "Team" }).click(),
  },
  "wall-dark": { at: small, path: "#/acme/wall", options: { ...large, ...dark } },
  "wall-light": { at: big, path: "#/acme/wall", options: large },
  "agent-light": { at: small, path: `#/acme/agents/${agentId}` },
  "agent-dark": { at: small, path: `#/acme/agents/${doubted}`, options: dark },
  "agent-phone": { at: small, path: `#/acme/agents/${agentId}`, options: phone },
  "alerts-light": { at: small, path: "#/acme/alerts" },
  "alerts-phone": { at: small, path: "#/acme/alerts", options: { ...phone, ...dark } },
  "metrics-light": { at: small, path: "#/acme/metrics", wait: 6000 },
  "metrics-dark": { at: small, path: "#/acme/metrics", options: dark, wait: 3000 },
  help: { at: small, path: "", then: (page) => page.keyboard.press("?") },
  "sign-in": { at: closed, path: "" },
  "lost-light": { at: small, path: "", lose: true },
  "lost-wall": { at: small, path: "#/acme/wall", options: { ...large, ...dark }, lose: true },
};

const browser = await openBrowser();
for (const [name, { at, path, options, then, wait = 1500, lose }] of Object.entries(pictures)) {
  if (only.length > 0 && !only.some((one) => name.includes(one))) continue;
  const page = await browser.page(options);
  await page.goto(`${at.url}/${path}`);
  await page.locator("[data-phase=live], .sign-in").first().waitFor();
  await page.waitForTimeout(wait);
  if (lose) {
    at.lose(8);
    await page.waitForTimeout(4000);
  }
  await then?.(page);
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  if (page.complaints.length > 0) console.log(name, page.complaints);
  await page.context().close();
  if (lose) await new Promise((resolve) => setTimeout(resolve, 5000));
}
await browser.close();
for (const platform of all) await platform.stop();
