// The page in Chromium against the built engine and the built simulator:
//
//   FLOORWALKER_BIN=…/build/release/bin node --test tests/engine/all.test.mjs
//
// First the tests that make something happen, each with an engine of its own; then those of tests/browser that only
// look, all at one engine.
import { after } from "node:test";
import { RealEngine } from "./real_engine.mjs";

const lively = new RealEngine({
  simulator: ["--agents", "240", "--teams", "6", "--rate", "15", "--unauthorized", "0.03", "--platform-delay", "20ms"],
});
after(() => lively.stop());
process.env.FLOORWALKER_URL = await lively.start();
await lively.settled();

await import("./live_change.mjs");
await import("./connection.mjs");
await import("./sign_in.mjs");
await import("./agent_page.mjs");
await import("./alert_life.mjs");
await import("../browser/first_load.mjs");
await import("../browser/live_change.mjs");
await import("../browser/agent_table.mjs");
await import("../browser/agent_page.mjs");
await import("../browser/keyboard.mjs");
await import("../browser/phone.mjs");
