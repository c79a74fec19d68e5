import { assert, browserTest, countOf, eventually, floorShown, rowOf, tile } from "./harness.mjs";

const agentIn = (platform, state) => platform.tenant().floor.agents.find((one) => one.state === state);

browserTest("a change reaches the row and the counts within a second", {}, async ({ page, platform }) => {
  await floorShown(page);
  const agent = agentIn(platform, "available");
  Object.assign(agent, { name: "Nadia Testcase" });
  platform.setAgent(agent.agentId, {});
  const [available, busy] = [await countOf(page, "available"), await countOf(page, "busy")];
  await page.getByRole("searchbox").fill("Testcase");
  await rowOf(page, "Nadia Testcase").waitFor();
  platform.move(agent.agentId, "busy");
  await eventually(() => rowOf(page, "Nadia Testcase").locator(".state-name").innerText(), "busy", 1000);
  await eventually(() => countOf(page, "busy"), busy + 1, 1000);
  assert.equal(await countOf(page, "available"), available - 1);
});

browserTest(
  "the first glance tells counts, the longest of each state, what is wrong, and that it is live",
  { real: true },
  async ({ page, platform }) => {
    await floorShown(page);
    await page.locator(".live-mark[data-phase=live]").waitFor();
    assert.ok((await page.locator(".tile").count()) >= 2);
    await page.getByRole("heading", { name: "Needs attention" }).waitFor();
    if (!platform) return;
    const longest = platform
      .tenant()
      .floor.agents.filter((one) => one.state === "busy")
      .sort((a, b) => Date.parse(a.since) - Date.parse(b.since))[0];
    assert.match(await tile(page, "busy").innerText(), new RegExp(longest.name));
    assert.match(await page.locator(".attention").innerText(), /came later than 2,500\sms/);
  },
);

browserTest("times in state tick while nothing is sent", {}, async ({ page }) => {
  await floorShown(page);
  const time = page.locator(".grid-rows .agent-row .cell-time").first();
  const before = await time.innerText();
  await eventually(
    () => time.innerText(),
    (now) => now !== before,
    2500,
  );
});

browserTest(
  "times in state follow the server's clock and not this one",
  { platform: { clockAheadMs: 3600_000 } },
  async ({ page, platform }) => {
    await floorShown(page);
    const agent = agentIn(platform, "available");
    platform.move(agent.agentId, "busy");
    await page.getByRole("searchbox").fill(agent.agentId);
    await eventually(
      () => page.locator(".grid-rows .agent-row:not([hidden]) .cell-time").first().innerText(),
      (text) => /^0:0\d$/.test(text),
      3000,
    );
  },
);

browserTest(
  "a row that may be out of date is no fact: it says so, and is not counted as one",
  {},
  async ({ page, platform }) => {
    await floorShown(page);
    const agent = agentIn(platform, "break");
    const before = await countOf(page, "break");
    platform.setAgent(agent.agentId, { stale: true });
    await eventually(() => countOf(page, "break"), before - 1);
    assert.match(await tile(page, "break").innerText(), /\+1\?/);
    await page.getByRole("button", { name: "1 row may be out of date" }).click();
    await eventually(() => page.locator(".grid-rows .agent-row:not([hidden])").count(), 1);
    const row = rowOf(page, agent.name);
    assert.equal(await row.getAttribute("data-doubt"), "stale");
    assert.match(await row.innerText(), /stale/);
    platform.setAgent(agent.agentId, { stale: false, since: null });
    await eventually(() => countOf(page, "break"), before);
  },
);

browserTest(
  "a state that the rules do not allow stands beside the verified one and never in its place",
  {},
  async ({ page, platform }) => {
    await floorShown(page);
    const agent = agentIn(platform, "wrap-up");
    const before = await countOf(page, "wrap-up");
    platform.move(agent.agentId, "busy", false);
    await eventually(() => countOf(page, "wrap-up"), before - 1);
    await page.getByRole("searchbox").fill(agent.agentId);
    const row = rowOf(page, agent.name);
    await eventually(() => row.locator(".state-name").innerText(), "wrap-up");
    assert.match(await row.innerText(), /→ busy\?/);
    assert.match(await row.innerText(), /unverified/);
  },
);

browserTest("a time of which only the least is known says at least", {}, async ({ page, platform }) => {
  await floorShown(page);
  const agent = agentIn(platform, "busy");
  platform.setAgent(agent.agentId, { since: null });
  await page.getByRole("searchbox").fill(agent.agentId);
  await eventually(
    () => rowOf(page, agent.name).locator(".cell-time").innerText(),
    (text) => text.startsWith("≥ "),
  );
});

browserTest("agents who leave vanish, agents who come appear", {}, async ({ page, platform }) => {
  await floorShown(page);
  const { floor, stream } = platform.tenant();
  const agent = floor.agents[3];
  stream.send("agent", { gone: agent.agentId });
  await page.getByText("239 agents").waitFor();
  stream.send("agent", { agent: { ...agent, agentId: "new-one", name: "Brand New" } }, "new-one");
  await page.getByText("240 agents").waitFor();
});

browserTest(
  "a matrix with states of its own gets tiles in its order, with shapes of their own",
  {
    platform: {
      matrix: {
        Ready: ["On Call"],
        "On Call": ["After Call", "Ready"],
        "After Call": ["Ready", "Team meeting"],
        "Team meeting": ["Ready"],
      },
    },
  },
  async ({ page }) => {
    await floorShown(page);
    const names = await page.locator(".tile .tile-name").allInnerTexts();
    assert.deepEqual(names, ["Ready", "On Call", "After Call", "Team meeting"]);
    const shapes = await page
      .locator(".tile .glyph path")
      .evaluateAll((all) => all.map((one) => one.getAttribute("d")));
    assert.equal(new Set(shapes).size, 4);
  },
);
