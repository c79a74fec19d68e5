// One headless Chromium for all tests, and a page in a context of its own (own cookies, own SharedWorker) for each.
import { chromium } from "playwright-core";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless browser with a new, empty profile, which is gone after `close`. */
export async function openBrowser() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: flags,
    headless: true,
  });
  return {
    /** A page that fails its test by whatever it writes to its console as an error. */
    async page(options = {}) {
      const own = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        colorScheme: "light",
        ...options,
      });
      const page = await own.newPage();
      page.complaints = [];
      page.requests = [];
      page.on("console", (message) => {
        // A refused or lost request is what many tests are about; the page must only not break by it.
        if (message.type() === "error" && !/Failed to load resource|net::ERR_/.test(message.text()))
          page.complaints.push(message.text());
      });
      page.on("pageerror", (error) => page.complaints.push(String(error)));
      page.on("request", (request) => page.requests.push(request.url()));
      return page;
    },
    /** Chromium's own protocol, for the browser as a whole. */
    session: () => browser.newBrowserCDPSession(),
    /** What the browser did while `body` ran, as a trace. */
    async trace(page, body) {
      await browser.startTracing(page, {
        categories: [
          "-*",
          "toplevel",
          "devtools.timeline",
          "disabled-by-default-devtools.timeline",
          "disabled-by-default-devtools.timeline.frame",
          "devtools.timeline.frame",
        ],
      });
      await body();
      return browser.stopTracing();
    },
    close: () => browser.close(),
  };
}
