// The built engine and the built simulator as a test has them: started in a folder of their own, made to do things,
// ended. Ports are picked by the system.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get as getPlain } from "node:http";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the programs are. */
export const programs =
  process.env.FLOORWALKER_BIN ?? fileURLToPath(new URL("../../../build/release/bin", import.meta.url));
const page = fileURLToPath(new URL("../../dist", import.meta.url));
const secret = "open-sesame";
const patienceMs = 30_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(holds, what, patience = patienceMs) {
  const end = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`still waiting after ${patience / 1000} s: ${what()}`);
    await pause(30);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A program of ours, with what it wrote to stderr. */
class Program {
  constructor(name, options, environment = {}) {
    this.log = "";
    this.process = spawn(join(programs, name), options, {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.process.stderr.on("data", (text) => (this.log = (this.log + text).slice(-100_000)));
    this.process.on("error", (error) => (this.log += error));
    this.ended = new Promise((resolve) => this.process.once("close", resolve));
  }

  get isOver() {
    return this.process.exitCode !== null || this.process.signalCode !== null || this.process.pid === undefined;
  }

  async end(signal = "SIGINT") {
    if (!this.isOver) {
      // One that was halted takes no other signal.
      this.process.kill("SIGCONT");
      this.process.kill(signal);
      const kill = setTimeout(() => this.process.kill("SIGKILL"), 10_000);
      await this.ended;
      clearTimeout(kill);
    }
  }
}

export class RealEngine {
  /**
   * `simulator`: its command line's options. `tenant`: more lines of the tenant's block. `tokens`: roles by name; who
   * signs in finds them in `tokens` afterwards.
   */
  constructor({ simulator = [], tenant = "", tokens = {} } = {}) {
    this.options = { simulator, tenant };
    this.roles = tokens;
    this.tokens = {};
    this.folder = mkdtempSync(join(tmpdir(), "floorwalker-wallboard-"));
  }

  async start() {
    const ready = join(this.folder, "simulator.ready");
    const readReady = () => {
      try {
        return JSON.parse(readFileSync(ready, "utf8"));
      } catch {
        return null; // not written yet, or not completely
      }
    };
    this.simulator = new Program("floorwalker-simulator", [
      ...["--port", "0", "--json", "--ready-file", ready, "--tls-directory", join(this.folder, "tls")],
      ...this.options.simulator,
    ]);
    await until(
      () => readReady() !== null || this.simulator.isOver,
      () => "the simulator starts",
    );
    if (readReady() === null) throw new Error(`the simulator did not start: ${this.simulator.log}`);
    this.platform = readReady().baseUrl;
    this.authority = readFileSync(join(this.folder, "tls/ca.pem"));
    this.port = await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    const file = join(this.folder, "tokens");
    for (const [name, role] of Object.entries(this.roles))
      this.tokens[name] = execFileSync(
        join(programs, "floorwalker"),
        ["token", "new", name, `--role=${role}`, `--tokens-file=${file}`],
        { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
      ).trim();
    this.tokensLine = Object.keys(this.roles).length > 0 ? `tokens-file = "${file}"` : "";
    this.configure(this.tokensLine);
    await this.startEngine();
    return this.url;
  }

  configure(tokens) {
    this.config = join(this.folder, "floorwalker.conf");
    writeFileSync(
      this.config,
      `floorwalker {
  node { name = "test", data-dir = "${this.folder}/data" }
  http { listen = "127.0.0.1:${this.port}", wallboard = "${page}" ${tokens ? `, ${tokens}` : ""} }
  tenants {
    ${this.options.name ?? "acme"} {
      base-url = "${this.platform}"
      ca-file = "${this.folder}/tls/ca.pem"
      tenant-id = "acme"
      client-id = "floorwalker"
      client-secret-env = "CXONE_CLIENT_SECRET"
      agents = "all"
      reconnect { base-delay = 20ms, max-delay = 200ms, jitter = 0, keep-trying = true }
      ${this.options.tenant}
    }
  }
}
`,
    );
  }

  /** Comes back when the tenant has had its first listing, and every row is certain. */
  async startEngine() {
    this.engine = new Program("floorwalker", ["run", `--config-file=${this.config}`], { CXONE_CLIENT_SECRET: secret });
    await until(
      async () => this.engine.isOver || (await this.isReady()),
      () => `the engine is ready\n${this.engine.log}`,
    );
    if (this.engine.isOver) throw new Error(`the engine ended: ${this.engine.log}`);
  }

  isReady() {
    return new Promise((resolve) => {
      getPlain(`${this.url}/health/ready`, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      }).on("error", () => resolve(false));
    });
  }

  /** The configuration file is written again with other options, and the engine told to read it. */
  async reload(options = {}) {
    Object.assign(this.options, options);
    this.configure(this.tokensLine);
    this.engine.process.kill("SIGHUP");
  }

  /** The token `name` is good for nothing from now on. */
  async revoke(name) {
    const options = ["token", "revoke", name, `--tokens-file=${join(this.folder, "tokens")}`];
    execFileSync(join(programs, "floorwalker"), options, { stdio: "ignore" });
    await this.reload();
  }

  /** How many connections to its port are open, as the kernel tells it. */
  connections() {
    const port = this.port.toString(16).toUpperCase().padStart(4, "0");
    const lines = readFileSync("/proc/net/tcp", "utf8").split("\n");
    return lines.filter((one) => new RegExp(`^ *\\d+: [0-9A-F]{8}:${port} [0-9A-F:]+ 01 `).test(one)).length;
  }

  /** An answer of the API, as whoever holds the token `name`. */
  async api(path, name = null) {
    const headers = name === null ? {} : { Authorization: `Bearer ${this.tokens[name]}` };
    const answer = await fetch(`${this.url}/api/v1${path}`, { headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async agents(name = null) {
    const all = [];
    for (let next = ""; next !== null;) {
      const part = await this.api(`/tenants/acme/agents?limit=1000${next}`, name);
      all.push(...part.agents);
      next = part.next === null ? null : `&cursor=${encodeURIComponent(part.next)}`;
    }
    return all;
  }

  /** Waits until every row has a name and none may be out of date, and gives the rows. */
  async settled(name = null, patience = patienceMs) {
    let rows = [];
    await until(
      async () => {
        rows = await this.agents(name);
        return rows.length > 0 && rows.every((one) => one.name !== "" && !one.stale);
      },
      () => `every row is certain; ${rows.filter((one) => one.stale).length} of ${rows.length} are not`,
      patience,
    );
    return rows;
  }

  /** One of the simulator's wishes; docs/simulator.md lists them. */
  control(wish) {
    return new Promise((resolve, reject) => {
      const asked = request(`${this.platform}/control`, { method: "POST", ca: this.authority }, (answer) => {
        let text = "";
        answer.on("data", (part) => (text += part));
        answer.on("end", () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
      });
      asked.on("error", reject);
      asked.end(JSON.stringify(wish));
    });
  }

  /** The agent goes into a state, whether the matrix allows it or not. */
  change(agentId, to) {
    return this.control({ change: { agent: agentId, to } });
  }

  /** The process stands still: connections stay open and nothing comes. */
  halt() {
    this.engine.process.kill("SIGSTOP");
  }

  goOn() {
    this.engine.process.kill("SIGCONT");
  }

  async kill() {
    await this.engine.end("SIGKILL");
  }

  async stop() {
    await this.engine?.end();
    await this.simulator?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
