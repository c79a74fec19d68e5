import { assert, browserTest, eventually, floorShown } from "./harness.mjs";

const open = async (page, agent) => {
  await floorShown(page);
  await page.getByRole("searchbox").fill(agent.agentId);
  await page.getByRole("link", { name: agent.name }).click();
  await page.getByRole("heading", { name: agent.name, level: 1 }).waitFor();
};

browserTest(
  "an agent's page shows state and time, today's lanes, figures and the trail",
  {},
  async ({ page, platform }) => {
    const agent = platform.tenant().floor.agents.find((one) => one.state === "busy");
    await open(page, agent);
    assert.match(await page.locator(".agent-now").innerText(), /busy[\s\S]*\d:\d\d[\s\S]*since/);
    await page.locator(".trail tbody tr").first().waitFor();
    assert.ok((await page.locator(".lane-stretch").count()) > 3);
    await eventually(
      () => page.locator(".figures").innerText(),
      (text) => /Occupancy today\s+\d+ %/.test(text),
    );
    assert.match(await page.locator(".trail").innerText(), /not watched from here: lost connection/);
  },
);

browserTest(
  "what happens while the page is open is added to it without reading the trail again",
  {},
  async ({ page, platform }) => {
    const agent = platform.tenant().floor.agents.find((one) => one.state === "available");
    await open(page, agent);
    await page.locator(".trail tbody tr").first().waitFor();
    const [rows, reads] = [await page.locator(".trail tbody tr").count(), platform.historyReads];
    platform.move(agent.agentId, "busy");
    platform.move(agent.agentId, "break", false);
    await eventually(() => page.locator(".trail tbody tr").count(), rows + 2);
    const first = await page.locator(".trail tbody tr").first().innerText();
    assert.match(first, /busy[\s\S]*break[\s\S]*not allowed/);
    assert.equal(await page.locator(".agent-now").getAttribute("data-doubt"), "unverified");
    assert.equal(platform.historyReads, reads);
  },
);

browserTest(
  "whoever may not read the trail is told so, and sees what happens from now on",
  { platform: { maySeeHistory: false } },
  async ({ page, platform }) => {
    const agent = platform.tenant().floor.agents.find((one) => one.state === "available");
    await open(page, agent);
    await page.getByText("Reading the trail needs the role auditor.").waitFor();
    platform.move(agent.agentId, "busy");
    await eventually(() => page.locator(".trail tbody tr").count(), 1);
  },
);

browserTest(
  "an agent who is not monitored is no dead end",
  { real: true, path: "#/acme/agents/nobody" },
  async ({ page, platform }) => {
    if (!platform) return;
    await page.getByRole("heading", { name: "No such agent" }).waitFor();
    await page.getByRole("link", { name: "To the floor", exact: true }).click();
    await floorShown(page);
  },
);

browserTest("back on the floor the table is where it was", { platform: { agents: 2000 } }, async ({ page }) => {
  await floorShown(page);
  await page.locator(".agent-grid").focus();
  for (let i = 0; i < 5; ++i) await page.keyboard.press("PageDown");
  const top = await page.locator(".agent-grid").evaluate((grid) => grid.scrollTop);
  assert.ok(top > 1000);
  await page.keyboard.press("Enter");
  await page.locator(".agent-page").waitFor();
  await page.keyboard.press("Escape");
  await floorShown(page);
  await eventually(() => page.locator(".agent-grid").evaluate((grid) => grid.scrollTop), top);
  await eventually(() => page.locator(".agent-row[aria-selected=true]").count(), 1);
});

browserTest(
  "at the tenant's midnight an agent's page begins another day",
  {
    platform: {
      timeZone: "UTC",
      // The day is the server's, whose clock is hours ahead of the browser's here.
      get clockAheadMs() {
        return 86_400_000 - (Date.now() % 86_400_000) - 12_000;
      },
    },
  },
  async ({ page, platform }) => {
    await floorShown(page);
    const [agent] = platform.tenant().floor.agents;
    await page.evaluate((to) => void (location.hash = to), `#/acme/agents/${agent.agentId}`);
    const today = page.locator("#today-title");
    await page.locator(".trail tbody tr").first().waitFor();
    const before = await today.innerText();
    const reads = platform.historyReads;
    await eventually(
      () => today.innerText(),
      (text) => text !== before,
      20_000,
    );
    await eventually(() => platform.historyReads, reads + 1);
    // What lasts since yesterday is told with its date.
    assert.match(await page.locator(".agent-since").innerText(), /since \d+ [A-Z][a-z]+, \d\d:/);
  },
);
