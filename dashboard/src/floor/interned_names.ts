// Names as small numbers, so that rows can be typed arrays. Pure.

/**
 * A name keeps its number while somebody holds it; the number of a name that nobody holds is given to the next new
 * one. So hostile input can't grow it beyond what is on the floor.
 */
export class InternedNames {
  #codes = new Map<string, number>();
  #names: string[] = [];
  #held: number[] = [];
  #free: number[] = [];

  /** The number of `name`, held once more. */
  hold(name: string): number {
    let code = this.#codes.get(name);
    if (code === undefined) {
      code = this.#free.pop() ?? this.#names.length;
      this.#names[code] = name;
      this.#held[code] = 0;
      this.#codes.set(name, code);
    }
    this.#held[code]! += 1;
    return code;
  }

  release(code: number): void {
    const left = (this.#held[code] ?? 0) - 1;
    if (left < 0) return;
    this.#held[code] = left;
    if (left > 0) return;
    this.#codes.delete(this.#names[code]!);
    this.#names[code] = "";
    this.#free.push(code);
  }

  nameOf(code: number): string {
    return this.#names[code] ?? "";
  }

  /** The number of a name, or -1 if nobody holds it. */
  codeOf(name: string): number {
    return this.#codes.get(name) ?? -1;
  }

  /** Numbers are below this. */
  get size(): number {
    return this.#names.length;
  }

  /** Every held name with the number of holders, in alphabetical order. */
  counted(): { name: string; count: number }[] {
    const all: { name: string; count: number }[] = [];
    for (const [name, code] of this.#codes) all.push({ name, count: this.#held[code]! });
    return all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }
}
