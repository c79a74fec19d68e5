import { assert, countOf, eventually, floorShown, rowOf, tile } from "../browser/harness.mjs";
import { agentIn, engineTest, searchFor } from "./harness.mjs";

engineTest("a change on the platform reaches the row and the counts within a second", {}, async ({ page, engine }) => {
  const agent = await agentIn(engine, "available");
  const known = (state) => engine.settled().then((rows) => rows.filter((one) => one.state === state).length);
  const [available, busy] = [await known("available"), await known("busy")];
  await floorShown(page);
  await page.locator(".live-mark[data-phase=live]").waitFor();
  await eventually(() => countOf(page, "available"), available);
  await eventually(() => countOf(page, "busy"), busy);
  await searchFor(page, agent);
  await engine.change(agent.agentId, "busy");
  await eventually(() => rowOf(page, agent.name).locator(".state-name").innerText(), "busy", 1500);
  await eventually(() => countOf(page, "busy"), busy + 1, 1500);
  assert.equal(await countOf(page, "available"), available - 1);
  // A new stretch: its time is known from its beginning on.
  await eventually(
    () => rowOf(page, agent.name).locator(".cell-time").innerText(),
    (text) => /^0:0\d$/.test(text),
  );
});

engineTest(
  "a move that the matrix forbids stands beside the verified state and never in its place",
  {},
  async ({ page, engine }) => {
    const agent = await agentIn(engine, "busy");
    await floorShown(page);
    await searchFor(page, agent);
    await engine.change(agent.agentId, "break");
    const row = rowOf(page, agent.name);
    await eventually(
      () => row.innerText(),
      (text) => /→ break\?/.test(text) && /unverified/.test(text),
    );
    assert.equal(await row.locator(".state-name").innerText(), "busy");
    await page
      .getByRole("button", { name: "1 row unverified" })
      .or(page.getByText(/unverified/).first())
      .waitFor();
  },
);

engineTest(
  "tiles stand in the order of a working day, whatever order the matrix is in",
  {},
  async ({ page, engine }) => {
    // Until every state is known there is a tile for those that are not.
    await engine.settled();
    await floorShown(page);
    await eventually(
      async () => (await page.locator(".tile .tile-name").allInnerTexts()).join(),
      "available,busy,wrap-up,break",
    );
  },
);

engineTest(
  "agents who are hired appear, and who leave vanish",
  { engine: { tenant: "limits { agents-refresh = 1s }" } },
  async ({ page, engine }) => {
    const [leaver] = await engine.settled();
    await floorShown(page);
    await page.getByText("60 agents").waitFor();
    await engine.control({ hire: 3 });
    await page.getByText("63 agents").waitFor({ timeout: 15_000 });
    await engine.control({ fire: leaver.agentId });
    await page.getByText("62 agents").waitFor({ timeout: 15_000 });
  },
);

engineTest(
  "filters by team, state and reason find what the engine finds, and the address keeps them",
  {
    engine: {
      simulator: ["--agents", "90", "--teams", "3", "--rate", "200", "--events", "400", "--start-after-agents", "90"],
    },
  },
  async ({ page, engine }) => {
    await floorShown(page);
    await eventually(async () => (await engine.api("/tenants/acme/metrics")).totalProcessed, 400, 20_000);
    const rows = await engine.settled();
    const { team, reason } = rows.find((one) => one.state === "busy" && one.reason !== null);
    const count = page.locator(".match-count");
    await tile(page, "busy").click();
    const expected = async (query) => (await engine.api(`/tenants/acme/agents?${query}`)).agents;
    const busy = await expected("state=busy");
    await eventually(() => count.innerText(), `${busy.length} of 90 agents`);
    await page.getByRole("search").getByRole("button", { name: "Team" }).click();
    await page.getByRole("checkbox", { name: team }).check();
    await page.keyboard.press("Escape");
    const ofTeam = await expected(`state=busy&team=${encodeURIComponent(team)}`);
    await eventually(() => count.innerText(), `${ofTeam.length} of 90 agents`);
    await page.getByRole("search").getByRole("button", { name: "Reason" }).click();
    await page.getByRole("checkbox", { name: reason.replaceAll("_", " ") }).check();
    const all = ofTeam.filter((one) => one.reason === reason).length;
    await eventually(() => count.innerText(), `${all} of 90 agents`);
    await page.reload();
    await floorShown(page);
    await eventually(() => count.innerText(), `${all} of 90 agents`);
  },
);
