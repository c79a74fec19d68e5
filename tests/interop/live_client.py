"""A client of the live API, as an integrator would write one. Python's standard library only."""

import http.client
import json
import threading
import urllib.error
import urllib.parse
import urllib.request

from programs import wait_until


class LiveApi:
    """Questions to a node."""

    def __init__(self, port):
        self.port = port

    def ask(self, path, headers=None, method="GET", body=None):
        """Status, headers and text."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers or {}, method=method,
                                         data=body)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers, refused.read().decode()

    def get(self, path, headers=None):
        """Status, content type and text."""
        status, told, text = self.ask(path, headers)
        return status, told.get_content_type(), text

    def json(self, path):
        return json.loads(self.get(path)[2])

    def is_ready(self):
        try:
            return self.get("/health/ready")[0] == 200
        except OSError:
            return False


class Event:
    def __init__(self, number, name, data):
        self.id, self.name, self.data = number, name, data


class LiveStream:
    """Follows the stream in a thread, and comes back with its last id whenever the connection ends."""

    def __init__(self, port, last_id=None, **query):
        self.events = []
        self.connections = 0
        self.last_id = last_id
        self._path = "/api/v1/stream?" + urllib.parse.urlencode(query)
        self._port = port
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self):
        while not self._stopped.is_set():
            try:
                self._listen()
            except (OSError, http.client.HTTPException):
                pass
            self._stopped.wait(0.05)

    def _listen(self):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request("GET", self._path, headers={"Last-Event-ID": self.last_id} if self.last_id else {})
            answer = connection.getresponse()
            if answer.status != 200:
                return
            self.connections += 1
            number = name = data = None
            while not self._stopped.is_set():
                line = answer.readline().decode()
                if not line:
                    return
                field, _, value = line.rstrip("\n").partition(": ")
                if field == "id":
                    number = value
                elif field == "event":
                    name = value
                elif field == "data":
                    data = value
                elif not field and name:
                    self.last_id = number
                    self.events.append(Event(number, name, json.loads(data)))
                    number = name = data = None
        finally:
            connection.close()

    def named(self, *names):
        return [event for event in list(self.events) if event.name in names]

    def wait_for(self, holds, what, seconds=30):
        return wait_until(lambda: holds(self), what, seconds)

    def stop(self):
        self._stopped.set()
        self._thread.join(10)
