// Memory over hours: ten thousand agents who move all the time, and a person who opens and closes everything there is,
// with a connection that is lost now and then and a second tab that comes and goes.
//
//   FLOORWALKER_MEMORY_MINUTES=60 FLOORWALKER_BIN=…/build/release/bin node --test tests/engine/memory.test.mjs
//
// Only memory is judged, so it may run beside other work.
import { test } from "node:test";
import { assert, eventually, floorShown, link } from "../browser/harness.mjs";
import { engineTest } from "./harness.mjs";
import { risesBy } from "./memory_trend.mjs";
import { memoryOf } from "./renderer_memory.mjs";

const minutes = Number(process.env.FLOORWALKER_MEMORY_MINUTES ?? 10);
const rate = process.env.FLOORWALKER_MEMORY_RATE ?? "1000";
const patience = 60_000;

/**
 * How far each figure may lie above what it was before. One agent's page is 400 nodes, 60 listeners and half a
 * megabyte: if each round of some twenty seconds left one behind, a third of ten minutes would hold ten of them.
 */
const bounds = { script: 1, nodes: 150, listeners: 20, documents: 0.5, resident: 12 };

test("the rule tells a leak from noise", () => {
  const noise = (i) => ((i * 7919) % 13) / 13 - 0.5;
  const judged = (figure) =>
    risesBy(
      Array.from({ length: 30 }, (_, i) => figure(i)),
      1,
    );
  const still = judged((i) => 20 + noise(i));
  assert.equal(still, "");
  const warmingUp = judged((i) => Math.min(20, 10 + i) + noise(i));
  assert.equal(warmingUp, "");
  const leaking = judged((i) => 20 + 0.2 * i + noise(i));
  assert.match(leaking, /last third lies/);
  const risingInBoth = judged((i) => 20 + (i % 10) * 0.2 + (i >= 20 ? 0.9 : 0));
  assert.match(risingInBoth, /rises by/);
  assert.match(risesBy([1, 1, 1], 1), /only 3/);
});

async function onceRound(page, engine, agents, round) {
  const goto = (hash) => page.evaluate((to) => void (location.hash = to), hash);
  // The table: search, filter, each order, to its end and back.
  await page.getByRole("searchbox").fill(`agent ${round % 10}`);
  await page.locator(".tile").first().click();
  await page.getByRole("search").getByRole("button", { name: "Team" }).click();
  await page
    .locator(".choices input")
    .nth(round % 20)
    .check();
  await page.keyboard.press("Escape");
  await page.locator(".agent-grid").focus();
  for (const key of ["x", "s", "s", "r", "s", "s", "s", "End", "PageUp", "Home"]) {
    await page.keyboard.press(key);
    await page.waitForTimeout(50);
  }
  // Agents' pages, a long list of what was there before each of them.
  for (let i = 0; i < 2; ++i) {
    await goto(`#/acme/agents/${agents[(round * 2 + i) % agents.length].agentId}`);
    await page.locator(".agent-head").waitFor({ timeout: patience });
    await page.locator(".trail tbody tr").first().waitFor({ timeout: patience });
    await page.keyboard.press("Escape");
    await floorShown(page);
  }
  // The other views, in both themes, and the windows over them.
  await page.keyboard.type("ga");
  await page.locator(".alerts-page").waitFor({ timeout: patience });
  await page.keyboard.type("gm");
  await page.locator(".chart canvas").nth(3).waitFor({ timeout: patience });
  await page.getByRole("button", { name: "1 hour" }).click();
  await page.keyboard.type("ttt");
  await page.keyboard.press("w");
  await page.locator(".wall-longest li").first().waitFor({ timeout: patience });
  await page.keyboard.press("w");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  // A second tab shares the stream, and is forgotten.
  const second = await page.context().newPage();
  await second.goto(engine.url);
  await second.locator(".grid-rows .agent-row").first().waitFor({ timeout: patience });
  await second.close();
  await page.bringToFront();
  // A connection that is given up for a new one.
  if (round % 3 === 2) {
    engine.halt();
    await eventually(() => link(page), "lost", patience);
    await page.waitForTimeout(4000);
    engine.goOn();
    await eventually(() => link(page), "live", patience);
  }
  await page.evaluate(() => history.replaceState(null, "", "#/acme/floor"));
  await goto("#/acme/floor?");
  await floorShown(page);
  await page.waitForTimeout(2000);
}

engineTest(
  `memory is flat over ${minutes} minutes of 10,000 agents and ${rate} transitions a second`,
  {
    engine: {
      simulator: ["--agents", "10000", "--teams", "60", "--rate", rate, "--unauthorized", "0.01"],
      tenant: "alerts { max-unverified-transitions = 1000000 }",
    },
    timeout: minutes * 60_000 + 400_000,
  },
  async ({ page, engine, browser }) => {
    const agents = await engine.settled(null, 120_000);
    await floorShown(page);
    await page.getByText("10,000 agents").waitFor({ timeout: patience });
    const memory = await memoryOf(page, browser);
    const before = (await engine.api("/tenants/acme/metrics")).totalProcessed;
    const begin = Date.now();
    const samples = [];
    for (let round = 0; Date.now() - begin < minutes * 60_000; ++round) {
      await onceRound(page, engine, agents, round);
      samples.push(await memory.sample());
      if (process.env.FLOORWALKER_MEMORY_TOLD) console.log(`# ${JSON.stringify(samples.at(-1))}`);
    }
    const seconds = (Date.now() - begin) / 1000;
    const judged = (await engine.api("/tenants/acme/metrics")).totalProcessed - before;
    console.log(
      `# ${samples.length} rounds in ${seconds.toFixed(0)} s, ${(judged / seconds).toFixed(0)} transitions/s`,
    );
    const risen = [];
    for (const [name, bound] of Object.entries(bounds)) {
      const series = samples.map((one) => one[name]);
      console.log(`# ${name}: ${series.map((one) => one.toFixed(Number.isInteger(one) ? 0 : 1)).join(" ")}`);
      const why = risesBy(series, bound);
      if (why !== "") risen.push(`${name}: ${why}`);
    }
    assert.deepEqual(risen, []);
  },
);
