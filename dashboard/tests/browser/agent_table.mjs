import { assert, browserTest, eventually, floorShown, rowTexts, tile } from "./harness.mjs";

const seconds = (text) =>
  text
    .replace("≥ ", "")
    .split(":")
    .reduce((sum, part) => sum * 60 + Number(part), 0);

browserTest(
  "the longest in state stands first, and any column sorts both ways",
  { real: true },
  async ({ page, platform }) => {
    await floorShown(page);
    if (platform) await page.locator(".tile[data-state=busy]").click();
    // A row that has just changed takes its new place with the next summary.
    const descending = (all) => all.every((one, i) => i === 0 || one <= all[i - 1]);
    await eventually(async () => {
      const times = await rowTexts(page, "cell-time");
      return times.filter((one) => /^[\d:]+$/.test(one)).map(seconds);
    }, descending);
    const head = page.getByRole("columnheader", { name: "Agent" });
    await head.getByRole("button").click();
    await eventually(() => head.getAttribute("aria-sort"), "ascending");
    const sorted = (names) =>
      JSON.stringify(names) ===
      JSON.stringify([...names].sort(new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare));
    await eventually(() => rowTexts(page, "agent-link"), sorted);
    await head.getByRole("button").click();
    await eventually(() => head.getAttribute("aria-sort"), "descending");
  },
);

browserTest(
  "filters by state, team and reason narrow the table together, and the address keeps them",
  {},
  async ({ page, platform }) => {
    await floorShown(page);
    const { agents } = platform.tenant().floor;
    const [{ team }] = agents;
    await tile(page, "busy").click();
    await page.getByRole("search").getByRole("button", { name: "Team" }).click();
    await page.getByRole("checkbox", { name: team }).check();
    await page.keyboard.press("Escape");
    await page.getByRole("search").getByRole("button", { name: "Reason" }).click();
    await page.getByRole("checkbox", { name: "chat" }).check();
    const expected = agents.filter((one) => one.state === "busy" && one.team === team && one.reason === "chat").length;
    const count = page.locator(".match-count");
    await eventually(() => count.innerText(), `${expected} of 240 agents`);
    await page.reload();
    await floorShown(page);
    await eventually(() => count.innerText(), `${expected} of 240 agents`);
    await page.getByRole("button", { name: "Clear" }).click();
    await eventually(() => count.innerText(), "240 agents");
  },
);

browserTest("the search finds names, ids and teams while one writes", { real: true }, async ({ page }) => {
  await floorShown(page);
  const [name] = await rowTexts(page, "agent-link");
  await page.getByRole("searchbox").pressSequentially(name.toUpperCase(), { delay: 5 });
  await eventually(
    () => rowTexts(page, "agent-link"),
    (names) => names.length > 0 && names.every((one) => one.includes(name)),
  );
  await page.getByRole("searchbox").fill("no such agent anywhere");
  await page.getByText("No agent matches.").waitFor();
  await page.getByRole("button", { name: /^Show all/ }).click();
  await floorShown(page);
  assert.equal(await page.getByRole("searchbox").inputValue(), "");
});

browserTest(
  "ten thousand agents are a table of a few dozen elements that reaches its end",
  { platform: { agents: 10_000, teams: 60 } },
  async ({ page }) => {
    await floorShown(page);
    await page.locator(".agent-grid").focus();
    await page.keyboard.press("End");
    const rows = page.locator(".grid-rows .agent-row:not([hidden])");
    await eventually(() => rows.last().getAttribute("aria-rowindex"), "10001");
    assert.ok((await rows.count()) < 60, `${await rows.count()} rows`);
    assert.ok((await page.locator("*").count()) < 1800, `${await page.locator("*").count()} elements`);
    assert.equal(await page.locator(".agent-grid").getAttribute("aria-rowcount"), "10001");
  },
);
