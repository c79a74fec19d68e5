// Memory over hours: ten thousand agents who move all the time, and a person who opens and closes everything there is,
// with a connection that is lost now and then and a second tab that comes and goes.
//
//   FLOORWALKER_MEMORY_MINUTES=60 FLOORWALKER_BIN=…/build/release/bin node --test tests/engine/memory.test.mjs
//
// Only memory is judged, so it may run beside other work. With FLOORWALKER_MEMORY_TOLD=1 each round's figures are
// printed as they come.
import { test } from "node:test";
import { assert } from "../browser/harness.mjs";
import { engineTest } from "./harness.mjs";
import { risesBy } from "./memory_trend.mjs";
import { PlainPage } from "./plain_page.mjs";
import { memoryOf } from "./renderer_memory.mjs";

const minutes = Number(process.env.FLOORWALKER_MEMORY_MINUTES ?? 10);
const rate = process.env.FLOORWALKER_MEMORY_RATE ?? "1000";
const rows = ".grid-rows .agent-row";

/**
 * How far each figure may lie above what it was before. One table of agents that stays behind is a thousand nodes and
 * forty listeners, and a round opens six of them; script memory differs by half a megabyte from round to round, the
 * renderers' resident memory by five. Ten minutes have some forty rounds.
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

const linkIs = (phase) => document.querySelector(".page")?.getAttribute("data-link") === phase;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function onceRound(page, engine, agents, round) {
  // The table: search, filters, each order, to its end and back.
  await page.evaluate(
    (text) => {
      const field = document.getElementById("agent-search");
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    },
    `agent 0${round % 10}`,
  );
  await page.click(".tile");
  await page.click(".choice-menu:nth-of-type(3) > button");
  await page.click(".choices label:nth-of-type(3) input");
  await page.evaluate(() => document.querySelector(".choices input").focus());
  await page.press("Escape");
  await page.evaluate(() => document.querySelector(".agent-grid").focus());
  await page.press("x", "s", "s", "r", "s", "s", "s", "End", "PageUp", "Home");
  // Agents' pages, each with its trail.
  for (let i = 0; i < 2; ++i) {
    await page.goto(`#/acme/agents/${agents[(round * 2 + i) % agents.length].agentId}`);
    await page.see(".trail tbody tr");
    await page.press("Escape");
    await page.see(rows);
  }
  // The other views, in both themes, and the window over them.
  await page.press("g", "a");
  await page.see(".alerts-page");
  await page.press("g", "m");
  await page.see(".chart canvas", 4);
  await page.click(".segment:last-child");
  await page.press("t", "t", "t", "w");
  await page.see(".wall-longest li");
  await page.press("w", "?");
  await page.see("dialog[open]");
  await page.click("dialog .icon-button");
  await page.see(rows);
  // A second tab shares the stream, and is forgotten.
  const second = await PlainPage.open(page.whole, engine.url, page.context);
  await second.see(rows);
  await second.close();
  // A connection that is given up for a new one.
  if (round % 3 === 2) {
    engine.halt();
    await page.until(linkIs, "lost");
    await pause(4000);
    engine.goOn();
    await page.until(linkIs, "live");
  }
  await page.goto("#/acme/floor?");
  await page.see(rows);
  await pause(2000);
}

engineTest(
  `memory is flat over ${minutes} minutes of 10,000 agents and ${rate} transitions a second`,
  {
    engine: {
      simulator: ["--agents", "10000", "--teams", "60", "--rate", rate, "--unauthorized", "0.01"],
      tenant: "alerts { max-unverified-transitions = 1000000 }",
    },
    path: "health/live",
    timeout: minutes * 60_000 + 400_000,
  },
  async ({ engine, browser }) => {
    const agents = await engine.settled(null, 120_000);
    const page = await PlainPage.open(await browser.session(), engine.url);
    await page.see(rows);
    await page.until(() => document.querySelector(".match-count")?.textContent === "10,000 agents");
    const memory = await memoryOf(page);
    const judged = async () => (await engine.api("/tenants/acme/metrics")).totalProcessed;
    const [before, begin] = [await judged(), Date.now()];
    const samples = [];
    for (let round = 0; Date.now() - begin < minutes * 60_000; ++round) {
      await onceRound(page, engine, agents, round);
      samples.push(await memory.sample());
      if (process.env.FLOORWALKER_MEMORY_TOLD) console.log(`# ${JSON.stringify(samples.at(-1))}`);
    }
    const seconds = (Date.now() - begin) / 1000;
    const pace = ((await judged()) - before) / seconds;
    console.log(`# ${samples.length} rounds in ${seconds.toFixed(0)} s, ${pace.toFixed(0)} transitions/s`);
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
