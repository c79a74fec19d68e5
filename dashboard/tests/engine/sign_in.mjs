import { assert, eventually, floorShown } from "../browser/harness.mjs";
import { agentIn, engineTest, searchFor } from "./harness.mjs";

const closed = { engine: { tokens: { wall: "viewer", audit: "auditor" } } };

async function signIn(page, token) {
  await page.getByLabel("Access token").fill(token);
  await page.keyboard.press("Enter");
}

engineTest(
  "a token opens the wallboard and stays in no reach of scripts; a wrong one is refused",
  closed,
  async ({ page, engine }) => {
    await engine.settled("wall");
    await signIn(page, "fw_wrong");
    await page.getByRole("alert").getByText("This token is not known here").waitFor();
    await signIn(page, engine.tokens.wall);
    await floorShown(page);
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, document.body.outerHTML]),
    );
    assert.ok(
      !kept.includes(engine.tokens.wall) && !kept.includes("floorwalker_session") && !page.url().includes("fw_"),
    );
    const [cookie] = await page.context().cookies();
    assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, "Strict"]);
    await page.reload();
    await floorShown(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Access token").waitFor();
    assert.equal(await page.locator(".agent-row").count(), 0);
    await page.reload();
    await page.getByLabel("Access token").waitFor();
  },
);

engineTest(
  "a viewer is told that the trail needs an auditor, and an auditor reads it",
  closed,
  async ({ page, engine }) => {
    const agent = await agentIn(engine, "available", "wall");
    await signIn(page, engine.tokens.wall);
    await floorShown(page);
    await searchFor(page, agent);
    await page.getByRole("link", { name: agent.name }).click();
    await page.getByText("Reading the trail needs the role auditor.").waitFor();
    await engine.change(agent.agentId, "busy");
    await eventually(() => page.locator(".trail tbody tr").count(), 1);
    await page.getByRole("button", { name: "Sign out" }).click();
    await signIn(page, engine.tokens.audit);
    await page.getByRole("heading", { name: agent.name, level: 1 }).waitFor();
    await eventually(
      () => page.locator(".trail tbody tr").count(),
      (rows) => rows >= 2,
    );
    assert.match(await page.locator(".trail").innerText(), /available[\s\S]*busy/);
  },
);

engineTest("a token that is revoked while the page is open ends the session", closed, async ({ page, engine }) => {
  await engine.settled("wall");
  await signIn(page, engine.tokens.wall);
  await floorShown(page);
  await engine.revoke("wall");
  await page.getByLabel("Access token").waitFor({ timeout: 10_000 });
  assert.equal(await page.locator(".agent-row").count(), 0);
  await signIn(page, engine.tokens.wall);
  await page.getByRole("alert").getByText("This token is not known here").waitFor();
  await signIn(page, engine.tokens.audit);
  await floorShown(page);
});
