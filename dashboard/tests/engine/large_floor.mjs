// Ten thousand agents and two thousand transitions a second from the simulator through the engine to the page. All
// three and the browser share the machine, so frames are judged strictly only with FLOORWALKER_STRICT=1; the figures
// are printed in any case.
import { loadavg } from "node:os";
import { at, enoughFrames, share, watchFrames, workOfFrames } from "../browser/frame_figures.mjs";
import { assert, eventually, floorShown, link } from "../browser/harness.mjs";
import { engineTest } from "./harness.mjs";

const strict = process.env.FLOORWALKER_STRICT === "1";
const seconds = Number(process.env.FLOORWALKER_SECONDS ?? 8);

engineTest(
  "with 10,000 agents and 2,000 transitions a second of a real engine the page stays light",
  {
    engine: {
      simulator: ["--agents", "10000", "--teams", "60", "--rate", "2000", "--unauthorized", "0.01"],
      tenant: "alerts { max-unverified-transitions = 1000000 }",
    },
    timeout: 200_000,
  },
  async ({ page, engine, browser }) => {
    await floorShown(page);
    const rows = async () => (await page.locator(".match-count").innerText()).replace(",", "");
    await eventually(rows, (text) => text.startsWith("10000"), 30_000);
    await eventually(() => page.locator(".grid-rows .agent-row[data-doubt=stale]").count(), 0, 60_000);
    const judged = async () => (await engine.api("/tenants/acme/metrics")).totalProcessed;
    const [before, begin] = [await judged(), performance.now()];
    const intervals = await watchFrames(page, seconds * 1000);
    const rate = ((await judged()) - before) / ((performance.now() - begin) / 1000);
    const work = workOfFrames(await browser.trace(page, () => watchFrames(page, seconds * 1000)));
    const late = share(intervals, (one) => one > 25);
    const light = share(work, (one) => one <= 12);
    const shown = (list) => [0.5, 0.95, 0.99].map((part) => at(list, part).toFixed(1)).join(", ");
    console.log(
      [
        `# ${Math.round(rate)} transitions/s, ${intervals.length} frames, load ${loadavg()[0].toFixed(1)}`,
        `intervals: ${(late * 100).toFixed(1)} % over 25 ms (median, p95, p99: ${shown(intervals)} ms)`,
        `work a frame: ${(light * 100).toFixed(1)} % at most 12 ms (median, p95, p99: ${shown(work)} ms)`,
      ].join("; "),
    );
    assert.equal(await link(page), "live");
    if (!enoughFrames(work, strict)) return;
    assert.ok(light >= (strict ? 0.95 : 0.8), `only ${(light * 100).toFixed(1)} % of frames need at most 12 ms`);
    if (strict) assert.ok(late <= 0.05, `${(late * 100).toFixed(1)} % of intervals are over 25 ms`);
  },
);
