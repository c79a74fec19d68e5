// The REST side of the live API. Every call answers with a value or throws an ApiError with a sentence for a person.
import type { AgentDetail, AuditEntry, FloorFigures, Problem, Session, Silence, Tenant } from "./api_types.ts";

export class ApiError extends Error {
  constructor(
    /** The HTTP status; 0: the server was not reached. */
    readonly status: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

const timeoutMs = 10_000;

let refused: () => void = () => undefined;

/** `then` is called whenever the server does not know the session any more: it ended, or its token was revoked. */
export function onSessionRefused(then: () => void): void {
  refused = then;
}

/** The answer's body, read within the time allowed: a server may also fall silent in the middle of one. */
async function call(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<string> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  const cancel = (): void => abort.abort();
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  let response: Response;
  let text: string;
  try {
    const init: RequestInit = { method, signal: abort.signal, credentials: "same-origin", cache: "no-store" };
    if (body !== undefined) {
      init.headers = { "Content-Type": "application/json" };
      init.body = JSON.stringify(body);
    }
    response = await fetch(`/api/v1${path}`, init);
    text = await response.text();
  } catch {
    throw new ApiError(0, "The server can't be reached.");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
  if (response.ok) return text;
  // Signing in with a wrong token ends no session.
  if (response.status === 401 && path !== "/session") refused();
  let detail = "";
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    detail = problem.detail || problem.title || "";
  } catch {
    // No problem document; the status has to do.
  }
  throw new ApiError(response.status, detail || `The server answered ${response.status}.`);
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const text = await call("GET", path, undefined, signal);
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ApiError(200, "The server's answer can't be read.");
  }
}

const at = encodeURIComponent;

export async function session(): Promise<Session> {
  return get<Session>("/session");
}

export async function signIn(token: string): Promise<void> {
  await call("POST", "/session", { token });
}

export async function signOut(): Promise<void> {
  await call("DELETE", "/session");
}

export async function tenants(): Promise<Tenant[]> {
  return (await get<{ tenants: Tenant[] }>("/tenants")).tenants;
}

export async function agentDetail(tenant: string, agentId: string, signal?: AbortSignal): Promise<AgentDetail> {
  return get<AgentDetail>(`/tenants/${at(tenant)}/agents/${at(agentId)}`, signal);
}

export async function floorFigures(tenant: string, signal?: AbortSignal): Promise<FloorFigures> {
  return get<FloorFigures>(`/tenants/${at(tenant)}/figures`, signal);
}

export interface HistoryPage {
  records: AuditEntry[];
  next: string | null;
}

export async function agentHistory(
  tenant: string,
  agentId: string,
  from: number,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<HistoryPage> {
  const query = new URLSearchParams({ from: new Date(from).toISOString(), limit: "500" });
  if (cursor !== null) query.set("cursor", cursor);
  return get<HistoryPage>(`/tenants/${at(tenant)}/agents/${at(agentId)}/history?${query}`, signal);
}

export async function silences(tenant: string, signal?: AbortSignal): Promise<Silence[]> {
  return (await get<{ silences: Silence[] }>(`/tenants/${at(tenant)}/silences`, signal)).silences;
}

export async function addSilence(tenant: string, kind: string, minutes: number, reason: string): Promise<void> {
  await call("POST", `/tenants/${at(tenant)}/silences`, { kind, minutes, reason });
}

export async function removeSilence(tenant: string, id: string): Promise<void> {
  await call("DELETE", `/tenants/${at(tenant)}/silences/${at(id)}`);
}
