import { assert, browserTest, floorShown } from "./harness.mjs";

const phone = { viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true };

const wider = (page) =>
  page.evaluate(() => {
    const main = document.querySelector("main");
    return Math.max(document.documentElement.scrollWidth, main.scrollWidth) - innerWidth;
  });

browserTest(
  "on a phone nothing is wider than the screen, and every control is large enough to touch",
  { page: phone, platform: { tenants: ["acme", "globex"], token: null } },
  async ({ page, platform }) => {
    await floorShown(page);
    const { agentId } = platform.tenant().floor.agents[0];
    for (const view of ["floor", "alerts", "metrics", `agents/${agentId}`]) {
      await page.goto(`${platform.url}/#/acme/${view}`);
      await page.waitForTimeout(400);
      assert.ok((await wider(page)) <= 0, `${view} is ${await wider(page)} pixels too wide`);
      const small = await page
        .locator("button:visible, select:visible, input:visible, nav a:visible")
        .evaluateAll((all) =>
          all
            .map((one) => ({
              name: one.textContent.trim() || one.getAttribute("aria-label"),
              ...one.getBoundingClientRect().toJSON(),
            }))
            .filter((one) => one.width > 1 && (one.height < 24 || one.width < 24))
            .map((one) => `${one.name} ${one.width}×${one.height}`),
        );
      assert.deepEqual(small, [], view);
    }
  },
);

browserTest(
  "on a phone a touch opens the agent, and the way back is there",
  { page: phone, real: true },
  async ({ page }) => {
    await floorShown(page);
    const row = page.locator(".grid-rows .agent-row").first();
    await row.scrollIntoViewIfNeeded();
    await row.locator(".cell-time").tap();
    await page.locator(".agent-page").waitFor();
    await page.getByRole("link", { name: "The floor", exact: true }).tap();
    await floorShown(page);
  },
);

browserTest(
  "on a small screen no part of the floor lies over another, and a verified state is never cut",
  { page: { viewport: { width: 1000, height: 700 } } },
  async ({ page, platform }) => {
    await floorShown(page);
    const agent = platform.tenant().floor.agents.find((one) => one.state === "busy");
    platform.move(agent.agentId, "offline", false);
    await page.getByRole("searchbox").fill(agent.agentId);
    await page.locator(".agent-row[data-doubt=unverified]").waitFor();
    for (const width of [1000, 1200]) {
      await page.setViewportSize({ width, height: 700 });
      await page.waitForTimeout(300);
      const cut = await page
        .locator(".agent-row:not([hidden]) .state-name")
        .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent));
      assert.deepEqual(cut, [], `${width} pixels wide`);
    }
    await page.setViewportSize({ width: 1000, height: 700 });
    const spills = await page
      .locator(".floor-side > *")
      .evaluateAll(
        (all) =>
          all.filter((one) => one.scrollHeight > one.clientHeight && getComputedStyle(one).overflowY === "visible")
            .length,
      );
    assert.equal(spills, 0);
  },
);
