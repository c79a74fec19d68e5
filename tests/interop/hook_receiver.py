"""A receiver of webhooks that verifies what it gets as docs/sinks.md says. Python's standard library only."""

import http.server
import json
import os
import re
import ssl
import threading

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "sinks.md")


def code_of_the_page():
    """Every Python block of the page, in one name space."""
    names = {}
    with open(PAGE, encoding="utf-8") as text:
        for block in re.findall(r"```python\n(.*?)```", text.read(), re.S):
            exec(block, names)
    return names


class HookReceiver:
    """Takes requests over TLS with the certificate in `directory`. Its 2nd, 4th and 6th request fail in three ways."""

    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    def __init__(self, directory):
        self.records, self.turned_away, self.complaints = [], 0, []
        self._genuine = code_of_the_page()["is_genuine"]
        self._seen, self._requests = set(), 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # connections are kept

            def do_POST(self):
                receiver._take(self)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(directory, "server.pem"), os.path.join(directory, "server-key.pem"))
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def _take(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        if not self._genuine(request.headers, body, self.secret):
            self.complaints.append("a request is not genuine")
        self._requests += 1
        if self._requests in (2, 4, 6):
            self.turned_away += 1
            if self._requests == 2:
                request.close_connection = True  # without a word
                return
            status, headers = (503, {"Retry-After": "1"}) if self._requests == 4 else (429, {"Connection": "close"})
        else:
            status, headers = 200, {}
            for record in json.loads(body)["records"] if request.headers["webhook-id"] not in self._seen else []:
                self.records.append(record)
            self._seen.add(request.headers["webhook-id"])
        request.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            request.send_header(name, value)
        request.end_headers()

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
