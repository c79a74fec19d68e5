// Server-Sent Events out of text as it arrives (WHATWG HTML, "Server-sent events", 9.2.6). Pure.

export interface StreamEvent {
  type: string;
  data: string;
  /** The last id that the stream named, "" before the first. */
  id: string;
}

export interface EventStreamParser {
  /** Takes the next piece of text; returns the events that it completes. */
  push(text: string): StreamEvent[];
  /** The `retry:` that the server asked for, in milliseconds, or null. */
  readonly retryMs: number | null;
  /** True after a comment or an event was met since the last call: the stream is alive. */
  takeAlive(): boolean;
}

/** More text than this without an end of line is no event stream; the caller must give the connection up. */
export const longestLine = 64 * 1024 * 1024;

export class OverlongLine extends Error {}

export function eventStreamParser(firstId = ""): EventStreamParser {
  let rest = "";
  let atStart = true;
  let type = "";
  let data: string[] = [];
  let id = firstId;
  let retryMs: number | null = null;
  let alive = false;
  let pendingLineFeed = false;

  function take(line: string, out: StreamEvent[]): void {
    if (line === "") {
      if (data.length > 0) out.push({ type: type || "message", data: data.join("\n"), id });
      type = "";
      data = [];
      return;
    }
    alive = true;
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    if (field === "data") data.push(value);
    else if (field === "event") type = value;
    else if (field === "id") {
      if (!value.includes("\0")) id = value;
    } else if (field === "retry" && /^[0-9]+$/.test(value)) retryMs = Number(value);
  }

  return {
    get retryMs() {
      return retryMs;
    },
    takeAlive() {
      const was = alive;
      alive = false;
      return was;
    },
    push(text) {
      const out: StreamEvent[] = [];
      if (text === "") return out;
      if (atStart) {
        atStart = false;
        if (text.startsWith("\uFEFF")) text = text.slice(1);
      }
      // A carriage return at the end of the last piece was an end of line; its line feed may come only now.
      if (pendingLineFeed && text.startsWith("\n")) text = text.slice(1);
      pendingLineFeed = text.endsWith("\r");
      // Only the new text is searched: a snapshot of megabytes arrives in many pieces.
      let begin = 0;
      let carriage = text.indexOf("\r");
      for (;;) {
        if (carriage >= 0 && carriage < begin) carriage = text.indexOf("\r", begin);
        const feed = text.indexOf("\n", begin);
        const end = feed < 0 ? carriage : carriage < 0 ? feed : Math.min(feed, carriage);
        if (end < 0) break;
        take(rest + text.slice(begin, end), out);
        rest = "";
        begin = text[end] === "\r" && text[end + 1] === "\n" ? end + 2 : end + 1;
      }
      rest += text.slice(begin);
      if (rest.length > longestLine) throw new OverlongLine("a line of the event stream has no end");
      return out;
    },
  };
}
