import { assert, eventually, floorShown, link, rowOf } from "../browser/harness.mjs";
import { agentIn, engineTest, searchFor } from "./harness.mjs";

engineTest(
  "an engine that falls silent shows within three seconds with the data's age, and heals by itself",
  {},
  async ({ page, engine }) => {
    const agent = await agentIn(engine, "available");
    await floorShown(page);
    await eventually(() => link(page), "live");
    await searchFor(page, agent);
    const begin = Date.now();
    engine.halt();
    await eventually(() => link(page), "lost", 4000);
    assert.ok(Date.now() - begin <= 3000, `it took ${Date.now() - begin} ms`);
    await page.getByText(/Connection lost\. The data is \d+ s old\./).waitFor();
    await engine.change(agent.agentId, "busy");
    engine.goOn();
    await eventually(() => link(page), "live", 15_000);
    await eventually(() => rowOf(page, agent.name).locator(".state-name").innerText(), "busy");
    assert.equal(await page.locator(".banner").count(), 0);
  },
);

engineTest(
  "an engine that dies is missed at once, and what happened meanwhile is there when it is back",
  {},
  async ({ page, engine }) => {
    const agent = await agentIn(engine, "available");
    await floorShown(page);
    await eventually(() => link(page), "live");
    await searchFor(page, agent);
    await engine.kill();
    await eventually(() => link(page), "lost", 3000);
    await engine.change(agent.agentId, "break");
    await engine.startEngine();
    await eventually(() => link(page), "live", 15_000);
    await eventually(() => rowOf(page, agent.name).locator(".state-name").innerText(), "break");
    await page.getByRole("searchbox").fill("");
    await page.getByText("60 agents").waitFor();
  },
);

engineTest(
  "while the platform can't be reached the rows are in doubt, and they are facts again afterwards",
  {},
  async ({ page, engine }) => {
    await engine.settled();
    await floorShown(page);
    await eventually(() => link(page), "live");
    await engine.control({ "upgrade-fault": "status:503*30" });
    await engine.control({ fault: "drop" });
    await eventually(
      () => page.locator(".grid-rows .agent-row[data-doubt=stale]").count(),
      (rows) => rows > 0,
    );
    await page
      .getByText(/rows? may be out of date/)
      .first()
      .waitFor();
    await eventually(() => page.locator(".grid-rows .agent-row[data-doubt=stale]").count(), 0, 20_000);
    await eventually(() => link(page), "live");
  },
);

engineTest("tabs of one browser share one stream of the engine", {}, async ({ page, engine }) => {
  const agent = await agentIn(engine, "available");
  await floorShown(page);
  const second = await page.context().newPage();
  const streams = [];
  page.context().on("request", (request) => request.url().includes("/stream") && streams.push(request.url()));
  await second.goto(engine.url);
  await floorShown(second);
  await searchFor(second, agent);
  await engine.change(agent.agentId, "busy");
  await eventually(() => rowOf(second, agent.name).locator(".state-name").innerText(), "busy");
  assert.deepEqual(streams, []);
});

engineTest("the stream ends with the last tab, also with one that crashed", {}, async ({ page, engine }) => {
  await floorShown(page);
  const context = page.context();
  const second = await context.newPage();
  await second.goto(engine.url);
  await floorShown(second);
  await page.goto("about:blank");
  await eventually(() => link(second), "live");
  const open = engine.connections();
  assert.ok(open >= 1);
  await second.goto("chrome://crash").catch(() => undefined);
  // Chromium keeps connections for the next request a while; the stream is one that it can't keep.
  await eventually(
    () => engine.connections(),
    (left) => left < open,
    10_000,
  );
});

engineTest(
  "a tenant that a reload takes away is not shown any more, on the large screen too, and comes back by itself",
  {},
  async ({ page, engine }) => {
    await floorShown(page);
    await page.keyboard.press("w");
    await page.locator(".wall-longest li").first().waitFor();
    await engine.reload({ name: "globex" });
    await page.getByRole("heading", { name: "No tenant of this name" }).waitFor({ timeout: 20_000 });
    assert.equal(await page.locator(".wall, .agent-row").count(), 0);
    assert.match(await page.getByRole("banner").innerText(), /choose/);
    await engine.reload({ name: "acme" });
    await page.locator(".wall-longest li").first().waitFor({ timeout: 40_000 });
    await eventually(() => link(page), "live");
  },
);
