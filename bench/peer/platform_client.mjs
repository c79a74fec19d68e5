// What both peers do before events flow: sign in, list the agents, subscribe them by fifties. Also how a script learns
// how far they are: a JSON line with the count whenever it has rested for 200 ms.
import http from 'node:http';
import https from 'node:https';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';

export const { values: chosen } = parseArgs({
  options: {
    url: { type: 'string' },
    'ca-file': { type: 'string' },
    'state-matrix': { type: 'string' },
    'agents-a-listener': { type: 'string', default: '50' },
    'audit-file': { type: 'string' },
  },
});
const ca = chosen['ca-file'] ? readFileSync(chosen['ca-file']) : undefined;
export const stateMatrix = JSON.parse(chosen['state-matrix']);

function ask(path, options, body) {
  return new Promise((resolve, reject) => {
    const request = (chosen.url.startsWith('https') ? https : http).request(chosen.url + path, { ca, ...options },
      (answer) => {
        let text = '';
        answer.on('data', (piece) => { text += piece; });
        answer.on('end', () => (answer.statusCode === 200 ? resolve(JSON.parse(text))
          : reject(new Error(`${path}: ${answer.statusCode}`))));
      });
    request.on('error', reject);
    request.end(body);
  });
}

export async function signIn() {
  const form = new URLSearchParams({
    grant_type: 'client_credentials', client_id: 'peer', client_secret: 'any', tenant: 'bench-1',
  }).toString();
  const answer = await ask('/oauth/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(form) },
  }, form);
  return answer.access_token;
}

export async function listAgents(token) {
  const ids = [];
  for (let page = 1, last = 1; page <= last; page += 1) {
    const answer = await ask(`/api/v2/users?pageSize=100&pageNumber=${page}`,
      { headers: { Authorization: `Bearer ${token}` } });
    ids.push(...answer.entities.map((each) => each.id));
    last = answer.pageCount;
  }
  return ids;
}

/// One connection for each group of agents. `onMessage` gets each message's bytes.
export async function subscribeAll(token, ids, onMessage) {
  const size = Number(chosen['agents-a-listener']);
  for (let i = 0; i < ids.length; i += size) {
    const socket = new WebSocket(`${chosen.url.replace(/^http/, 'ws')}/api/v2/events/stream`, {
      ca, headers: { Authorization: `Bearer ${token}`, 'User-Agent': 'CXoneAgentMonitor/1.0' }, perMessageDeflate: false,
    });
    socket.on('message', onMessage);
    socket.on('error', (problem) => { console.error(problem.message); process.exit(1); });
    await new Promise((resolve) => { socket.on('open', resolve); });
    socket.send(JSON.stringify({
      action: 'subscribe',
      events: ['agent.state.change'],
      filters: {
        agentIds: ids.slice(i, i + size),
        stateMatrix,
        alertThresholds: { maxLatencyMs: 2500, maxUnverifiedTransitions: 5 },
      },
    }));
  }
}

/// `progress()` gives the count of events and when the last one was done, in milliseconds since 1970. Ends the process,
/// after `finish()`, with standard input.
export function tellProgress(progress, finish) {
  let before = 0;
  let told = 0;
  setInterval(() => {
    const { events, at } = progress();
    if (events === before && events !== told) {
      console.log(JSON.stringify({ events, at: at / 1000 }));
      told = events;
    }
    before = events;
  }, 200);
  process.stdin.on('end', async () => {
    await finish();
    process.exit(0);
  });
  process.stdin.resume();
}
