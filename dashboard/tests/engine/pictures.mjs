// Pictures of the wallboard over a running engine and simulator, for README and docs, and to look at what one changed:
//
//   node tests/engine/pictures.mjs FOLDER [NAME…]      with the names of some pictures only those
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openBrowser } from "../browser/browser.mjs";
import { RealEngine } from "./real_engine.mjs";

const [folder = "/tmp/wallboard", ...only] = process.argv.slice(2);
const wanted = (name) => only.length === 0 || only.includes(name);
await mkdir(folder, { recursive: true });

const dark = { colorScheme: "dark" };
const phone = { viewport: { width: 375, height: 760 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const large = { viewport: { width: 1920, height: 1080 } };

/** A floor that has been at work: many changes at the beginning, and a few a second since. */
const small = {
  simulator: [
    ...["--agents", "240", "--teams", "6", "--rate", "60", "--unauthorized", "0.02", "--late", "0.01"],
    ...["--platform-delay", "40ms", "--start-after-agents", "240"],
  ],
};
const big = {
  simulator: ["--agents", "10000", "--teams", "60", "--rate", "2000", "--unauthorized", "0.01"],
  tenant: "alerts { max-unverified-transitions = 100000 }",
};

const pictures = [
  // For README and docs, which show them small.
  { name: "floor", options: { viewport: { width: 1200, height: 700 } } },
  { name: "wall", path: "wall", options: { viewport: { width: 1280, height: 720 }, ...dark } },
  { name: "floor-light" },
  { name: "floor-dark", options: dark },
  { name: "floor-phone", options: phone },
  { name: "wall-dark", path: "wall", options: { ...large, ...dark } },
  { name: "agent-light", path: "agent" },
  { name: "agent-dark", path: "agent", options: dark },
  { name: "agent-phone", path: "agent", options: phone },
  { name: "alerts-light", path: "alerts" },
  { name: "metrics-dark", path: "metrics", options: dark, wait: 6000 },
  { name: "lost-light", lost: true },
  { name: "lost-phone", lost: true, options: phone },
  { name: "floor-10000", floor: big, options: large },
  { name: "wall-10000", floor: big, path: "wall", options: large },
];

const browser = await openBrowser();
for (const floor of [small, big]) {
  const own = pictures.filter((one) => (one.floor ?? small) === floor && wanted(one.name));
  if (own.length === 0) continue;
  const engine = new RealEngine(floor);
  try {
    await engine.start();
    const rows = await engine.settled(null, 180_000);
    if (floor === small) {
      await new Promise((resolve) => setTimeout(resolve, 40_000));
      await engine.control({ rate: 6 });
    }
    const { agentId } = rows[3];
    for (const { name, path = "floor", options, wait = 4000, lost } of own) {
      const page = await browser.page(options);
      await page.goto(`${engine.url}/#/acme/${path === "agent" ? `agents/${agentId}` : path}`);
      await page.locator(".live-mark[data-phase=live], .wall-longest li").first().waitFor({ timeout: 60_000 });
      await page.waitForTimeout(wait);
      if (lost) {
        engine.halt();
        await page.locator(".banner").waitFor();
        await page.waitForTimeout(9000);
      }
      await page.screenshot({ path: join(folder, `${name}.png`) });
      if (lost) engine.goOn();
      if (page.complaints.length > 0) console.log(name, page.complaints);
      await page.context().close();
    }
  } finally {
    await engine.stop();
  }
}
await browser.close();
