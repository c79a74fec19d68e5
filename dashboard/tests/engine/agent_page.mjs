import { assert, eventually, floorShown } from "../browser/harness.mjs";
import { agentIn, engineTest, searchFor } from "./harness.mjs";

engineTest("an agent's page shows the day as the trail has it, and adds what happens", {}, async ({ page, engine }) => {
  const agent = await agentIn(engine, "available");
  await engine.change(agent.agentId, "busy");
  await eventually(async () => (await engine.api(`/tenants/acme/agents/${agent.agentId}`)).state, "busy");
  await floorShown(page);
  await searchFor(page, agent);
  await page.getByRole("link", { name: agent.name }).click();
  await page.getByRole("heading", { name: agent.name, level: 1 }).waitFor();
  const rows = page.locator(".trail tbody tr");
  const { records } = await engine.api(`/tenants/acme/agents/${agent.agentId}/history?limit=1000`);
  assert.ok(records.length >= 2, "the start of watching, and one move");
  await eventually(() => rows.count(), records.length);
  assert.match(await rows.first().innerText(), /available[\s\S]*busy/);
  assert.match(await page.locator(".agent-now").innerText(), /busy[\s\S]*\d:\d\d[\s\S]*since/);
  await eventually(
    () => page.locator(".lane-stretch").count(),
    (stretches) => stretches >= 1,
  );
  await engine.change(agent.agentId, "wrap-up");
  await engine.change(agent.agentId, "busy");
  await eventually(() => rows.count(), records.length + 2);
  assert.match(await rows.first().innerText(), /wrap-up[\s\S]*busy[\s\S]*not allowed/);
  assert.equal(await page.locator(".agent-now").getAttribute("data-doubt"), "unverified");
  await eventually(
    () => page.locator(".figures").innerText(),
    (text) => /Changes in the last hour\s+[1-9]/.test(text),
  );
  assert.match(await page.locator(".figures").innerText(), /Longest today\s+\d/);
});
