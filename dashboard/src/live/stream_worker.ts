// The SharedWorker: one hub for all tabs of this browser.
import { FeedHub } from "./feed_hub.ts";
import type { HubUpdate, Port, ToHub } from "./hub_messages.ts";
import { browserWorld, watchTabByLock } from "./browser_world.ts";

const hub = new FeedHub(browserWorld(), watchTabByLock);

interface ConnectEvent extends Event {
  ports: readonly MessagePort[];
}

self.addEventListener("connect", (event) => {
  const messages = (event as ConnectEvent).ports[0];
  if (!messages) return;
  const port: Port<HubUpdate, ToHub> = {
    send: (message) => messages.postMessage(message),
    onMessage: null,
    onClosed: null,
    // A page that the browser kept may come back over the same port, so it stays open; an unused one costs nothing.
    close: () => undefined,
  };
  messages.addEventListener("message", (message: MessageEvent<ToHub>) => port.onMessage?.(message.data));
  messages.addEventListener("close", () => port.onClosed?.());
  hub.add(port);
  messages.start();
});
