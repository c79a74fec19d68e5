// How an agent's state is put so that nothing uncertain reads like a fact. Pure.
import type { AgentView } from "../floor/agent_table.ts";
import { clockDuration } from "./durations.ts";

export interface StateWords {
  doubt: "" | "stale" | "unverified";
  /** The last verified state, or "unknown". */
  state: string;
  /** What the platform reports instead; "" if that is the same. */
  reported: string;
  /** The whole, for a screen reader or a tooltip. */
  sentence: string;
}

export const unknownState = "unknown";

export function stateWords(agent: Pick<AgentView, "state" | "observedState" | "verified" | "stale">): StateWords {
  const state = agent.state === "" ? unknownState : agent.state;
  const differs = agent.observedState !== "" && agent.observedState !== agent.state;
  if (agent.stale) {
    const last = agent.observedState === "" ? state : agent.observedState;
    return {
      doubt: "stale",
      state: last,
      reported: "",
      sentence:
        last === unknownState ? "Not known: nothing was heard of this agent" : `Was ${last}; may be out of date`,
    };
  }
  if (!agent.verified && agent.state === "" && agent.observedState === "")
    return { doubt: "unverified", state, reported: "", sentence: "Not known yet" };
  if (!agent.verified)
    return {
      doubt: "unverified",
      state,
      reported: differs ? agent.observedState : "",
      sentence:
        `Last verified: ${state}. The platform reports ${agent.observedState || "nothing"}, ` +
        "which the rules do not allow from there",
    };
  return { doubt: "", state, reported: "", sentence: state };
}

/** The time in state as far as it is known: "12:40", "≥ 12:40", "–", or "12:40?" for a row that may be out of date. */
export function timeInState(agent: Pick<AgentView, "since" | "atLeast" | "stale">, now: number): string {
  if (Number.isNaN(agent.since)) return "–";
  const text = clockDuration(now - agent.since);
  return `${agent.atLeast ? "≥ " : ""}${text}${agent.stale ? "?" : ""}`;
}

/** "inbound_call" → "inbound call": platforms send codes. */
export function reasonWords(reason: string): string {
  return reason.replace(/_+/g, " ").trim();
}

/** An alert's words as a sentence of its own, whose figures are not torn from their units at a line's end. */
export function asSentence(text: string): string {
  const whole = text.trim().replace(/(\d) (?=%|ms\b|s\b|min\b|h\b)/g, "$1\u00a0");
  if (whole === "") return "";
  return whole[0]!.toUpperCase() + whole.slice(1) + (/[.!?…]$/.test(whole) ? "" : ".");
}
