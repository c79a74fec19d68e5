"""The two programs as a test sees them: started, asked, stopped. Python's standard library only."""

import json
import os
import signal
import ssl
import subprocess
import threading
import time
import urllib.parse
import urllib.request

SECRET = "open-sesame"
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """Something that should hold does not; the text says what."""


def expect(holds, sentence):
    if not holds:
        raise Failure(sentence)


def wait_until(holds, what, seconds=60.0, every=0.05):
    """Polls until `holds()` is true; its value is returned."""
    end = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        expect(time.monotonic() < end, f"still waiting after {seconds:.0f} s: {what}")
        time.sleep(every)


class Simulator:
    """floorwalker-simulator on a free port; `options` are its command line's."""

    def __init__(self, bin_dir, directory, options):
        self.tls = os.path.join(directory, "tls")
        command = [os.path.join(bin_dir, "floorwalker-simulator"), "--port", "0", "--json", "--tls-directory", self.tls]
        self.process = subprocess.Popen(command + options, stdout=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        expect(first, "the simulator did not start")
        self.url = json.loads(first)["baseUrl"]
        self.ca_file = os.path.join(self.tls, "ca.pem")
        self.context = ssl.create_default_context(cafile=self.ca_file)

    def _ask(self, path, body=None):
        request = urllib.request.Request(self.url + path, data=body)
        with urllib.request.urlopen(request, context=self.context, timeout=60) as answer:
            return json.load(answer)

    def ledger(self, query="agents=0&connections=0&requests=0"):
        return self._ask("/ledger?" + query)

    def totals(self):
        return self.ledger()["totals"]

    def agent_ids(self):
        return list(self.ledger("connections=0&requests=0")["agents"])

    def agent_events(self, agent_id):
        query = urllib.parse.urlencode({"agent": agent_id, "events": 1, "connections": 0, "requests": 0})
        return self.ledger(query)["agents"][agent_id]["events"]

    def control(self, wishes):
        return self._ask("/control", json.dumps(wishes).encode())

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Engine:
    """floorwalker with its arguments. stderr is gathered; stdout too, unless it goes elsewhere."""

    def __init__(self, bin_dir, arguments, stdout=None, environment=None, directory=None, before=None):
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("CXONE_")}
        surroundings.update({"CXONE_CLIENT_SECRET": SECRET} if environment is None else environment)
        self.process = subprocess.Popen([os.path.join(bin_dir, "floorwalker")] + arguments, env=surroundings,
                                        stdout=subprocess.PIPE if stdout is None else stdout,
                                        stderr=subprocess.PIPE, text=True, cwd=directory, preexec_fn=before)
        self._out, self._err = [], []
        self._readers = [threading.Thread(target=self._gather, args=pair, daemon=True)
                         for pair in ((self.process.stdout, self._out), (self.process.stderr, self._err)) if pair[0]]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _gather(stream, lines):
        for line in stream:
            lines.append(line)

    @property
    def out(self):
        return "".join(self._out)

    @property
    def err(self):
        return "".join(self._err)

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def memory_kib(self, name="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1])
        raise Failure(f"the engine has no {name}: has it ended?")

    def signal(self, number=signal.SIGINT):
        self.process.send_signal(number)

    def wait(self, seconds=60):
        """The exit code; the outputs are complete then."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"the engine did not end within {seconds} s\n{self.err[-2000:]}") from None
        for reader in self._readers:
            reader.join(10)
        return code

    def final_metrics(self):
        lines = self.out.splitlines()
        expect(lines, "the engine printed no final metrics")
        return json.loads(lines[-1])["finalMetrics"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for reader in self._readers:
            reader.join(10)
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()


def tenant_block(name, base_url, ca_file, more=""):
    return f"""
    {name} {{
      base-url = "{base_url}"
      ca-file = "{ca_file}"
      tenant-id = "acme"
      client-id = "floorwalker"
      agents = "all"
      {more}
    }}"""


def write_config(directory, tenants, sinks="", log_level="info"):
    path = os.path.join(directory, "floorwalker.conf")
    with open(path, "w") as file:
        file.write(f"""floorwalker {{
  node {{ data-dir = "{directory}/data" }}
  log {{ level = "{log_level}" }}
  tenants {{{"".join(tenants)}
  }}
  sinks {{ {sinks} }}
}}
""")
    return path
