// axe over every view of a running engine, with rows in doubt and a firing alert.
import { findings } from "../browser/axe.mjs";
import { assert, eventually, floorShown, link } from "../browser/harness.mjs";
import { engineTest } from "./harness.mjs";

const views = {
  floor: floorShown,
  alerts: (page) => page.locator(".alerts-page").waitFor(),
  metrics: (page) => page.locator(".chart canvas").first().waitFor(),
  wall: (page) => page.locator(".wall-longest li").first().waitFor(),
};
const engine = { tenant: "alerts { max-unverified-transitions = 1 }" };

for (const [device, options] of [
  ["a desk in the light theme", { colorScheme: "light" }],
  [
    "a phone in the dark theme",
    { colorScheme: "dark", viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true },
  ],
])
  engineTest(
    `axe finds nothing on ${device}`,
    { engine, page: { ...options, bypassCSP: true }, timeout: 150_000 },
    async ({ page, engine }) => {
      const rows = await engine.settled();
      const busy = rows.filter((one) => one.state === "busy").slice(0, 3);
      for (const agent of busy) await engine.change(agent.agentId, "break");
      await floorShown(page);
      for (const [name, shown] of Object.entries(views)) {
        await page.goto(`${engine.url}/#/acme/${name}`);
        await shown(page);
        assert.deepEqual(await findings(page), [], name);
      }
      await page.goto(`${engine.url}/#/acme/agents/${busy[0].agentId}`);
      await page.locator(".trail tbody tr").first().waitFor();
      assert.deepEqual(await findings(page), [], "agent");
      await page.goto(`${engine.url}/#/acme/floor`);
      await floorShown(page);
      engine.halt();
      await eventually(() => link(page), "lost", 5000);
      await page.locator(".banner").waitFor();
      assert.deepEqual(await findings(page), [], "connection lost");
      engine.goOn();
    },
  );
