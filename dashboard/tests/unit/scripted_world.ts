// A network and a clock for tests of the feed: nothing happens but what the test says.
import { status } from "./agent_statuses.ts";

interface Asked {
  url: string;
  headers: Record<string, string>;
  resolve: (response: Response) => void;
  reject: (error: unknown) => void;
  signal: AbortSignal;
}

export class ScriptedStream {
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly body = new ReadableStream<Uint8Array>({ start: (controller) => void (this.#controller = controller) });

  constructor(
    private readonly world: ScriptedWorld,
    private readonly asked: Asked,
  ) {
    asked.signal.addEventListener("abort", () => {
      try {
        this.#controller.error(new Error("aborted"));
      } catch {
        // It had ended already.
      }
    });
  }

  async say(text: string): Promise<void> {
    this.#controller.enqueue(new TextEncoder().encode(text));
    await this.world.settle();
  }

  async end(): Promise<void> {
    this.#controller.close();
    await this.world.settle();
  }

  async fail(): Promise<void> {
    this.asked.reject(new TypeError("network"));
    this.#controller.error(new Error("network"));
    await this.world.settle();
  }
}

export class ScriptedWorld {
  readonly asked: Asked[] = [];
  last!: ScriptedStream;
  #now = 1_000_000;
  #timers = new Map<number, { at: number; then: () => void }>();
  #nextTimer = 1;

  readonly fetch = (input: unknown, init: RequestInit): Promise<Response> =>
    new Promise((resolve, reject) => {
      const signal = init.signal!;
      signal.addEventListener("abort", () => reject(new Error("aborted")));
      this.asked.push({ url: String(input), headers: init.headers as Record<string, string>, resolve, reject, signal });
    });

  now = (): number => this.#now;
  chance = (): number => 0;

  setTimer = (after: number, then: () => void): number => {
    this.#timers.set(this.#nextTimer, { at: this.#now + after, then });
    return this.#nextTimer++;
  };

  clearTimer = (timer: number): void => void this.#timers.delete(timer);

  /** The computer's clock is set; what was to happen in a while still happens after that while. */
  setClock(now: number): void {
    const by = now - this.#now;
    this.#now = now;
    for (const timer of this.#timers.values()) timer.at += by;
  }

  /** The newest request is answered by a stream. */
  answer(): ScriptedStream {
    const asked = this.asked.at(-1)!;
    this.last = new ScriptedStream(this, asked);
    asked.resolve(new Response(this.last.body, { status: 200 }));
    return this.last;
  }

  async reject(code: number, problem: object = {}, headers: Record<string, string> = {}): Promise<void> {
    this.asked.at(-1)!.resolve(new Response(JSON.stringify(problem), { status: code, headers }));
    await this.settle();
  }

  async pass(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers]
        .filter(([, timer]) => timer.at <= until)
        .sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].then();
      await this.settle();
    }
    this.#now = until;
  }

  /** Lets everything run that waits for nothing but its turn. */
  async settle(): Promise<void> {
    for (let i = 0; i < 5; ++i) await new Promise((resolve) => setImmediate(resolve));
  }
}

const metrics = {
  activeAgents: 2,
  totalProcessed: 5,
  accuracyRate: 99,
  unverifiedTransitions: 0,
  duplicates: 0,
  handoverCopies: 0,
  outOfOrder: 0,
  gaps: 0,
  interruptions: 0,
  malformed: 0,
  ignored: 0,
  alerts: 0,
  listeners: { active: 1, reconnecting: 0, paused: 0, stopped: 0 },
  latencyMs: { p50: 1, p90: 2, p99: 3, max: 4 },
};

export function eventText(type: string, id: string, value: unknown): string {
  return `event: ${type}\nid: ${id}\ndata: ${JSON.stringify(value)}\n\n`;
}

export function snapshotText(id: string, agents: string[]): string {
  return eventText("snapshot", id, {
    tenant: "acme",
    epoch: id.split("-")[0],
    sequence: 1,
    serverTime: new Date(1_000_000).toISOString(),
    condition: "running",
    agents: agents.map((agentId) => status({ agentId })),
    metrics,
    alerts: [],
  });
}

export function metricsText(id: string): string {
  return eventText("metrics", id, {
    serverTime: new Date(1_000_000).toISOString(),
    condition: "running",
    metrics,
    perSecond: 3,
    staleAgents: 0,
  });
}

export function transitionText(id: string, agentId: string, state: string): string {
  return eventText("transition", id, {
    sequence: Number(id.split("-")[1]),
    agentId,
    previousState: "available",
    currentState: state,
    latencyMs: 5,
    valid: true,
    flags: [],
    agent: status({ agentId, state }),
  });
}
