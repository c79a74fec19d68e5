// One tenant's stream, kept alive: connects, notices silence, comes back with the last id. What it hears goes into a
// FloorModel and on to its listener.
import { type Change, FloorModel, UnreadableEvent } from "./floor_model.ts";
import { OverlongLine, eventStreamParser } from "./event_stream_parser.ts";
import { reconnectDelay, retryAfter } from "./reconnect_delay.ts";
import { ServerClock } from "./server_clock.ts";
import type { Link, LinkPhase } from "./hub_messages.ts";
import type { Problem } from "./api_types.ts";

/** The server speaks every second; after this much silence the connection counts as lost and is shown so … */
export const silenceMs = 2400;
/** … and after this much it is given up for a new one. */
export const giveUpMs = 5000;
const watchEveryMs = 200;
/** A tenant that was refused may be there again after the next reload of the engine's configuration. */
export const refusedEveryMs = 15_000;

/** The world that a feed needs; tests bring their own. */
export interface FeedWorld {
  fetch: typeof fetch;
  now(): number;
  chance(): number;
  setTimer(after: number, then: () => void): number;
  clearTimer(timer: number): void;
}

export interface FeedListener {
  changed(change: Change): void;
  linkChanged(): void;
}

export class TenantFeed {
  model = new FloorModel();
  readonly #clock = new ServerClock();
  #phase: LinkPhase = "connecting";
  #heardAt = 0;
  #attempt = 0;
  #retryAt = 0;
  #problem = "";
  #lastId = "";
  #abort: AbortController | null = null;
  #retryTimer = 0;
  #watchTimer = 0;
  #attemptBegan = 0;
  #stopped = false;

  constructor(
    readonly tenant: string,
    private readonly world: FeedWorld,
    private readonly listener: FeedListener,
  ) {}

  start(): void {
    this.#watch();
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.world.clearTimer(this.#retryTimer);
    this.world.clearTimer(this.#watchTimer);
    this.#abort?.abort();
  }

  /**
   * Tries at once instead of waiting; nothing happens while the stream is heard. An attempt that is under way is begun
   * anew only if `anew`.
   */
  retryNow(anew: boolean): void {
    if (this.#stopped || this.#phase === "live") return;
    if (this.#isUnderWay && !anew) return;
    this.#abort?.abort();
    this.world.clearTimer(this.#retryTimer);
    if (this.#phase === "signedOut" || this.#phase === "refused")
      this.#become(this.model.hasSnapshot ? "lost" : "connecting", "");
    void this.#connect();
  }

  /** What was heard is forgotten: it is not for whoever signs in next. */
  signOut(): void {
    this.#abort?.abort();
    this.#forget();
    this.#become("signedOut", "");
  }

  #forget(): void {
    this.world.clearTimer(this.#retryTimer);
    this.model = new FloorModel();
    this.#lastId = "";
    this.#attempt = 0;
    this.#retryAt = 0;
  }

  get link(): Link {
    return {
      phase: this.#phase,
      heardAt: this.#heardAt,
      attempt: this.#attempt,
      retryAt: this.#retryAt,
      problem: this.#problem,
      epoch: this.model.epoch,
    };
  }

  get clockOffset(): number {
    return this.#clock.offset;
  }

  async #connect(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#retryAt = 0;
    this.#attemptBegan = this.world.now();
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (this.#lastId !== "" && this.model.hasSnapshot) headers["Last-Event-ID"] = this.#lastId;
      const response = await this.world.fetch(`/api/v1/stream?tenant=${encodeURIComponent(this.tenant)}`, {
        headers,
        signal: abort.signal,
        cache: "no-store",
        credentials: "same-origin",
      });
      if (abort.signal.aborted) return;
      if (!response.ok || !response.body) {
        await this.#rejected(response, abort);
        return;
      }
      await this.#listen(response.body, abort);
      if (!abort.signal.aborted) this.#failed("The server ended the stream.", null);
    } catch (error) {
      // Aborted by us: whoever did so has already planned what follows.
      if (abort.signal.aborted || this.#stopped) return;
      if (error instanceof UnreadableEvent || error instanceof OverlongLine) {
        // What was missed can't be known, so the next connection starts from a snapshot.
        this.#lastId = "";
        this.#failed("The server sent something that can't be read.", null);
      } else this.#failed("The server can't be reached.", null);
    }
  }

  async #listen(body: ReadableStream<Uint8Array>, abort: AbortController): Promise<void> {
    const parser = eventStreamParser(this.#lastId);
    const decoder = new TextDecoder();
    const reader = body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || abort.signal.aborted) return;
        this.#heardAt = this.world.now();
        const events = parser.push(decoder.decode(value, { stream: true }));
        for (const event of events) {
          const change = this.model.apply(event);
          this.#lastId = event.id;
          if (change.kind === "snapshot" || change.kind === "metrics")
            this.#clock.observe(Date.parse(change.serverTime), this.#heardAt);
          this.listener.changed(change);
        }
        // A snapshot, or the next event after a resumed id: from here on the model is the server's.
        if (events.length > 0 && this.model.hasSnapshot && this.#phase !== "live") {
          this.#attempt = 0;
          this.#become("live", "");
        }
      }
    } finally {
      reader.cancel().catch(() => undefined);
    }
  }

  async #rejected(response: Response, abort: AbortController): Promise<void> {
    const detail = await problemOf(response);
    if (abort.signal.aborted || this.#stopped) return;
    if (response.status === 401) {
      this.signOut();
    } else if (response.status === 403 || response.status === 404) {
      this.#forget();
      this.#tryAgainIn(refusedEveryMs);
      this.#become("refused", detail || "This tenant is not shown to you.");
    } else {
      this.#failed(
        detail || `The server answered ${response.status}.`,
        retryAfter(response.headers.get("Retry-After"), this.world.now()),
      );
    }
  }

  #failed(problem: string, retryAfterMs: number | null): void {
    this.#attempt += 1;
    this.#tryAgainIn(reconnectDelay(this.#attempt, this.world.chance(), retryAfterMs));
    if (this.model.hasSnapshot && this.#phase === "live") this.model.ring.interrupt(this.#heardAt + this.clockOffset);
    this.#become(this.model.hasSnapshot ? "lost" : "connecting", problem);
  }

  #tryAgainIn(delay: number): void {
    this.#retryAt = this.world.now() + delay;
    this.world.clearTimer(this.#retryTimer);
    this.#retryTimer = this.world.setTimer(delay, () => void this.#connect());
  }

  /** Looks after the stream for as long as the feed lives. */
  #watch(): void {
    this.#watchTimer = this.world.setTimer(watchEveryMs, () => {
      const now = this.world.now();
      // The local clock was set back: silence is counted from here, else none would be noticed until it is there again.
      this.#heardAt = Math.min(this.#heardAt, now);
      this.#attemptBegan = Math.min(this.#attemptBegan, now);
      const quiet = now - Math.max(this.#heardAt, this.#attemptBegan);
      if (this.#phase === "live" && now - this.#heardAt > silenceMs) {
        this.model.ring.interrupt(this.#heardAt + this.clockOffset);
        this.#become("lost", "Nothing has been heard from the server.");
      }
      if (this.#isUnderWay && quiet > giveUpMs) {
        this.#abort?.abort();
        this.#failed(
          this.#heardAt >= this.#attemptBegan
            ? "Nothing has been heard from the server."
            : "The server does not answer.",
          null,
        );
      }
      this.#watch();
    });
  }

  get #isUnderWay(): boolean {
    return (
      this.#abort !== null &&
      !this.#abort.signal.aborted &&
      this.#retryAt === 0 &&
      this.#phase !== "live" &&
      this.#phase !== "signedOut"
    );
  }

  #become(phase: LinkPhase, problem: string): void {
    this.#phase = phase;
    this.#problem = problem;
    this.listener.linkChanged();
  }
}

/** The detail of an RFC 9457 document, or "". */
async function problemOf(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as Partial<Problem>;
    return typeof problem.detail === "string" && problem.detail !== "" ? problem.detail : (problem.title ?? "");
  } catch {
    return "";
  }
}
