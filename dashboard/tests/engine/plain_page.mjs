// A page that nothing but the test looks at. Playwright has Chromium keep what its pages load, up to 100 MB of it, for
// whoever may ask for a response's body: memory that is none of the page's. So this page is driven by Chromium's own
// protocol, with no more of it switched on than is needed.

/** One target of the browser: a page, or a worker. Its commands go through the browser's own session. */
export class Target {
  #waiting = new Map();
  #next = 0;

  static async attach(whole, targetId) {
    const { sessionId } = await whole.send("Target.attachToTarget", { targetId, flatten: false });
    return new Target(whole, targetId, sessionId);
  }

  constructor(whole, targetId, sessionId) {
    Object.assign(this, { whole, targetId, sessionId });
    whole.on("Target.receivedMessageFromTarget", (event) => {
      if (event.sessionId !== sessionId) return;
      const { id, result, error } = JSON.parse(event.message);
      const asked = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) asked?.reject(new Error(error.message));
      else asked?.resolve(result);
    });
  }

  send(method, params = {}) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#next, { resolve, reject });
      const message = JSON.stringify({ id: this.#next, method, params });
      this.whole.send("Target.sendMessageToTarget", { sessionId: this.sessionId, message }).catch(reject);
    });
  }
}

export class PlainPage extends Target {
  /** Opens a page in the browser context `context`; null: in a new one, which the page has in `context` then. */
  static async open(whole, url, context = null) {
    const browserContextId = context ?? (await whole.send("Target.createBrowserContext")).browserContextId;
    const size = context === null ? { width: 1440, height: 900 } : {};
    const { targetId } = await whole.send("Target.createTarget", { url, browserContextId, ...size });
    const { sessionId } = await whole.send("Target.attachToTarget", { targetId, flatten: false });
    const page = new PlainPage(whole, targetId, sessionId);
    page.context = browserContextId;
    return page;
  }

  /** What `body` returns in the page for `given`; it may be asynchronous, and sees nothing of the test. */
  async evaluate(body, given = null) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression: `(${body})(${JSON.stringify(given)})`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until `holds` gives true in the page. */
  async until(holds, given = null, patience = 60_000) {
    const end = Date.now() + patience;
    // Between two documents there is none to ask.
    const asked = () => this.evaluate(holds, given).catch(() => false);
    while (!(await asked())) {
      if (Date.now() > end) {
        const shown = await this.evaluate(() => `${location.href}\n${document.body.innerText.slice(0, 600)}`);
        throw new Error(`after ${patience} ms still not: ${holds} for ${JSON.stringify(given)}; shown is\n${shown}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits until at least `count` elements match, and are shown. */
  see(selector, count = 1) {
    return this.until(
      ([wanted, least]) =>
        [...document.querySelectorAll(wanted)].filter((one) => one.checkVisibility()).length >= least,
      [selector, count],
    );
  }

  async click(selector) {
    await this.see(selector);
    await this.evaluate((wanted) => document.querySelector(wanted).click(), selector);
  }

  /** Presses keys one after the other where the focus is, with a frame between them. */
  async press(...keys) {
    for (const one of keys)
      await this.evaluate(async (key) => {
        const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
        (document.activeElement ?? document.body).dispatchEvent(event);
        await new Promise(requestAnimationFrame);
      }, one);
  }

  goto(hash) {
    return this.evaluate((to) => void (location.hash = to), hash);
  }

  close() {
    return this.whole.send("Target.closeTarget", { targetId: this.targetId });
  }
}
