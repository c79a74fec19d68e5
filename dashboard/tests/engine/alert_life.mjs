import { assert, eventually, floorShown } from "../browser/harness.mjs";
import { engineTest } from "./harness.mjs";

engineTest(
  "an alert that the engine raises stands on the floor, in the title, in the badge and among the alerts",
  { engine: { tenant: "alerts { max-unverified-transitions = 1, window = 5min }" } },
  async ({ page, engine }) => {
    const busy = (await engine.settled()).filter((one) => one.state === "busy").slice(0, 3);
    await floorShown(page);
    await page.getByText("Nothing. No alert is firing").waitFor();
    for (const agent of busy) await engine.change(agent.agentId, "break");
    await eventually(
      () => page.locator(".badge").allInnerTexts(),
      ([text]) => text?.startsWith("1"),
      10_000,
    );
    await eventually(
      () => page.title(),
      (title) => title.startsWith("(1)"),
    );
    const { alerts } = await engine.api("/tenants/acme/alerts?state=firing");
    assert.equal(alerts.length, 1);
    await page.locator(".attention").getByText(alerts[0].sentence.slice(0, 40)).waitFor();
    await page.getByRole("link", { name: /^Alerts/ }).click();
    const shown = page.locator(".alert[data-state=firing]");
    await shown.getByText(alerts[0].advice).waitFor();
    assert.match(await shown.innerText(), /firing for/);
  },
);
