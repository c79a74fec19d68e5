import { assert, browserTest, floorShown } from "./harness.mjs";

browserTest(
  "the first load is at most 150 kB, and shows something within a second",
  { real: true },
  async ({ page, url }) => {
    await floorShown(page);
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.clearBrowserCache");
    let bytes = 0;
    const files = new Map();
    session.on("Network.responseReceived", ({ requestId, response }) => files.set(requestId, response.url));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const file = files.get(requestId);
      if (file && !file.includes("/api/")) bytes += encodedDataLength;
    });
    await page.goto("about:blank");
    await page.goto(`${url}/`);
    await floorShown(page);
    const first = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
    console.log(`# first content after ${Math.round(first)} ms, ${bytes} bytes`);
    assert.ok(bytes > 10_000 && bytes <= 150_000, `${bytes} bytes`);
    assert.ok(first <= 1000, `${first} ms`);
  },
);

browserTest(
  "the page lives under a policy without anything inline",
  { real: true, path: "#/" },
  async ({ page, url }) => {
    const policy = (await page.request.get(`${url}/`)).headers()["content-security-policy"] ?? "";
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    await page.addInitScript(() => {
      globalThis.violations = [];
      document.addEventListener("securitypolicyviolation", (event) =>
        globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
      );
    });
    await page.goto(`${url}/`);
    await page.reload();
    await floorShown(page);
    for (const keys of ["gm", "ga", "gf", "w", "w", "t", "t", "?"])
      for (const key of keys) await page.keyboard.press(key);
    await page.waitForTimeout(500);
    assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
  },
);

browserTest(
  "what never changes is kept by the browser, and the page itself is asked for again",
  { real: true },
  async ({ page, url }) => {
    const html = await page.request.get(`${url}/`);
    assert.match(html.headers()["cache-control"], /no-cache|no-store/);
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await html.text())[1];
    assert.match((await page.request.get(url + script)).headers()["cache-control"], /immutable/);
  },
);
