import { assert, browserTest, eventually, floorShown } from "./harness.mjs";

const quiet = { platform: { alerts: false } };
const alert = { kind: "time-in-state", sentence: "Someone has been on break for long.", advice: "Ask." };

browserTest("an alert is seen pending, firing and resolved as it happens", quiet, async ({ page, platform }) => {
  await floorShown(page);
  await page.getByText("Nothing. No alert is firing").waitFor();
  const { id } = platform.raiseAlert({ ...alert, state: "pending" });
  await page.getByRole("link", { name: /^Alerts/ }).click();
  await page.locator(".alert[data-state=pending]").waitFor();
  assert.equal(await page.locator(".badge").count(), 0);
  platform.moveAlert(id, "firing");
  await page.locator(".alert[data-state=firing]").getByText(alert.advice).waitFor();
  await eventually(
    () => page.locator(".badge").innerText(),
    (text) => text.startsWith("1"),
  );
  await eventually(
    () => page.title(),
    (title) => title.startsWith("(1)"),
  );
  assert.match(await page.locator("[role=status][aria-live]").innerText(), /New alert: Someone/);
  platform.moveAlert(id, "resolved");
  await page.locator(".alert[data-state=resolved]").waitFor();
  await eventually(() => page.locator(".badge").count(), 0);
});

browserTest(
  "a firing alert about an agent stands on the floor, on the row and on the agent's page",
  quiet,
  async ({ page, platform }) => {
    await floorShown(page);
    const agent = platform.tenant().floor.agents[5];
    platform.raiseAlert({ ...alert, labels: { agentId: agent.agentId } });
    await page.getByRole("searchbox").fill(agent.agentId);
    await eventually(() => page.locator(".agent-row[data-alerted]").count(), 1);
    await page.locator(".attention").getByRole("link", { name: alert.sentence }).click();
    await page.locator(".agent-page .note").getByText(alert.sentence).waitFor();
  },
);

browserTest(
  "an administrator silences a kind of alert with a reason, and ends the silence",
  quiet,
  async ({ page, platform }) => {
    await floorShown(page);
    platform.raiseAlert(alert);
    await page.getByRole("link", { name: /^Alerts/ }).click();
    await page.getByRole("button", { name: "Silence… time-in-state" }).click();
    const dialog = page.getByRole("dialog", { name: "Silence time-in-state" });
    await dialog.getByRole("button", { name: "Silence" }).click();
    await dialog.getByText("Say why").waitFor();
    await dialog.getByLabel("Why").fill("Fire drill");
    await dialog.getByRole("button", { name: "Silence" }).click();
    await page.locator(".alert[data-silenced]").waitFor();
    await page.getByText("Fire drill").waitFor();
    await eventually(() => page.locator(".badge").count(), 0);
    await page.getByRole("button", { name: "End the silence of time-in-state" }).click();
    await eventually(() => page.locator(".alert[data-silenced]").count(), 0);
  },
);

browserTest("a viewer sees alerts and can't silence them", { platform: { role: "viewer" } }, async ({ page }) => {
  await floorShown(page);
  await page.getByRole("link", { name: /^Alerts/ }).click();
  await page.locator(".alert").first().waitFor();
  assert.equal(await page.getByRole("button", { name: /^Silence/ }).count(), 0);
});

browserTest(
  "an alert that somebody else silences is shown so at once, with the reason, until the silence is over",
  quiet,
  async ({ page, platform }) => {
    await floorShown(page);
    platform.raiseAlert(alert);
    await page.getByRole("link", { name: /^Alerts/ }).click();
    await page.getByRole("button", { name: "Silence… time-in-state" }).waitFor();
    const elsewhere = await page.request.post(`${platform.url}/api/v1/tenants/acme/silences`, {
      data: { kind: "time-in-state", minutes: 0.1, reason: "Fire drill" },
    });
    assert.ok(elsewhere.ok());
    await page.locator(".alert[data-silenced]").waitFor();
    await page.getByText("Fire drill").waitFor();
    assert.equal(await page.getByRole("button", { name: "Silence… time-in-state" }).count(), 0);
    await page.getByText("Fire drill").waitFor({ state: "detached", timeout: 10_000 });
  },
);
