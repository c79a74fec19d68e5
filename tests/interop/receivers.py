"""Receivers for sinks as a test sees them: a webhook's receiver, a PostgreSQL server, a recording Kafka cluster."""

import base64
import glob
import hashlib
import hmac
import http.server
import json
import os
import pwd
import random
import signal
import subprocess
import sys
import threading

from programs import Failure, expect, wait_until


class WebhookReceiver:
    """Takes batches over HTTP on a free port, checks each signature, and keeps every record by sequence."""

    def __init__(self, secret, failing=0.0, seed=1):
        self.records = {}  # sequence: record's canonical text
        self.order = []  # sequences in the order of their first delivery
        self.problems = []
        self.requests = 0
        self.repeats = 0
        self._failing = failing
        self._chance = random.Random(seed)
        self._secret = secret
        self._lock = threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.take(self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                if not isinstance(sys.exc_info()[1], OSError):  # a killed sender resets its connections
                    super().handle_error(request, client_address)

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/records"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    def take(self, headers, body):
        with self._lock:
            self.requests += 1
            if self._chance.random() < self._failing:
                return 503
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            right = base64.b64encode(hmac.new(self._secret, signed, hashlib.sha256).digest()).decode()
            if f"v1,{right}" not in headers["webhook-signature"].split():
                self.problems.append(f"request {headers['webhook-id']} has a wrong signature")
            for record in json.loads(body)["records"]:
                self._keep(record)
            return 204

    def _keep(self, record):
        text = json.dumps(record, sort_keys=True)
        sequence = record["sequence"]
        if sequence not in self.records:
            self.order.append(sequence)
        elif self.records[sequence] != text:
            self.problems.append(f"sequence {sequence} came twice with different content")
        else:
            self.repeats += 1
        self.records[sequence] = text

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class PostgresServer:
    """A PostgreSQL of the test's own, on a socket in its own folder."""

    def __init__(self, directory):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_ctl"))
        expect(found, "PostgreSQL's server is not installed (scripts/setup --test installs it)")
        self._bin = os.path.dirname(found[-1])
        self.directory = os.path.join(directory, "postgres")
        os.mkdir(self.directory)
        self._data = os.path.join(self.directory, "data")
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            account = pwd.getpwnam("postgres")
            for folder in (self.directory,):
                os.chown(folder, account.pw_uid, account.pw_gid)
            path = self.directory
            while path != "/":
                path = os.path.dirname(path)
                if path.startswith(directory):
                    os.chmod(path, os.stat(path).st_mode | 0o055)
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        with open(os.path.join(self._data, "postgresql.conf"), "a") as file:
            file.write(f"listen_addresses = ''\nunix_socket_directories = '{self.directory}'\n")
        self.start()

    def _run(self, program, *arguments):
        command = [os.path.join(self._bin, program), *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.directory)
        expect(done.returncode == 0, f"{program} failed: {done.stdout[-1000:]}")
        return done.stdout

    def start(self):
        self._run("pg_ctl", "-D", self._data, "-l", os.path.join(self.directory, "log"), "-w", "-t", "60", "start")

    def stop(self, mode="fast"):
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def query(self, sql):
        return self._run("psql", "-h", self.directory, "-U", "postgres", "-At", "-c", sql).splitlines()

    @property
    def connection(self):
        return f"host={self.directory} user=postgres dbname=postgres"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.stop("immediate")
        except Failure:
            pass  # it was stopped already


class KafkaRecorder:
    """kafka_recorder: librdkafka's mock cluster with a consumer that writes every message down, one JSON a line."""

    def __init__(self, bin_dir, directory, topic):
        self._path = os.path.join(directory, "kafka.jsonl")
        self.process = subprocess.Popen([os.path.join(bin_dir, "kafka_recorder"), topic, self._path],
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().strip()
        expect(line, "the Kafka cluster did not start")
        self.brokers = line.split(",")

    def messages(self):
        """(key, record) in the order in which they were consumed; a line that is being written is left out."""
        with open(self._path) as file:
            text = file.read()
        for line in text[:text.rfind("\n") + 1].splitlines():
            message = json.loads(line)
            yield message["key"], message["value"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
