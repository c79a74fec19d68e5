// axe over every view, in both themes, on a desk and on a phone: no finding of WCAG 2.2 AA or of good practice.
import { findings } from "./axe.mjs";
import { assert, browserTest, floorShown } from "./harness.mjs";

const phone = { viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true };
const troubled = { stale: 0.05, unauthorized: 0.1, rate: 2 };

const views = {
  floor: floorShown,
  alerts: (page) => page.locator(".alerts-page").waitFor(),
  metrics: (page) => page.locator(".chart canvas").first().waitFor(),
  wall: (page) => page.locator(".wall-longest li").first().waitFor(),
};

for (const colorScheme of ["light", "dark"])
  for (const [device, options] of [
    ["a desk", {}],
    ["a phone", phone],
  ])
    browserTest(
      `axe finds nothing on ${device} in the ${colorScheme} theme`,
      { platform: troubled, page: { ...options, colorScheme, bypassCSP: true }, timeout: 120_000 },
      async ({ page, platform }) => {
        await floorShown(page);
        for (const [name, shown] of Object.entries(views)) {
          await page.goto(`${platform.url}/#/acme/${name}`);
          await shown(page);
          assert.deepEqual(await findings(page), [], name);
        }
        await page.goto(`${platform.url}/#/acme/agents/${platform.tenant().floor.agents[0].agentId}`);
        await page.locator(".trail").waitFor();
        assert.deepEqual(await findings(page), [], "agent");
        await page.goto(`${platform.url}/#/acme/floor?doubt=stale&doubt=unverified`);
        await floorShown(page);
        await page.getByRole("search").getByRole("button", { name: "Team" }).click();
        assert.deepEqual(await findings(page), [], "menu");
        await page.keyboard.press("Escape");
        await page.keyboard.press("?");
        await page.getByRole("dialog").waitFor();
        assert.deepEqual(await findings(page), [], "help");
        await page.keyboard.press("Escape");
        platform.lose(3);
        await page.locator(".banner").waitFor();
        assert.deepEqual(await findings(page), [], "connection lost");
      },
    );

browserTest(
  "axe finds nothing where one signs in",
  { platform: { token: "open-sesame" }, page: { bypassCSP: true } },
  async ({ page }) => {
    await page.getByLabel("Access token").waitFor();
    assert.deepEqual(await findings(page), []);
  },
);
