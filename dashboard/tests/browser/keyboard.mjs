import { assert, browserTest, eventually, floorShown } from "./harness.mjs";

const focused = (page) =>
  page.evaluate(
    () => document.activeElement?.id || document.activeElement?.className || document.activeElement?.tagName,
  );

browserTest("every view and every filter is reached with keys alone", { real: true }, async ({ page }) => {
  await floorShown(page);
  const views = [
    ["ga", "alerts"],
    ["gm", "metrics"],
    ["gf", "floor"],
    ["w", "wall"],
    ["w", "floor"],
  ];
  for (const [keys, view] of views) {
    for (const key of keys) await page.keyboard.press(key);
    await eventually(
      () => page.url(),
      (url) => url.includes(`/${view}`),
    );
  }
  await floorShown(page);
  await page.keyboard.press("1");
  await eventually(() => page.locator(".tile[aria-pressed=true]").count(), 1);
  await page.keyboard.press("1");
  await eventually(() => page.locator(".tile[aria-pressed=true]").count(), 0);
  await page.keyboard.press("s");
  await eventually(
    () => page.url(),
    (url) => url.includes("sort=name"),
  );
  await page.keyboard.press("r");
  await eventually(
    () => page.url(),
    (url) => url.includes("reversed=yes"),
  );
  await page.keyboard.press("/");
  await page.keyboard.type("zz top");
  await eventually(
    () => page.url(),
    (url) => url.includes("search=zz+top"),
  );
  await page.keyboard.press("Escape");
  await eventually(
    () => page.url(),
    (url) => !url.includes("search"),
  );
  assert.equal(await focused(page), "agent-grid");
});

browserTest(
  "in the table the arrows move, Enter opens, Escape returns to the same agent",
  { real: true },
  async ({ page }) => {
    await floorShown(page);
    await page.locator(".agent-grid").focus();
    for (const key of ["ArrowDown", "ArrowDown", "j", "k"]) await page.keyboard.press(key);
    const active = page.locator(".agent-row[aria-selected=true]");
    await eventually(() => active.count(), 1);
    // The last key may not be drawn yet, and rows change places: both are read in one moment, two frames later.
    const shown = await page.evaluate(async () => {
      for (let frame = 0; frame < 2; ++frame) await new Promise(requestAnimationFrame);
      const row = document.querySelector(".agent-row[aria-selected=true]");
      const told = document.querySelector(".agent-grid").getAttribute("aria-activedescendant");
      return { name: row.querySelector(".agent-link").textContent, id: row.id, told };
    });
    assert.equal(shown.told, shown.id);
    const { name } = shown;
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    await page.keyboard.press("Escape");
    await eventually(() => focused(page), "agent-grid");
    await eventually(() => active.locator(".agent-link").innerText(), name);
  },
);

browserTest("the help lists the keys, holds the focus, and gives it back", { real: true }, async ({ page }) => {
  await floorShown(page);
  await page.getByRole("searchbox").focus();
  await page.keyboard.press("Tab");
  const before = await focused(page);
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys and signs" });
  await dialog.waitFor();
  await page.keyboard.press("w");
  assert.doesNotMatch(page.url(), /wall/);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await focused(page), before);
});

browserTest("single keys can be switched off, and stay off", { real: true }, async ({ page }) => {
  await floorShown(page);
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: /Single keys/ }).uncheck();
  await page.keyboard.press("Escape");
  await page.reload();
  await floorShown(page);
  await page.keyboard.press("w");
  await page.waitForTimeout(200);
  assert.doesNotMatch(page.url(), /wall/);
});

browserTest(
  "Tab reaches everything in the order of the screen, each with a visible focus",
  { real: true },
  async ({ page }) => {
    await floorShown(page);
    await page.locator("body").click({ position: { x: 1, y: 895 } });
    const seen = [];
    for (let i = 0; i < 16; ++i) {
      await page.keyboard.press("Tab");
      seen.push(
        await page.evaluate(() => {
          const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
          return {
            name: document.activeElement.textContent.trim().slice(0, 20),
            ring: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
          };
        }),
      );
    }
    assert.ok(
      seen.every((one) => one.ring),
      JSON.stringify(seen),
    );
  },
);

browserTest("the theme follows the system, and a chosen one is kept", { real: true }, async ({ page }) => {
  await floorShown(page);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await eventually(theme, "dark");
  await page.keyboard.press("t");
  await eventually(theme, "light");
  await page.reload();
  await floorShown(page);
  assert.equal(await theme(), "light");
});
