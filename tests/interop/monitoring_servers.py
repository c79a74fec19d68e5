"""Debian's Prometheus and Alertmanager on ports and in folders of their own, and a receiver of Alertmanager's webhooks."""

import http.server
import json
import os
import shutil
import socket
import subprocess
import threading
import urllib.parse
import urllib.request

from programs import expect, wait_until


def program(name, package):
    """The path of a server's program. Without it a test fails."""
    path = shutil.which(name)
    expect(path, f"{name} is missing: install Debian's package {package} (scripts/setup --test)")
    return path


def run_tool(name, package, *arguments, **options):
    """What a program says, which has to be fine with its arguments."""
    done = subprocess.run([program(name, package), *arguments], capture_output=True, text=True, **options)
    expect(done.returncode == 0, f"{name} {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A program with an HTTP API; its output is shown if it does not get ready."""

    def __init__(self, directory, port, command):
        self.url = f"http://127.0.0.1:{port}"
        self._log = os.path.join(directory, "log")
        with open(self._log, "w") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=directory)
        wait_until(self._is_ready, f"{command[0]} is ready")

    def _is_ready(self):
        with open(self._log) as log:
            expect(self._process.poll() is None, log.read()[-2000:] if self._process.poll() is not None else "")
        try:
            with urllib.request.urlopen(self.url + "/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def ask(self, path, **query):
        with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
            return json.load(answer)

    def stop(self):
        self._process.terminate()
        self._process.wait(30)


class Alertmanager(Server):
    """Tells `hook` at once of what fires and what is over."""

    def __init__(self, directory, hook):
        os.mkdir(directory)
        with open(os.path.join(directory, "alertmanager.yml"), "w") as file:
            file.write(f"""route: {{ receiver: hook, group_by: [...], group_wait: 0s, group_interval: 100ms }}
receivers: [{{ name: hook, webhook_configs: [{{ url: "{hook}", send_resolved: true }}] }}]
""")
        port = free_port()
        super().__init__(directory, port, [program("prometheus-alertmanager", "prometheus-alertmanager"),
                                           "--config.file=alertmanager.yml", "--storage.path=data",
                                           f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="])

    def alerts(self, name):
        """Those that are active and have this alertname."""
        return self.ask("/api/v2/alerts", filter=f'alertname="{name}"')


class Prometheus(Server):
    """Runs with the configuration `text`, beside which `files` (name: text) lie."""

    def __init__(self, directory, text, files):
        os.mkdir(directory)
        for name, content in {"prometheus.yml": text, **files}.items():
            with open(os.path.join(directory, name), "w") as file:
                file.write(content)
        port = free_port()
        super().__init__(directory, port, [program("prometheus", "prometheus"), "--config.file=prometheus.yml",
                                           "--storage.tsdb.path=data", f"--web.listen-address=127.0.0.1:{port}"])

    def value(self, expression):
        """Of the first series; None if there is none."""
        found = self.ask("/api/v1/query", query=expression)["data"]["result"]
        return float(found[0]["value"][1]) if found else None


class Hook:
    """Takes POSTs of JSON, and keeps (headers, body) in order. `answers` are the next statuses, then it is 200."""

    def __init__(self, answers=()):
        self.requests, self.answers = [], list(answers)
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.requests.append((self.headers, json.loads(body)))
                self.send_response(hook.answers.pop(0) if hook.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/alerts"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
