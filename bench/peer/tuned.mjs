// The same service after an afternoon with a profiler: no schema library, texts put together instead of serialised,
// states looked up in sets, times read once for each turn of the event loop and parsed once a second, the audit file written in pieces.
import { closeSync, openSync, writeSync } from 'node:fs';
import { chosen, listAgents, signIn, stateMatrix, subscribeAll, tellProgress } from './platform_client.mjs';

const pieceLength = 262_144;
const allowed = new Set();
for (const [from, targets] of Object.entries(stateMatrix)) for (const to of targets) allowed.add(`${from}\n${to}`);

const file = openSync(chosen['audit-file'], 'a');
const statuses = new Map();
let waiting = '';
let events = 0;
let valid = 0;
let updates = 0;
let now = 0;
let nowText = '';
let lastAt = 0;
let scheduled = false;

function flush() {
  if (waiting.length === 0) return;
  writeSync(file, waiting);
  waiting = '';
}

function endOfTurn() {
  scheduled = false;
  now = 0;
  flush();
}

const plain = /^[\w .:-]*$/;
const quoted = (text) => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

// Of a time in UTC, second by second; any other is read as it stands.
let second = '';
let secondAt = 0;
function timeOf(timestamp) {
  if (typeof timestamp !== 'string' || timestamp.length < 24 || !timestamp.endsWith('Z')) return Date.parse(timestamp);
  if (!timestamp.startsWith(second) || second === '') {
    second = timestamp.slice(0, 20);
    secondAt = Date.parse(`${second}000Z`);
  }
  return secondAt + Number(timestamp.slice(20, 23));
}

function dashboard(update) {
  if (update.status !== undefined) updates += 1;
}

function onMessage(bytes) {
  let data;
  try {
    const message = JSON.parse(bytes.utf8Slice(0, bytes.length));
    if (message.eventType !== 'agent.state.change') return;
    data = message.data;
  } catch {
    return;
  }
  const { agentId, previousState, currentState, timestamp } = data;
  if (typeof agentId !== 'string' || typeof previousState !== 'string' || typeof currentState !== 'string') return;
  if (now === 0) {
    now = Date.now();
    nowText = new Date(now).toISOString();
    lastAt = now;
    if (!scheduled) {
      scheduled = true;
      setImmediate(endOfTurn);
    }
  }
  const latency = now - timeOf(timestamp);
  const isValid = allowed.has(`${previousState}\n${currentState}`);
  events += 1;
  waiting += `{"timestamp":"${nowText}","agentId":${quoted(agentId)},"previousState":${
    quoted(previousState)},"currentState":${quoted(currentState)},"latencyMs":${latency},"valid":${isValid},"auditAction":"${
    isValid ? 'STATE_UPDATE_VERIFIED' : 'TRANSITION_REJECTED'}"}\n`;
  if (isValid) {
    valid += 1;
    statuses.set(agentId, currentState);
    dashboard({ agentId, status: currentState, latency, accuracyRate: (valid / events) * 100 });
  }
  if (waiting.length >= pieceLength) flush();
}

const token = await signIn();
await subscribeAll(token, await listAgents(token), onMessage);
tellProgress(() => ({ events, at: lastAt }), () => {
  flush();
  closeSync(file);
});
