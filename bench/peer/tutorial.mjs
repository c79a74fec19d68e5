// The tutorial's service as its reader would write it: each message is parsed, checked by a schema, judged against the
// state matrix, measured, written to an audit file and handed to a dashboard.
import { createWriteStream } from 'node:fs';
import { EventEmitter } from 'node:events';
import { z } from 'zod';
import { chosen, listAgents, signIn, stateMatrix, subscribeAll, tellProgress } from './platform_client.mjs';

const stateChangeSchema = z.object({
  eventType: z.literal('agent.state.change'),
  data: z.object({
    agentId: z.string().uuid(),
    previousState: z.string(),
    currentState: z.string(),
    timestamp: z.string().datetime({ offset: true }),
    reasonCode: z.string().nullish(),
  }),
});

class StateVerifier {
  constructor(matrix) {
    this.matrix = matrix;
    this.totalProcessed = 0;
    this.validTransitions = 0;
    this.unverifiedTransitions = 0;
  }

  verify(change) {
    const latencyMs = Date.now() - new Date(change.timestamp).getTime();
    const allowed = this.matrix[change.previousState] ?? [];
    const valid = allowed.includes(change.currentState);
    this.totalProcessed += 1;
    if (valid) this.validTransitions += 1;
    else this.unverifiedTransitions += 1;
    return { valid, latencyMs };
  }

  get accuracyRate() {
    return (this.validTransitions / this.totalProcessed) * 100;
  }
}

class AuditLogger {
  constructor(path) {
    this.stream = createWriteStream(path, { flags: 'a' });
  }

  record(change, { valid, latencyMs }) {
    this.stream.write(`${JSON.stringify({
      timestamp: new Date().toISOString(),
      agentId: change.agentId,
      previousState: change.previousState,
      currentState: change.currentState,
      latencyMs,
      valid,
      auditAction: valid ? 'STATE_UPDATE_VERIFIED' : 'TRANSITION_REJECTED',
    })}\n`);
  }

  close() {
    return new Promise((resolve) => { this.stream.end(resolve); });
  }
}

const verifier = new StateVerifier(stateMatrix);
const audit = new AuditLogger(chosen['audit-file']);
const statuses = new Map();
const dashboard = new EventEmitter();
let updates = 0;
dashboard.on('update', () => { updates += 1; });
let lastAt = 0;

function onMessage(bytes) {
  let message;
  try {
    message = JSON.parse(bytes.toString());
  } catch (problem) {
    console.error(`malformed message: ${problem.message}`);
    return;
  }
  if (message.eventType !== 'agent.state.change') return;
  const checked = stateChangeSchema.safeParse(message);
  if (!checked.success) {
    console.error(`malformed event: ${checked.error.message}`);
    return;
  }
  const change = checked.data.data;
  const verdict = verifier.verify(change);
  audit.record(change, verdict);
  if (verdict.valid) {
    statuses.set(change.agentId, {
      state: change.currentState, lastUpdated: change.timestamp, reason: change.reasonCode,
    });
    dashboard.emit('update', {
      agentId: change.agentId,
      status: change.currentState,
      latency: verdict.latencyMs,
      accuracyRate: verifier.accuracyRate,
    });
  }
  lastAt = Date.now();
}

const token = await signIn();
await subscribeAll(token, await listAgents(token), onMessage);
tellProgress(() => ({ events: verifier.totalProcessed, at: lastAt }), () => audit.close());
