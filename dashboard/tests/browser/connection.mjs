import { assert, browserTest, eventually, floorShown, link, rowOf } from "./harness.mjs";

browserTest(
  "a connection that is cut shows at once, with the data's age, and heals by itself without a new snapshot",
  {},
  async ({ page, platform }) => {
    await floorShown(page);
    await eventually(() => link(page), "live");
    const { stream } = platform.tenant();
    platform.lose(2.5);
    await eventually(() => link(page), "lost", 3000);
    await page.getByText(/Connection lost\. The data is \d+ s old\./).waitFor();
    const agent = platform.tenant().floor.agents.find((one) => one.state === "available");
    platform.move(agent.agentId, "break");
    await eventually(() => link(page), "live", 10_000);
    assert.equal(await page.locator(".banner").count(), 0);
    assert.equal(stream.resumed, 1, "it came back with its last id");
    await page.getByRole("searchbox").fill(agent.agentId);
    await eventually(() => rowOf(page, agent.name).locator(".state-name").innerText(), "break");
  },
);

browserTest(
  "a connection that is only silent shows within three seconds, and times stand still",
  {},
  async ({ page, platform }) => {
    await floorShown(page);
    await eventually(() => link(page), "live");
    // Begins right after a word of the server.
    await page.waitForTimeout(1000);
    platform.sendMetrics();
    const begin = Date.now();
    platform.silence(6);
    await eventually(() => link(page), "lost", 4000);
    assert.ok(Date.now() - begin <= 3200, `it took ${Date.now() - begin} ms`);
    const time = page.locator(".grid-rows .agent-row .cell-time").first();
    const frozen = await time.innerText();
    await page.waitForTimeout(1500);
    assert.equal(await time.innerText(), frozen);
    await eventually(() => link(page), "live", 10_000);
    await eventually(
      () => time.innerText(),
      (now) => now !== frozen,
    );
  },
);

browserTest("an engine that was started again is believed from its new snapshot on", {}, async ({ page, platform }) => {
  await floorShown(page);
  const { floor } = platform.tenant();
  const [gone] = floor.agents.splice(0, 1);
  floor.byId.delete(gone.agentId);
  platform.restart();
  await page.getByText("239 agents").waitFor({ timeout: 10_000 });
  await eventually(() => link(page), "live");
});

browserTest(
  "an engine that does not answer yet is waited for, and nobody has to touch anything",
  {},
  async ({ page, platform }) => {
    await floorShown(page);
    platform.apiDownUntil = Infinity;
    await page.reload();
    await page.getByRole("heading", { name: "The wallboard can't begin" }).waitFor();
    platform.apiDownUntil = 0;
    await floorShown(page);
  },
);

browserTest(
  "a browser that is behind gets the newest states, and says that changes were merged",
  { platform: { rate: 300 } },
  async ({ page, platform }) => {
    await floorShown(page);
    platform.hold(1.5);
    await eventually(
      () => page.locator(".live-mark").getAttribute("title"),
      (title) => /were merged/.test(title ?? ""),
      6000,
    );
    platform.tenant().floor.rate = 0;
    await page.waitForTimeout(1500);
    const agent = platform.tenant().floor.agents.find((one) => one.verified && !one.stale);
    await page.getByRole("searchbox").fill(agent.agentId);
    await eventually(() => rowOf(page, agent.name).locator(".state-name").innerText(), agent.state);
  },
);

browserTest(
  "tabs of one browser share one stream, and it goes on when one of them is closed",
  {},
  async ({ page, platform, url }) => {
    await floorShown(page);
    const second = await page.context().newPage();
    await second.goto(url);
    await floorShown(second);
    assert.equal(platform.tenant().stream.opened, 1);
    await page.goto("about:blank");
    const agent = platform.tenant().floor.agents.find((one) => one.state === "busy");
    platform.move(agent.agentId, "wrap-up");
    await second.getByRole("searchbox").fill(agent.agentId);
    await eventually(() => rowOf(second, agent.name).locator(".state-name").innerText(), "wrap-up");
    assert.equal(platform.tenant().stream.opened, 1);
  },
);

browserTest("without SharedWorker the page listens by itself", {}, async ({ page, platform }) => {
  await page.addInitScript("delete globalThis.SharedWorker");
  await page.reload();
  await floorShown(page);
  const agent = platform.tenant().floor.agents.find((one) => one.state === "busy");
  platform.move(agent.agentId, "available");
  await page.getByRole("searchbox").fill(agent.agentId);
  await eventually(() => rowOf(page, agent.name).locator(".state-name").innerText(), "available");
});

browserTest(
  "another tenant shows its own agents, and nothing of the last one",
  { platform: { tenants: ["acme", "globex"] } },
  async ({ page, platform }) => {
    await floorShown(page);
    const first = platform.tenant("acme").floor.agents[0];
    await page.getByRole("combobox", { name: "Tenant" }).selectOption("globex");
    await eventually(() => platform.tenant("acme").stream.clients.size, 0);
    await floorShown(page);
    await page.getByRole("searchbox").fill(first.agentId);
    await page.getByText("No agent matches.").waitFor();
    assert.match(page.url(), /#\/globex\/floor/);
  },
);

browserTest("a tenant that is in trouble says so, and why", {}, async ({ page, platform }) => {
  await floorShown(page);
  platform.setCondition("degraded", "Two listeners reconnect.");
  await page.getByText("The tenant is degraded.").waitFor();
  await page.getByText("Two listeners reconnect.").waitFor();
});

browserTest(
  "an engine that was upgraded while it was away is noticed by its new page, though its epoch is the same",
  {},
  async ({ page, platform }) => {
    await floorShown(page);
    await eventually(() => link(page), "live");
    await page.route("**/", (route) => route.fulfill({ body: "<script type=module src=/assets/newer.js></script>" }));
    platform.lose(1);
    await page.getByText("A newer wallboard is being served.").waitFor({ timeout: 15_000 });
  },
);

browserTest(
  "a tab that crashed is forgotten, and its tenant's stream with it",
  { platform: { tenants: ["acme", "globex"] } },
  async ({ page, platform, url }) => {
    await floorShown(page);
    const second = await page.context().newPage();
    await second.goto(`${url}/#/globex/floor`);
    await floorShown(second);
    const clients = () => platform.tenant("globex").stream.clients.size;
    assert.equal(clients(), 1);
    await second.goto("chrome://crash").catch(() => undefined);
    await eventually(clients, 0, 10_000);
    assert.equal(platform.tenant("acme").stream.clients.size, 1);
  },
);

browserTest("a page that fails while it is drawn says so, and comes back by itself", {}, async ({ page }) => {
  await floorShown(page);
  await page.evaluate(() => {
    Object.defineProperty(Intl.NumberFormat.prototype, "format", {
      get: () => {
        throw new Error("on purpose");
      },
    });
  });
  await page.getByRole("heading", { name: "This page has failed" }).waitFor();
  await floorShown(page);
  await eventually(() => link(page), "live");
  assert.ok(page.complaints.some((one) => one.includes("on purpose")));
  page.complaints = page.complaints.filter((one) => !one.includes("on purpose"));
});

browserTest(
  "when the first tenant goes, whoever watched it does not see another one in its place",
  { platform: { tenants: ["acme", "globex"] } },
  async ({ page, platform }) => {
    await floorShown(page);
    assert.match(page.url(), /#\/acme\/floor/);
    const { stream } = platform.tenant("acme");
    platform.tenants.delete("acme");
    stream.drop();
    await page.getByRole("heading", { name: "No tenant of this name" }).waitFor();
    assert.equal(await page.locator(".agent-row").count(), 0);
    await page.getByRole("combobox", { name: "Tenant" }).selectOption("globex");
    await floorShown(page);
  },
);
