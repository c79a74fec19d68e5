// A test with an engine and a simulator of its own, and a page on it.
import { test } from "node:test";
import { assert, hasBehaved, sharedBrowser } from "../browser/harness.mjs";
import { RealEngine } from "./real_engine.mjs";

/** Sixty agents in three teams who move only when the test says so. */
export const still = ["--agents", "60", "--teams", "3", "--paused"];

/** `engine`: of RealEngine; `page`: of the browser's context; `path`: where the page begins. */
export function engineTest(name, { engine: options = {}, page: pageOptions = {}, path = "", timeout = 90_000 }, body) {
  test(name, { timeout }, async () => {
    const engine = new RealEngine({ simulator: still, ...options });
    let page = null;
    try {
      await engine.start();
      const browser = await sharedBrowser();
      page = await browser.page(pageOptions);
      await page.goto(`${engine.url}/${path}`);
      await body({ page, engine, browser });
      hasBehaved(page, engine.url);
    } finally {
      await page?.context().close();
      await engine.stop();
    }
  });
}

/** An agent whose state is `state`, with a certain row. */
export async function agentIn(engine, state, token = null) {
  const found = (await engine.settled(token)).find((one) => one.state === state);
  assert.ok(found, `nobody is ${state}`);
  return found;
}

/** Shows one agent's row alone. */
export async function searchFor(page, agent) {
  await page.getByRole("searchbox").fill(agent.agentId);
  await page.locator(".match-count").getByText("1 of").waitFor();
}
