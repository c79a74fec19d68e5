// A development server that plays the engine's HTTP side: the wallboard's files with the engine's headers, and the live
// API over a seeded floor. Used by the browser tests and by `npm run demo`.
//
//   node tests/mock_platform.mjs [--port 8090] [--agents 240] [--rate 8] [--teams 6] [--seed 1] [--stale 0.01]
//                                [--unauthorized 0.02] [--token SECRET] [--role administrator] [--tenants acme,globex]
//
// What goes wrong on request (POST, tests call the methods): /mock/lose?seconds=5 · /mock/silence?seconds=5 ·
// /mock/hold?seconds=2 (a slow client) · /mock/interrupt?agents=50&seconds=5 · /mock/restart · /mock/rate?value=100
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { MockAlerts, usualAlerts } from "./mock/mock_alerts.mjs";
import { MockFloor, defaultMatrix, iso } from "./mock/mock_floor.mjs";
import { MockStream } from "./mock/mock_stream.mjs";
import { bodyOf, json, problem } from "./mock/answers.mjs";
import { queryProblem } from "./mock/known_parameters.mjs";
import { sendFile } from "./mock/page_files.mjs";

const tickMs = 20;

const hoursToNoon = (now) => 12 - new Date(now).getUTCHours();

/** A zone in which it is about noon, so that a day has as much behind it whenever the tests run. */
function zoneAtNoon(now) {
  const ahead = hoursToNoon(now);
  return ahead === 0 ? "Etc/GMT" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`; // POSIX counts westwards
}

/** When the day began in that zone. */
function dayStart(now) {
  const ahead = hoursToNoon(now) * 3600_000;
  return new Date(now + ahead).setUTCHours(0, 0, 0, 0) - ahead;
}

function figuresOf(today, transitionsToday, transitionsLastHour, from) {
  const busy = (today.busy ?? 0) + (today["wrap-up"] ?? 0);
  const all = busy + (today.available ?? 0);
  const occupancy = all === 0 ? null : busy / all;
  return {
    today,
    unobserved: 0,
    unverified: 0,
    occupancy,
    transitionsToday,
    transitionsLastHour,
    window: {
      from: new Date(from).toISOString(),
      states: {},
      unobserved: 0,
      occupancy,
      transitions: transitionsLastHour,
    },
  };
}

export class MockPlatform {
  constructor(options = {}) {
    this.options = {
      agents: 240,
      rate: 8,
      teams: 6,
      seed: 1,
      stale: 0.01,
      unauthorized: 0.02,
      token: null,
      role: "administrator",
      tenants: ["acme"],
      matrix: defaultMatrix,
      clockAheadMs: 0,
      alerts: true,
      maySeeHistory: true,
      timeZone: null,
      ...options,
    };
    this.refuseUntil = 0;
    this.hangUntil = 0;
    this.apiDownUntil = 0;
    this.epochs = 0;
    this.sessions = new Set();
    this.historyReads = 0;
    this.tenants = new Map();
    this.options.tenants.forEach((name, i) => this.addTenant(name, this.options.seed + i));
    this.server = createServer((request, response) => this.handle(request, response));
  }

  now() {
    return Date.now() + this.options.clockAheadMs;
  }

  addTenant(name, seed) {
    const { agents, teams, rate, unauthorized, stale, matrix } = this.options;
    const floor = new MockFloor({ tenant: name, agents, teams, seed, rate, unauthorized, matrix, now: this.now() });
    const alerts = new MockAlerts();
    // What an engine that has run for a while has counted.
    for (let i = 0; i < Math.min(400, agents * 2); ++i) floor.latencies.push(8 + floor.random.exponential(60));
    floor.processed = agents * 40;
    floor.unverified = Math.floor(floor.processed * unauthorized);
    for (const agent of floor.agents) {
      if (floor.random.chance(stale)) agent.stale = true;
      else if (floor.random.chance(stale / 2)) floor.transition(this.now(), agent, false);
    }
    if (this.options.alerts) usualAlerts(alerts, floor, this.now());
    const tenant = { name, floor, alerts, condition: "running", sentence: "", due: 0, recent: [] };
    tenant.stream = new MockStream(floor, this.newEpoch(), () => this.snapshotOf(tenant));
    this.tenants.set(name, tenant);
  }

  newEpoch() {
    this.epochs += 1;
    return `e${this.epochs}`;
  }

  snapshotOf(tenant) {
    return {
      tenant: tenant.name,
      epoch: tenant.stream.epoch,
      sequence: tenant.floor.sequence,
      serverTime: iso(this.now()),
      condition: tenant.condition,
      agents: tenant.floor.agents,
      metrics: tenant.floor.metrics(tenant.alerts.raised),
      alerts: tenant.alerts.list(),
    };
  }

  async start(port = 0) {
    await new Promise((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    let last = performance.now();
    this.ticker = setInterval(() => {
      const now = performance.now();
      const passed = Math.min(now - last, 500);
      last = now;
      for (const tenant of this.tenants.values()) this.play(tenant, passed / 1000);
    }, tickMs);
    this.metricsTimer = setInterval(() => this.sendMetrics(), 1000);
    this.heartbeat = setInterval(() => this.tenants.forEach((one) => one.stream.heartbeat()), 15_000);
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this.url;
  }

  async stop() {
    clearInterval(this.ticker);
    clearInterval(this.metricsTimer);
    clearInterval(this.heartbeat);
    this.tenants.forEach((one) => one.stream.drop());
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  play(tenant, seconds) {
    tenant.due += tenant.floor.rate * seconds;
    while (tenant.due >= 1) {
      tenant.due -= 1;
      this.tell(tenant, tenant.floor.transition(this.now()));
    }
  }

  tell(tenant, transition) {
    tenant.recent.push(Date.now());
    tenant.stream.send("transition", transition, transition.agentId);
  }

  sendMetrics() {
    for (const tenant of this.tenants.values()) {
      const from = Date.now() - 5000;
      tenant.recent = tenant.recent.filter((at) => at >= from);
      tenant.stream.send(
        "metrics",
        {
          serverTime: iso(this.now()),
          condition: tenant.condition,
          metrics: tenant.floor.metrics(tenant.alerts.raised),
          perSecond: tenant.recent.length / 5,
          staleAgents: tenant.floor.agents.filter((one) => one.stale).length,
        },
        null,
        false,
      );
    }
  }

  // --- what tests ask for ---

  tenant(name = this.options.tenants[0]) {
    return this.tenants.get(name);
  }

  /** The agent goes where the matrix allows, or with `authorized` false where it does not. */
  move(agentId, to, authorized = true) {
    const tenant = this.tenant();
    this.tell(tenant, tenant.floor.transition(this.now(), tenant.floor.byId.get(agentId), authorized, to));
  }

  setAgent(agentId, changes) {
    const tenant = this.tenant();
    const agent = Object.assign(tenant.floor.byId.get(agentId), changes);
    tenant.stream.send("agent", { agent }, agentId);
  }

  /** Connections end and new ones are refused for a while; the floor goes on. */
  lose(seconds) {
    this.refuseUntil = Date.now() + seconds * 1000;
    this.tenants.forEach((one) => one.stream.drop());
  }

  /** Connections stay open and nothing comes: a cable that was pulled. */
  silence(seconds) {
    this.tenants.forEach((one) => (one.stream.silent = true));
    this.hangUntil = Date.now() + seconds * 1000;
    setTimeout(() => this.tenants.forEach((one) => (one.stream.silent = false)), seconds * 1000).unref();
  }

  /** Every client counts as one that reads too slowly. */
  hold(seconds) {
    this.tenants.forEach((one) => (one.stream.heldUntil = Date.now() + seconds * 1000));
  }

  /** A listener loses its connection: its agents are stale until the listing says what is. */
  interrupt(agents, seconds) {
    const tenant = this.tenant();
    const slot = tenant.floor.agents.slice(0, agents);
    for (const agent of slot) this.setAgent(agent.agentId, { stale: true });
    setTimeout(() => {
      for (const agent of slot) {
        if (!agent.stale) continue;
        tenant.floor.reconcile(agent, this.now());
        tenant.stream.send("agent", { agent }, agent.agentId);
      }
    }, seconds * 1000).unref();
  }

  /** Another epoch: what clients remember is worth nothing. */
  restart() {
    for (const tenant of this.tenants.values()) {
      const old = tenant.stream;
      tenant.stream = new MockStream(tenant.floor, this.newEpoch(), () => this.snapshotOf(tenant));
      old.drop();
    }
  }

  setCondition(condition, sentence) {
    Object.assign(this.tenant(), { condition, sentence });
    this.sendMetrics();
  }

  raiseAlert(alert) {
    const tenant = this.tenant();
    const raised = tenant.alerts.raise({ now: this.now(), ...alert });
    tenant.stream.send("alert", { alert: raised });
    return raised;
  }

  moveAlert(id, state) {
    const tenant = this.tenant();
    tenant.stream.send("alert", { alert: tenant.alerts.move(id, state, this.now()) });
  }

  // --- HTTP ---

  handle(request, response) {
    const url = new URL(request.url, "http://127.0.0.1");
    if (url.pathname.startsWith("/mock/")) return this.control(url, response);
    if (Date.now() < this.hangUntil) return undefined;
    if (Date.now() < this.refuseUntil) return request.socket.destroy();
    if (Date.now() < this.apiDownUntil && url.pathname.startsWith("/api/")) return request.socket.destroy();
    if (url.pathname.startsWith("/api/v1/")) return void this.api(request, response, url);
    return sendFile(request, url, response);
  }

  control(url, response) {
    const number = (name, otherwise) => Number(url.searchParams.get(name) ?? otherwise);
    const command = url.pathname.slice("/mock/".length);
    if (command === "lose") this.lose(number("seconds", 5));
    else if (command === "silence") this.silence(number("seconds", 5));
    else if (command === "hold") this.hold(number("seconds", 2));
    else if (command === "interrupt") this.interrupt(number("agents", 50), number("seconds", 5));
    else if (command === "restart") this.restart();
    else if (command === "rate") this.tenants.forEach((one) => (one.floor.rate = number("value", 8)));
    else return json(response, 404, { title: "unknown command" });
    return response.writeHead(204).end();
  }

  signedIn(request) {
    if (this.options.token === null) return true;
    const cookie = /(?:^|;\s*)floorwalker_session=([^;]+)/.exec(request.headers.cookie ?? "");
    return cookie !== null && this.sessions.has(cookie[1]);
  }

  async api(request, response, url) {
    const path = url.pathname.slice("/api/v1".length);
    const { method } = request;
    const wrong = queryProblem(url);
    if (wrong !== "") return problem(response, 400, "Bad Request", wrong);
    if (path === "/session") return this.session(request, response);
    if (!this.signedIn(request)) return problem(response, 401, "Not signed in", "Sign in with a token.");
    if (path === "/tenants") {
      return json(response, 200, {
        tenants: [...this.tenants.values()].map((one) => ({
          name: one.name,
          condition: one.condition,
          sentence: one.sentence,
          states: one.floor.states,
          timeZone: this.options.timeZone ?? zoneAtNoon(this.now()),
        })),
      });
    }
    if (path === "/stream") {
      const tenant = this.tenants.get(url.searchParams.get("tenant"));
      if (!tenant) return problem(response, 404, "No such tenant", "There is no tenant of this name for you.");
      return tenant.stream.open(request, response, request.headers["last-event-id"]);
    }
    const [, kind, name, room, id, leaf] = path.split("/").map(decodeURIComponent);
    const tenant = kind === "tenants" ? this.tenants.get(name) : undefined;
    if (!tenant) return problem(response, 404, "Not found", "There is no such tenant.");
    if (room === "metrics") return json(response, 200, tenant.floor.metrics(tenant.alerts.raised));
    if (room === "alerts") return json(response, 200, { alerts: tenant.alerts.list() });
    if (room === "silences") return this.silences(request, response, tenant, method, id);
    if (room === "agents" && !id) return json(response, 200, { agents: tenant.floor.agents.slice(0, 500), next: null });
    if (room === "figures") return json(response, 200, this.floorFigures(tenant));
    const agent = tenant.floor.byId.get(id);
    if (room !== "agents" || !agent) return problem(response, 404, "Not found", "This agent is not monitored.");
    if (!leaf) return json(response, 200, { ...agent, figures: this.figures(tenant, agent) });
    if (!this.options.maySeeHistory)
      return problem(response, 403, "Forbidden", "Reading the trail needs the role auditor.");
    this.historyReads += 1;
    const records = tenant.floor.history(agent, Date.parse(url.searchParams.get("from") ?? ""), this.now());
    const begin = Number(url.searchParams.get("cursor") ?? 0);
    const end = begin + Math.min(Number(url.searchParams.get("limit") ?? 100), 500);
    return json(response, 200, { records: records.slice(begin, end), next: end < records.length ? String(end) : null });
  }

  figures(tenant, agent) {
    const from = dayStart(this.now());
    const records = tenant.floor.history(agent, from, this.now()).filter((one) => one.currentState);
    const today = {};
    let longestState = null;
    records.forEach((one, i) => {
      const end = i + 1 < records.length ? Date.parse(records[i + 1].timestamp) : this.now();
      const seconds = Math.max(0, Math.floor((end - Date.parse(one.timestamp)) / 1000));
      today[one.currentState] = (today[one.currentState] ?? 0) + seconds;
      if (!longestState || seconds > longestState.seconds) longestState = { state: one.currentState, seconds };
    });
    const hour = this.now() - 3600_000;
    const lately = records.filter((one) => Date.parse(one.timestamp) >= hour).length;
    return { ...figuresOf(today, records.length, lately, hour), dayStart: new Date(from).toISOString(), longestState };
  }

  /** Of a few agents of each team: the page only needs some figures. */
  floorFigures(tenant) {
    const sums = new Map();
    for (const agent of tenant.floor.agents.slice(0, 100)) {
      const { today } = this.figures(tenant, agent);
      for (const team of [null, agent.team]) {
        const sum = sums.get(team) ?? {};
        for (const [state, seconds] of Object.entries(today)) sum[state] = (sum[state] ?? 0) + seconds;
        sums.set(team, sum);
      }
    }
    const group = (team) => ({
      agents: tenant.floor.agents.filter((one) => team === null || one.team === team).length,
      ...figuresOf(sums.get(team) ?? {}, 0, 0, this.now() - 3600_000),
      longest: [],
    });
    const from = dayStart(this.now());
    return {
      at: new Date(this.now()).toISOString(),
      timeZone: zoneAtNoon(this.now()),
      dayStart: new Date(from).toISOString(),
      tenant: group(null),
      teams: [...sums.keys()].filter((team) => team !== null).map((team) => ({ team, ...group(team) })),
      agentsLeftOut: 0,
    };
  }

  async session(request, response) {
    const { token, role } = this.options;
    if (request.method === "GET")
      return json(response, 200, {
        signedIn: this.signedIn(request),
        required: token !== null,
        role,
        tenants: this.signedIn(request) ? [...this.tenants.keys()] : [],
      });
    if (request.method === "DELETE") {
      this.sessions.clear();
      this.tenants.forEach((one) => one.stream.drop());
      return response
        .writeHead(204, { "Set-Cookie": "floorwalker_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0" })
        .end();
    }
    const body = await bodyOf(request);
    if (token !== null && body.token !== token)
      return problem(response, 401, "Not signed in", "This token is not known here.");
    const id = `s${this.sessions.size + 1}-${Math.random().toString(36).slice(2)}`;
    this.sessions.add(id);
    return response
      .writeHead(204, { "Set-Cookie": `floorwalker_session=${id}; Path=/; HttpOnly; SameSite=Strict` })
      .end();
  }

  async silences(request, response, tenant, method, id) {
    if (method === "GET") return json(response, 200, { silences: [...tenant.alerts.silences.values()] });
    if (this.options.role !== "administrator")
      return problem(response, 403, "Forbidden", "Silencing needs the role administrator.");
    const changed =
      method === "POST" ? tenant.alerts.silence(await bodyOf(request), this.now()) : tenant.alerts.unsilence(id);
    for (const alert of changed) tenant.stream.send("alert", { alert });
    return response.writeHead(204).end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = (otherwise) => ({ type: "string", default: otherwise });
  const { values } = parseArgs({
    options: {
      port: text("8090"),
      agents: text("240"),
      rate: text("8"),
      teams: text("6"),
      seed: text("1"),
      stale: text("0.01"),
      unauthorized: text("0.02"),
      token: { type: "string" },
      role: text("administrator"),
      tenants: text("acme,globex"),
    },
  });
  const platform = new MockPlatform({
    agents: Number(values.agents),
    rate: Number(values.rate),
    teams: Number(values.teams),
    seed: Number(values.seed),
    stale: Number(values.stale),
    unauthorized: Number(values.unauthorized),
    token: values.token ?? null,
    role: values.role,
    tenants: values.tenants.split(","),
  });
  console.log(`The wallboard is at ${await platform.start(Number(values.port))}`);
}
