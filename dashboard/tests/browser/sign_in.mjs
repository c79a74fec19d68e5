import { assert, browserTest, eventually, floorShown } from "./harness.mjs";

const closed = { platform: { token: "open-sesame" } };

browserTest(
  "a token opens the wallboard, and stays neither in the address nor in storage nor in reach of scripts",
  closed,
  async ({ page }) => {
    await page.getByLabel("Access token").fill("open-sesame");
    await page.keyboard.press("Enter");
    await floorShown(page);
    assert.doesNotMatch(page.url(), /sesame/);
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, document.body.outerHTML]),
    );
    assert.doesNotMatch(kept, /sesame|floorwalker_session/);
    await page.reload();
    await floorShown(page);
  },
);

browserTest("a wrong token is refused with a sentence, and the field has the focus again", closed, async ({ page }) => {
  await page.getByLabel("Access token").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("This token is not known here").waitFor();
  await eventually(() => page.evaluate(() => document.activeElement?.getAttribute("name")), "token");
  await page.getByLabel("Access token").fill("open-sesame");
  await page.keyboard.press("Enter");
  await floorShown(page);
});

browserTest(
  "signing out forgets everything in every tab, and signing in again opens every tab",
  closed,
  async ({ page, url }) => {
    await page.getByLabel("Access token").fill("open-sesame");
    await page.keyboard.press("Enter");
    await floorShown(page);
    const second = await page.context().newPage();
    await second.goto(url);
    await floorShown(second);
    await page.getByRole("button", { name: "Sign out" }).click();
    for (const tab of [page, second]) {
      await tab.getByLabel("Access token").waitFor();
      assert.equal(await tab.locator(".agent-row").count(), 0);
    }
    // And signing in again in one of them opens all.
    await second.getByLabel("Access token").fill("open-sesame");
    await second.keyboard.press("Enter");
    for (const tab of [page, second]) await floorShown(tab);
  },
);

browserTest(
  "a session that ends while the page is open leads back to signing in, and from there to the same place",
  closed,
  async ({ page, platform }) => {
    await page.getByLabel("Access token").fill("open-sesame");
    await page.keyboard.press("Enter");
    await floorShown(page);
    await page.getByRole("link", { name: /^Alerts/ }).click();
    platform.sessions.clear();
    platform.tenant().stream.drop();
    await page.getByLabel("Access token").fill("open-sesame");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Alerts", level: 1 }).waitFor();
  },
);
