// The table's rows as a small pool of elements: as many as fit on the screen, written to only where a text differs.
import type { AgentView } from "../floor/agent_table.ts";
import type { StateLook } from "../look/state_looks.ts";
import { shapePaths } from "../look/shape_paths.ts";
import { reasonWords, stateWords, timeInState, unknownState } from "../look/agent_words.ts";

export interface RowsPicture {
  /** Number of the first row shown, and how many. */
  first: number;
  shown: number;
  rowAt(position: number): AgentView | null;
  lookOf(state: string): StateLook;
  isAlerted(agentId: string): boolean;
  hrefOf(agentId: string): string;
  /** For which the rows hold. */
  now: number;
  activeId: string | null;
}

const svgSpace = "http://www.w3.org/2000/svg";

/** An element whose text is compared with what was written last, so that the page is not touched for nothing. */
class Text {
  #last = "";
  constructor(readonly element: HTMLElement) {}
  write(text: string): void {
    if (text === this.#last) return;
    this.#last = text;
    this.element.textContent = text;
  }
}

class Attribute {
  #last: string | null = null;
  constructor(
    readonly element: Element,
    readonly name: string,
  ) {}
  write(value: string | null): void {
    if (value === this.#last) return;
    this.#last = value;
    if (value === null) this.element.removeAttribute(this.name);
    else this.element.setAttribute(this.name, value);
  }
}

function make(parent: Element, tag: string, name: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  parent.append(element);
  return element;
}

class Row {
  readonly element: HTMLElement;
  agentId = "";
  readonly #name: Text;
  readonly #href: Attribute;
  readonly #tone: Attribute;
  readonly #path: Attribute;
  readonly #state: Text;
  readonly #arrow: Text;
  readonly #tag: Text;
  readonly #stateTitle: Attribute;
  readonly #time: Text;
  readonly #reason: Text;
  readonly #team: Text;
  readonly #doubt: Attribute;
  readonly #alerted: Attribute;
  readonly #position: Attribute;
  readonly #selected: Attribute;
  readonly #alertWord: Text;

  constructor(id: string) {
    const row = document.createElement("div");
    row.className = "agent-row";
    row.id = id;
    row.setAttribute("role", "row");
    const cell = (name: string): HTMLElement => {
      const element = make(row, "div", `cell ${name}`);
      element.setAttribute("role", "gridcell");
      return element;
    };
    const name = cell("cell-name");
    const link = make(name, "a", "agent-link") as HTMLAnchorElement;
    // One stop for the whole table: the arrow keys move in it.
    link.tabIndex = -1;
    link.dir = "auto";
    this.#alertWord = new Text(make(name, "span", "tag tag-alert"));
    const state = cell("cell-state");
    const glyph = document.createElementNS(svgSpace, "svg");
    glyph.setAttribute("class", "glyph");
    glyph.setAttribute("viewBox", "0 0 16 16");
    glyph.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(svgSpace, "path");
    glyph.append(path);
    state.append(glyph);
    this.#state = new Text(make(state, "span", "state-name"));
    this.#arrow = new Text(make(state, "span", "state-reported"));
    this.#tag = new Text(make(state, "span", "tag tag-doubt"));
    this.#time = new Text(cell("cell-time"));
    this.#reason = new Text(cell("cell-reason"));
    this.#team = new Text(cell("cell-team"));
    this.#name = new Text(link);
    this.#href = new Attribute(link, "href");
    this.#tone = new Attribute(glyph, "data-tone");
    this.#path = new Attribute(path, "d");
    this.#stateTitle = new Attribute(state, "title");
    this.#doubt = new Attribute(row, "data-doubt");
    this.#alerted = new Attribute(row, "data-alerted");
    this.#position = new Attribute(row, "aria-rowindex");
    this.#selected = new Attribute(row, "aria-selected");
    this.element = row;
  }

  write(agent: AgentView, position: number, picture: RowsPicture): void {
    this.agentId = agent.id;
    const words = stateWords(agent);
    const look = picture.lookOf(words.state === unknownState ? "" : words.state);
    const alerted = picture.isAlerted(agent.id);
    this.#name.write(agent.name);
    this.#href.write(picture.hrefOf(agent.id));
    this.#alertWord.write(alerted ? "alert" : "");
    this.#tone.write(look.tone);
    this.#path.write(shapePaths[look.shape]);
    this.#state.write(words.state);
    this.#arrow.write(words.reported === "" ? "" : `→ ${words.reported}?`);
    this.#tag.write(words.doubt);
    this.#stateTitle.write(words.doubt === "" ? null : words.sentence);
    this.#time.write(timeInState(agent, picture.now));
    this.#reason.write(reasonWords(agent.reason));
    this.#team.write(agent.team);
    this.#doubt.write(words.doubt === "" ? null : words.doubt);
    this.#alerted.write(alerted ? "yes" : null);
    // The head is the first row.
    this.#position.write(String(position + 2));
    this.#selected.write(agent.id === picture.activeId ? "true" : "false");
  }
}

export class AgentRows {
  #rows: Row[] = [];
  #shown = 0;
  #first = 0;

  /** Rows are children of `parent`. */
  constructor(private readonly parent: HTMLElement) {}

  render(picture: RowsPicture): void {
    this.#turn(picture.first - this.#first);
    this.#first = picture.first;
    let shown = 0;
    for (let i = 0; i < picture.shown; ++i) {
      const agent = picture.rowAt(picture.first + i);
      if (!agent) continue;
      let row = this.#rows[shown];
      if (!row) {
        row = new Row(`agent-row-${shown}`);
        this.#rows.push(row);
        this.parent.append(row.element);
      } else if (shown >= this.#shown) row.element.hidden = false;
      row.write(agent, picture.first + i, picture);
      shown += 1;
    }
    for (let i = shown; i < this.#shown; ++i) this.#rows[i]!.element.hidden = true;
    this.#shown = shown;
  }

  /**
   * Scrolled by a few rows: those that left at one end enter at the other, and the rest keep what they show. The order
   * of the elements stays that of the screen, which readers rely on.
   */
  #turn(by: number): void {
    const count = Math.abs(by);
    if (by === 0 || count >= this.#shown || this.#shown < this.#rows.length) return;
    if (by > 0) {
      const leaving = this.#rows.slice(0, count);
      this.#rows = [...this.#rows.slice(count), ...leaving];
      this.parent.append(...leaving.map((row) => row.element));
    } else {
      const leaving = this.#rows.slice(-count);
      this.#rows = [...leaving, ...this.#rows.slice(0, -count)];
      this.parent.prepend(...leaving.map((row) => row.element));
    }
  }

  /** The element that shows an agent now, or null. */
  elementOf(agentId: string): HTMLElement | null {
    for (let i = 0; i < this.#shown; ++i) if (this.#rows[i]!.agentId === agentId) return this.#rows[i]!.element;
    return null;
  }

  agentOf(target: EventTarget | null): string | null {
    for (let i = 0; i < this.#shown; ++i)
      if (target instanceof Node && this.#rows[i]!.element.contains(target)) return this.#rows[i]!.agentId;
    return null;
  }
}
