"""Events of some agents as the engine traces them: when it had judged and committed each, by its own clock."""

import json
import selectors
import socket
import threading
import urllib.request
from datetime import datetime, timezone

ENOUGH_FOR_A_PERCENTILE = 100


def nanoseconds(timestamp):
    """Since 1970, of an RFC 3339 timestamp in UTC with any number of digits."""
    seconds, _, fraction = timestamp.rstrip("Z").partition(".")
    whole = datetime.fromisoformat(seconds).replace(tzinfo=timezone.utc)
    return int(whole.timestamp()) * 1_000_000_000 + int(fraction.ljust(9, "0")[:9] or 0)


class TracedAgents:
    """Follows `count` agents of a tenant, a stream each. What is told of before the first ages() counts nowhere."""

    def __init__(self, port, tenant, count):
        url = f"http://127.0.0.1:{port}/api/v1/tenants/{tenant}/agents?limit={count}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            agents = [each["agentId"] for each in json.load(answer)["agents"]]
        self.selector, self.lock, self.traces = selectors.DefaultSelector(), threading.Lock(), []
        for agent in agents:
            stream = socket.create_connection(("127.0.0.1", port), timeout=60)
            stream.sendall(f"GET /api/v1/stream?tenant={tenant}&mode=log&types=metrics&trace={agent} HTTP/1.1\r\n"
                           f"Host: 127.0.0.1:{port}\r\n\r\n".encode())
            self.selector.register(stream, selectors.EVENT_READ, bytearray())
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while self.selector.get_map():
            for key, _ in self.selector.select(timeout=1):
                try:
                    piece = key.fileobj.recv(1 << 16)
                except OSError:
                    piece = b""
                if not piece:
                    self.selector.unregister(key.fileobj)
                    key.fileobj.close()
                    continue
                key.data.extend(piece)
                *lines, rest = key.data.split(b"\n")
                key.data[:] = rest
                for line in lines:
                    if line.startswith(b"data: ") and b'"judged"' in line:
                        with self.lock:
                            self.traces.append(json.loads(line[6:]))

    def ages(self):
        """Percentiles in microseconds of those that came since the last call: from the event's own time until it was
        judged, and until it was committed."""
        with self.lock:
            traces, self.traces = self.traces, []
        found = {}
        for stamp in ("judged", "journaled"):
            ages = sorted((nanoseconds(each[stamp]) - nanoseconds(each["eventTimestamp"])) / 1000
                          for each in traces if each[stamp])
            if len(ages) >= ENOUGH_FOR_A_PERCENTILE:
                found[stamp] = {"events": len(ages), **{name: ages[int(share * (len(ages) - 1))] for name, share in
                                                       (("p50", 0.5), ("p99", 0.99), ("p999", 0.999), ("max", 1))}}
        return found
