// The agents of one pretended tenant and what happens to them. Knows no network.
import { seededRandom } from "./seeded_random.mjs";

export const defaultMatrix = {
  available: ["busy", "wrap-up", "break", "offline"],
  busy: ["wrap-up", "available"],
  "wrap-up": ["available", "break"],
  break: ["available", "offline"],
  offline: ["available"],
};

const reasons = {
  busy: ["inbound_call", "inbound_call", "outbound_call", "chat", "email"],
  "wrap-up": ["after_call_work", "after_call_work", "follow_up"],
  break: ["lunch", "short_break", "training", "coaching"],
};

const firstNames = (
  "Ada Amir Anna Ben Carla Chidi Chloe Daniel Dilek Elena Emil Fatima Femi Finn Grace Hana Hugo Imani Ines Ivan Jana " +
  "Jonas Julia Kai Karim Lara Leo Lin Lucia Malik Maria Mateo Maya Mei Milan Mina Nadia Niko Nora Olga Omar Pablo " +
  "Priya Rafael Rosa Ruth Sami Sara Selma Sofia Tariq Theo Tom Uma Vera Viktor Wanda Yara Yusuf Zoe"
).split(" ");
const lastNames = (
  "Abara Adler Baker Bauer Becker Berg Brandt Brown Castro Chen Costa Cruz Demir Diaz Dubois Eriksen Farah Fischer " +
  "Garcia Gruber Haddad Hansen Hoffmann Ito Jensen Kaya Keller Khan Kim Kowalski Kumar Lang Larsen Lehmann Lopez " +
  "Martin Meyer Moreau Nakamura Novak Okafor Olsen Park Patel Pereira Petrov Reyes Rossi Santos Sato Schmidt Silva " +
  "Singh Sommer Suzuki Tan Torres Vogel Wagner Weber Wolf Yilmaz Zhang"
).split(" ");
const teamNames = [
  "Billing",
  "Claims",
  "Complaints",
  "Customer Care North",
  "Customer Care South",
  "Order Desk",
  "Premium",
  "Retention",
  "Sales Inbound",
  "Sales Outbound",
  "Technical Support",
  "Travel Desk",
];

export class MockFloor {
  constructor({ tenant, agents, teams, seed, rate, unauthorized, matrix = defaultMatrix, now }) {
    this.random = seededRandom(seed);
    this.tenant = tenant;
    this.matrix = matrix;
    this.states = Object.keys(matrix);
    this.rate = rate;
    this.unauthorized = unauthorized;
    // A trail that is long already.
    this.sequence = 1_000_000;
    this.processed = 0;
    this.unverified = 0;
    this.latencies = [];
    this.agents = [];
    this.byId = new Map();
    this.records = [];
    const shares = { available: 0.26, busy: 0.44, "wrap-up": 0.12, break: 0.1, offline: 0.08 };
    for (let i = 0; i < agents; ++i) {
      const roll = this.random.next();
      let state = this.states[0];
      let sum = 0;
      for (const name of this.states) {
        sum += shares[name] ?? 1 / this.states.length;
        if (roll < sum) {
          state = name;
          break;
        }
      }
      const since = now - Math.min(this.random.exponential(state === "offline" ? 5400_000 : 420_000), 6 * 3600_000);
      const agent = {
        agentId: this.random.uuid(),
        name: `${this.random.pick(firstNames)} ${this.random.pick(lastNames)}`,
        team:
          teamNames[i % Math.min(teams, teamNames.length)] +
          (teams > teamNames.length
            ? ` ${1 + (Math.floor(i / teamNames.length) % Math.ceil(teams / teamNames.length))}`
            : ""),
        state,
        lastUpdated: iso(since),
        reason: this.reasonFor(state),
        observedState: state,
        verified: true,
        since: iso(since),
        stale: false,
        tenantId: tenant,
      };
      this.agents.push(agent);
      this.byId.set(agent.agentId, agent);
    }
  }

  reasonFor(state) {
    const list = reasons[state];
    return list ? this.random.pick(list) : null;
  }

  /** One transition of a random agent, as the stream tells it. */
  transition(
    now,
    agent = this.random.pick(this.agents),
    authorized = !this.random.chance(this.unauthorized),
    to = null,
  ) {
    const previousState = agent.observedState ?? this.states[0];
    const allowed = this.matrix[previousState] ?? this.states;
    const forbidden = this.states.filter((one) => one !== previousState && !allowed.includes(one));
    const valid = authorized || forbidden.length === 0;
    const currentState = to ?? this.random.pick(valid ? allowed : forbidden);
    const latencyMs = Math.floor(
      8 + this.random.exponential(60) + (this.random.chance(0.01) ? this.random.exponential(1500) : 0),
    );
    const eventTime = iso(now - latencyMs);
    agent.observedState = currentState;
    if (valid) agent.state = currentState;
    else this.unverified += 1;
    agent.verified = valid;
    agent.stale = false;
    agent.reason = this.reasonFor(currentState);
    agent.lastUpdated = eventTime;
    agent.since = eventTime;
    this.processed += 1;
    this.sequence += 1;
    this.latencies.push(latencyMs);
    if (this.latencies.length > 4000) this.latencies.splice(0, 2000);
    const entry = {
      timestamp: iso(now),
      agentId: agent.agentId,
      previousState,
      currentState,
      latencyMs,
      valid,
      auditAction: valid ? "STATE_UPDATE_VERIFIED" : "TRANSITION_REJECTED",
      tenantId: this.tenant,
      sequence: this.sequence,
      eventTimestamp: eventTime,
      reasonCode: agent.reason,
      flags: [],
    };
    this.keep(entry);
    return {
      sequence: this.sequence,
      agentId: agent.agentId,
      previousState,
      currentState,
      latencyMs,
      valid,
      flags: [],
      agent,
    };
  }

  /** The listing after an interruption confirms the row, or knows better; since when is not known. */
  reconcile(agent, now) {
    const previousState = agent.observedState;
    if (this.random.chance(0.3)) agent.observedState = this.random.pick(this.states);
    agent.state = agent.observedState;
    Object.assign(agent, { verified: true, stale: false, since: null, lastUpdated: iso(now), reason: null });
    if (previousState !== agent.observedState) {
      this.sequence += 1;
      this.keep({
        timestamp: iso(now),
        auditAction: "STATE_RECONCILED",
        tenantId: this.tenant,
        sequence: this.sequence,
        agentId: agent.agentId,
        previousState,
        currentState: agent.observedState,
      });
    }
  }

  keep(entry) {
    this.records.push(entry);
    if (this.records.length > 40_000) this.records.splice(0, 20_000);
  }

  metrics(alertsRaised) {
    const sorted = [...this.latencies].sort((a, b) => a - b);
    const at = (share) =>
      sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return {
      activeAgents: this.agents.filter((one) => one.state !== null).length,
      totalProcessed: this.processed,
      accuracyRate: this.processed === 0 ? null : ((this.processed - this.unverified) / this.processed) * 100,
      unverifiedTransitions: this.unverified,
      duplicates: 3,
      handoverCopies: 0,
      outOfOrder: 1,
      gaps: 0,
      interruptions: 2,
      malformed: 0,
      ignored: 0,
      alerts: alertsRaised,
      listeners: { active: Math.ceil(this.agents.length / 50), reconnecting: 0, paused: 0, stopped: 0 },
      latencyMs: { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) ?? 0 },
    };
  }

  /** A believable day of one agent that ends in its present state, with what was really recorded behind it. */
  history(agent, from, now) {
    const lived = this.records.filter((one) => one.agentId === agent.agentId && Date.parse(one.timestamp) >= from);
    const random = seededRandom(Number.parseInt(agent.agentId.slice(0, 8), 16));
    const first = lived.find((one) => one.previousState);
    let state = first ? first.previousState : agent.observedState;
    let at = first
      ? Date.parse(first.timestamp) - 60_000 * (1 + random.next() * 6)
      : Date.parse(agent.since ?? agent.lastUpdated);
    const begin = Math.max(from, now - 9 * 3600_000);
    const made = [];
    while (at > begin && made.length < 400) {
      const before = this.states.filter((one) => this.matrix[one].includes(state));
      const rejected = random.chance(0.02);
      const previous = random.pick(before.length > 0 ? before : this.states);
      const latencyMs = Math.floor(8 + random.exponential(80));
      made.unshift({
        timestamp: iso(at + latencyMs),
        agentId: agent.agentId,
        previousState: previous,
        currentState: state,
        latencyMs,
        valid: !rejected,
        auditAction: rejected ? "TRANSITION_REJECTED" : "STATE_UPDATE_VERIFIED",
        tenantId: this.tenant,
        sequence: 0,
        eventTimestamp: iso(at),
        reasonCode: reasons[state] ? random.pick(reasons[state]) : null,
        flags: random.chance(0.03) ? ["gap"] : [],
      });
      state = previous;
      at -= state === "offline" ? 3600_000 : 30_000 + random.exponential(420_000);
    }
    if (made.length > 8) {
      const cut = Date.parse(made[Math.floor(made.length / 3)].timestamp) + 10_000;
      const slot = { tenantId: this.tenant, slot: 4 };
      made.push({
        timestamp: iso(cut + 2000),
        auditAction: "MONITORING_INTERRUPTED",
        ...slot,
        sequence: 0,
        cause: "lost connection",
        closeCode: 1006,
        closeReason: "",
        lastReceived: iso(cut),
      });
      made.push({
        timestamp: iso(cut + 95_000),
        auditAction: "MONITORING_STARTED",
        ...slot,
        sequence: 0,
        cause: "reconnect",
      });
      made.sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
    }
    made.forEach((one, i) => (one.sequence = 900_000 + 7 * i));
    return [...made, ...lived];
  }
}

export function iso(instant) {
  return new Date(instant).toISOString();
}
