// The event stream of one pretended tenant: clients, a ring of past events to resume from, conflation for the slow.

const ringSize = 5000;
const behindBytes = 1024 * 1024;

export class MockStream {
  constructor(floor, epoch, snapshot) {
    this.floor = floor;
    this.epoch = epoch;
    this.snapshot = snapshot;
    this.position = 1;
    this.ring = [];
    this.clients = new Set();
    /** Until then every client is treated as one that does not read. */
    this.heldUntil = 0;
    this.silent = false;
    this.opened = 0;
    this.resumed = 0;
  }

  open(request, response, lastId) {
    this.opened += 1;
    response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    });
    const client = { response, behind: null, merged: 0 };
    const asked = /^(.+)-([0-9]+)$/.exec(lastId ?? "");
    const from = asked && asked[1] === this.epoch ? Number(asked[2]) : -1;
    const oldest = this.ring[0]?.position ?? this.position + 1;
    if (from >= oldest - 1 && from <= this.position) {
      this.resumed += 1;
      for (const one of this.ring) if (one.position > from) response.write(one.text);
    } else response.write(this.format("snapshot", this.snapshot()));
    this.clients.add(client);
    response.on("drain", () => this.catchUp(client));
    request.on("close", () => this.clients.delete(client));
  }

  format(type, value) {
    return `id: ${this.epoch}-${this.position}\nevent: ${type}\ndata: ${JSON.stringify(value)}\n\n`;
  }

  /** To everybody, and into the ring unless it is only of the moment. */
  send(type, value, agentId = null, kept = true) {
    if (kept) this.position += 1;
    const text = this.format(type, value);
    if (kept) {
      this.ring.push({ position: this.position, text });
      if (this.ring.length > ringSize * 2) this.ring.splice(0, ringSize);
    }
    if (this.silent) return;
    const held = Date.now() < this.heldUntil;
    for (const client of this.clients) {
      if (agentId !== null && (client.behind || held || client.response.writableLength > behindBytes)) {
        client.behind ??= new Map();
        client.merged += client.behind.has(agentId) ? 1 : 0;
        client.behind.set(agentId, true);
      } else {
        client.response.write(text);
        if (!held && client.behind && client.response.writableLength < behindBytes) this.catchUp(client);
      }
    }
  }

  catchUp(client) {
    if (!client.behind || Date.now() < this.heldUntil) return;
    const ids = [...client.behind.keys()];
    client.behind = null;
    client.response.write(this.format("conflated", { conflated: client.merged }));
    client.merged = 0;
    for (const id of ids) {
      const agent = this.floor.byId.get(id);
      if (agent) client.response.write(this.format("agent", { agent }));
    }
  }

  heartbeat() {
    if (!this.silent) for (const client of this.clients) client.response.write(": alive\n\n");
  }

  /** Cuts every connection, as a network would. */
  drop() {
    for (const client of this.clients) client.response.destroy();
    this.clients.clear();
  }
}
