// What every browser test begins with: the wallboard over a pretended platform, or over a real engine.
//
//   FLOORWALKER_URL=http://127.0.0.1:8080   tests that only look run against that engine; those that must make
//                                           something happen are left out
//   FLOORWALKER_TOKEN=…                     signs in there
//   CHROMIUM=/usr/bin/chromium              the browser
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser } from "./browser.mjs";
import { MockPlatform } from "../mock_platform.mjs";
import { queryProblem } from "../mock/known_parameters.mjs";

const engine = process.env.FLOORWALKER_URL?.replace(/\/$/, "") ?? null;
let browser = null;

after(() => browser?.close());

/**
 * A test with a page of its own. `options`: of the MockPlatform; `page`: of the browser's context; `real`: true if an
 * engine without any control over it will do.
 */
export function browserTest(
  name,
  { platform: options = {}, page: pageOptions = {}, real = false, path = "", timeout = 60_000 },
  body,
) {
  if (engine !== null && !real) return;
  test(name, { timeout }, async () => {
    await sharedBrowser();
    const platform = engine === null ? new MockPlatform({ rate: 0, stale: 0, unauthorized: 0, ...options }) : null;
    const url = platform === null ? engine : await platform.start();
    const page = await browser.page(pageOptions);
    try {
      if (platform === null && process.env.FLOORWALKER_TOKEN)
        await page.request.post(`${url}/api/v1/session`, { data: { token: process.env.FLOORWALKER_TOKEN } });
      await page.goto(`${url}/${path}`);
      await body({ page, platform, url, browser });
      hasBehaved(page, url);
    } finally {
      await page.context().close();
      await platform?.stop();
    }
  });
}

/** The one browser of all tests of this process. */
export async function sharedBrowser() {
  browser ??= await openBrowser();
  return browser;
}

/** Nothing was written to the console as an error, no other host was asked, and nothing that the API does not know. */
export function hasBehaved(page, url) {
  assert.deepEqual(page.complaints, [], "the page wrote errors to its console");
  const foreign = page.requests.filter(
    (one) => new URL(one).origin !== new URL(url).origin && !one.startsWith("data:"),
  );
  assert.deepEqual(foreign, [], "the page asked another host");
  const unknown = page.requests
    .filter((one) => one.includes("/api/v1/"))
    .map((one) => queryProblem(new URL(one)))
    .filter((problem) => problem !== "");
  assert.deepEqual(unknown, [], "the page sent parameters that the API does not have");
}

/** The floor is drawn. */
export async function floorShown(page) {
  await page.locator(".grid-rows .agent-row").first().waitFor();
}

/** Waits until `look` gives what is expected; fails with what it gave last. */
export async function eventually(look, expected, within = 5000) {
  const until = Date.now() + within;
  let last;
  for (;;) {
    last = await look();
    if (typeof expected === "function" ? expected(last) : Object.is(last, expected)) return last;
    if (Date.now() > until) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`after ${within} ms: ${JSON.stringify(last)}, expected ${expected}`);
}

export const tile = (page, state) => page.locator(`.tile[data-state="${state}"]`);
export const countOf = async (page, state) =>
  Number((await tile(page, state).locator(".tile-count").innerText()).match(/^[0-9,]+/)[0].replace(",", ""));
export const rowOf = (page, name) => page.locator(".grid-rows .agent-row:not([hidden])", { hasText: name });
export const link = (page) => page.locator(".page").getAttribute("data-link");
export const rowTexts = (page, cell) => page.locator(`.grid-rows .agent-row:not([hidden]) .${cell}`).allInnerTexts();

export { assert };
