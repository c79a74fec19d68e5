"""Clients that mean harm, or know no better, against the HTTP port of a node. Python's standard library only.

Each function runs for a bounded time in a process of its own, so that it does not slow down those who judge the answers,
and gives a line about what it did; `Misbehaviour` if an answer is not what such a client may get.
"""

import random
import re
import resource
import selectors
import socket
import ssl
import time

PATIENCE = 15.0  # seconds that any one answer may take on a busy machine
SECRETS = (b"open-sesame", b"PRIVATE KEY", b"root:")
HELLO_IN_TLS = bytes.fromhex("160301007a010000760303") + bytes(32) + b"\x00\x00\x02\x13\x01\x01\x00\x00\x4b"


class Misbehaviour(Exception):
    """The node did not answer as it should, or the attack could not be made."""


class Target:
    """Where a node listens; with `tls` behind a handshake, whose certificate nobody checks here."""

    def __init__(self, port, tls=False, token=""):
        self.port, self.tls, self.token = port, tls, token

    def dial(self, source="127.0.0.1", handshake=True, receive_buffer=None):
        """Connects; a handshake whose time is over before it is made, as on a busy machine, is tried again."""
        for tries in range(5):
            try:
                return self._dial(source, handshake, receive_buffer)
            except (ConnectionError, ssl.SSLError) as failure:
                last = failure
        raise last

    def _dial(self, source, handshake, receive_buffer):
        dialled = socket.socket()
        try:
            if receive_buffer:
                dialled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            dialled.bind((source, 0))
            dialled.settimeout(PATIENCE)
            dialled.connect(("127.0.0.1", self.port))
            if self.tls and handshake:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                dialled = context.wrap_socket(dialled)
            return dialled
        except OSError:
            dialled.close()
            raise


def until_the_end(connection, at_most=1 << 20):
    """What comes until the other side ends."""
    got = b""
    try:
        while len(got) < at_most and (piece := connection.recv(65536)):
            got += piece
    except (ConnectionError, ssl.SSLError):
        pass
    return got


def is_answered(connection):
    """An answer is there, or the end. A TLS socket may be readable for less: tickets that the client did not ask for."""
    before = connection.gettimeout()
    connection.settimeout(0)
    try:
        connection.recv(4096)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        pass
    finally:
        connection.settimeout(before)
    return True


def request(line="GET /api/v1/tenants HTTP/1.1", *fields, host="localhost", body=b"", end=b"\r\n\r\n"):
    head = [line] + ([f"Host: {host}"] if host is not None else []) + ["Connection: close", *fields]
    return "\r\n".join(head).encode("latin-1") + end + body


def post(*fields, body=b"", path="/api/v1/session"):
    return request(f"POST {path} HTTP/1.1", "Content-Type: application/json", *fields, body=body)


# What is sent, and the statuses that may come back; 0 is the end without an answer.
REFUSED = {400}
MALFORMED = [
    ("no request at all", b"\r\n\r\n\r\n", {0, 400, 408}),
    ("a line of noise", b"\x00\xff\xfe nonsense\r\n\r\n", REFUSED),
    ("TLS on a plain port", HELLO_IN_TLS, {0, 400, 408}),
    ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9), {400, 505}),
    ("another version", b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", {400, 505}),
    ("no version", b"GET /\r\n\r\n", REFUSED),
    ("a version of HTTP/0.9's time", b"GET / HTTP/0.9\r\n\r\n", {400, 505}),
    ("a huge head", request("GET / HTTP/1.1", "X-Padding: " + "a" * 65536), {431}),
    ("a huge target", request("GET /" + "a" * 65536 + " HTTP/1.1"), {431}),
    ("ten thousand fields", request("GET / HTTP/1.1", *[f"X-{n}: 1" for n in range(10000)]), {431}),
    ("a thousand parameters", request("GET /api/v1/tenants?" + "&".join(f"p{n}=1" for n in range(1000)) + " HTTP/1.1"),
     REFUSED),
    ("a NUL in a field", request("GET / HTTP/1.1", "X-Odd: a\x00b"), REFUSED),
    ("a blank before the colon", request("GET / HTTP/1.1", "X-Odd : a"), REFUSED),
    ("a field without a colon", request("GET / HTTP/1.1", "nonsense"), REFUSED),
    ("no Host", request(host=None), REFUSED),
    ("two Hosts", request(host="localhost\r\nHost: 127.0.0.1"), REFUSED),
    ("a foreign Host", request(host="attacker.example"), {421}),
    ("a foreign Host with this port's name in it", request(host="localhost.attacker.example"), {421}),
    ("a foreign address as target", request("GET http://attacker.example/ HTTP/1.1"), {421}),
    ("a foreign Origin", post("Origin: https://attacker.example", "Content-Length: 2", body=b"{}"), {403}),
    ("Origin null", post("Origin: null", "Content-Length: 2", body=b"{}"), {403}),
    ("a foreign Origin that reads", request("GET /api/v1/tenants HTTP/1.1", "Origin: https://attacker.example"), {403}),
    ("an unknown method", request("BREW / HTTP/1.1"), {400, 405, 501}),
    ("a method of noise", request("G\x01T / HTTP/1.1"), REFUSED),
    ("TRACE", request("TRACE / HTTP/1.1"), {400, 405, 501}),
    ("CONNECT", request("CONNECT attacker.example:443 HTTP/1.1"), {400, 405, 421, 501}),
    ("DELETE of a list", request("DELETE /api/v1/tenants HTTP/1.1"), {401, 405}),
    ("a Content-Length below zero", post("Content-Length: -1"), REFUSED),
    ("a Content-Length of words", post("Content-Length: many"), REFUSED),
    ("a Content-Length beyond all numbers", post("Content-Length: " + "9" * 40), {400, 413}),
    ("a Content-Length of a terabyte", post("Content-Length: 1000000000000"), {413}),
    ("two Content-Lengths", post("Content-Length: 2", "Content-Length: 3", body=b"{}"), REFUSED),
    ("a length and chunks", post("Content-Length: 2", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"), REFUSED),
    ("an unknown coding", post("Transfer-Encoding: gzip", body=b"0\r\n\r\n"), {400, 411, 501}),
    ("a chunk of no size", post("Transfer-Encoding: chunked", body=b"xyz\r\n"), REFUSED),
    ("a chunk of every byte there is", post("Transfer-Encoding: chunked", body=b"f" * 16 + b"\r\n"), {400, 413}),
    ("a size beyond all numbers", post("Transfer-Encoding: chunked", body=b"f" * 40 + b"\r\n"), {400, 413}),
    ("an extension without end", post("Transfer-Encoding: chunked", body=b"1;" + b"x" * 200000), {0, 413}),
    ("a trailer without end", post("Transfer-Encoding: chunked", body=b"0\r\nX-Trailer: " + b"x" * 200000), {0, 413}),
    ("a body that is no JSON", post("Content-Length: 5", body=b"{{{{{"), {400, 401}),
    ("JSON nested deeply", post("Content-Length: 40000", body=b"[" * 40000), {400, 401}),
    ("a wrong token to sign in", post("Content-Length: 24", body=b'{"token": "fw_wrong-one"}'[:24]), {400, 401, 429}),
    ("a wrong token", request("GET /api/v1/tenants HTTP/1.1", "Authorization: Bearer fw_wrong"), {401, 429}),
    ("an endless token", request("GET /api/v1/tenants HTTP/1.1", "Authorization: Bearer " + "f" * 12000), {401, 429}),
    ("a wrong cookie", request("GET /api/v1/tenants HTTP/1.1", "Cookie: floorwalker_session=" + "0" * 64), {401, 429}),
    ("an upgrade", request("GET /api/v1/stream HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade",
                           "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="), {400, 401, 429}),
] + [(f"the path {path}", request(f"GET {path} HTTP/1.1"), {400, 401, 404, 429}) for path in (
    "/../../../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/assets/../../../etc/passwd",
    "/assets/%2e%2e/%2e%2e/index.html%00.js", "/%00", "//etc/passwd", "/..\\..\\etc\\passwd", "/%", "/%zz", "/%c0%ae%c0%ae/",
    "/api/v1/tenants/..%2f..%2facme/agents", "/api/v1/tenants/%00/agents", "/api/v1/tenants/" + "a" * 8000 + "/agents")]


def answer_status(answer):
    first = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    return int(first.group(1)) if first else 0


def check(what, answer, wanted):
    if answer_status(answer) not in wanted:
        raise Misbehaviour(f"{what}: the answer is {answer[:200]!r}, wanted {sorted(wanted)}")
    for secret in SECRETS:
        if secret in answer:
            raise Misbehaviour(f"{what}: the answer tells {secret!r}")


def answer_to(target, source, what, sent, half_close):
    with target.dial(source) as connection:
        try:
            connection.sendall(sent)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (ConnectionError, ssl.SSLError):
            pass  # it was refused before all was sent
        try:
            return until_the_end(connection)
        except TimeoutError:
            raise Misbehaviour(f"{what}: no answer within {PATIENCE:.0f} s") from None


def throw_malformed_requests(target, rounds):
    """Everything in the table, each on a connection of its own."""
    count = 0
    for turn in range(rounds):
        for what, sent, wanted in MALFORMED:
            # On a busy machine a request's time may be over before it is sent: then it is sent again.
            for tries in range(5):
                # An address of its own each, since ten wrong tokens silence one.
                source = f"127.0.{1 + turn % 200}.{1 + count % 250}"
                answer = answer_to(target, source, what, sent, 408 in wanted)
                if answer_status(answer) not in {0, 408} - wanted:
                    break
            check(what, answer, wanted)
            count += 1
    return f"{count} malformed requests, each refused"


def throw_noise(target, seconds, seed):
    """Random bytes and requests cut at random places, before and behind the handshake."""
    chance, count, end = random.Random(seed), 0, time.monotonic() + seconds
    whole = [sent for _, sent, _ in MALFORMED] + [request()] * 20
    while time.monotonic() < end:
        try:
            with target.dial(handshake=chance.random() < 0.5) as connection:
                sent = chance.choice(whole)[:4096]
                if chance.random() < 0.5:
                    sent = chance.randbytes(chance.randint(1, 4096))
                elif chance.random() < 0.5:
                    at = chance.randrange(len(sent))
                    sent = sent[:at] + bytes([chance.randrange(256)]) + sent[at + 1:]
                connection.sendall(sent[:chance.randint(1, len(sent))])
                if chance.random() < 0.3:  # the rest of a request never comes, nor does a proper end
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                elif chance.random() < 0.5:
                    connection.settimeout(0.2)
                    connection.recv(4096)
        except OSError:
            pass
        count += 1
    return f"{count} connections with noise"


def send_endless_chunks(target):
    """A body without end is refused, and nobody waits until it is over."""
    with target.dial() as connection:
        head, chunk, sent = post("Transfer-Encoding: chunked"), b"1000\r\n" + b"x" * 4096 + b"\r\n", 0
        try:
            connection.sendall(head)
            for sent in range(0, 1 << 26, 4096):
                connection.sendall(chunk)
        except OSError:
            return f"chunks without end: refused after {sent} bytes"
    raise Misbehaviour("chunks without end: the node took 64 MiB of them")


def send_slowly(target, what, connections, time_limit, first):
    """Connections that send `first` and then a byte a second; the node ends each about when its time is over."""
    held = []
    for n in range(connections):
        try:
            connection = target.dial(f"127.0.10.{1 + n % 250}")
            connection.settimeout(5)
            connection.sendall(first)
            held.append(connection)
        except OSError:
            pass  # there was no room for it
    let_in, end = len(held), time.monotonic() + time_limit + PATIENCE
    while held and time.monotonic() < end:
        still = []
        for connection in held:
            try:
                if is_answered(connection):
                    raise ConnectionAbortedError
                connection.send(b"x")
                still.append(connection)
            except OSError:
                connection.close()
        held = still
        time.sleep(1)
    for connection in held:
        connection.close()
    if held:
        raise Misbehaviour(f"{len(held)} of {let_in} slow {what} had more than {time_limit} s")
    return f"{connections} slow {what}: {let_in} let in, each ended by the node"


def send_slow_heads(target, connections, time_limit):
    return send_slowly(target, "heads", connections, time_limit, b"GET /api/v1/tenants HTTP/1.1\r\nX-Padding: ")


def send_slow_bodies(target, connections, time_limit):
    return send_slowly(target, "bodies", connections, time_limit, post("Content-Length: 60000"))


def hold_idle_connections(target, attempts, seconds):
    """Connects so often, from many addresses, says nothing, and stays."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < attempts + 64:
        raise Misbehaviour(f"this machine lets a process have {hard} files, {attempts} connections are wanted")
    waiting, begun, ended_by_node = selectors.EpollSelector(), 0, 0
    end, last_end = time.monotonic() + seconds, time.monotonic() + seconds + 60
    while time.monotonic() < end or (begun < attempts and time.monotonic() < last_end):
        # Some at a time, so that the system's queue of connections holds them.
        for _ in range(min(200, attempts - begun)):
            dialled = socket.socket()
            dialled.setblocking(False)
            dialled.bind((f"127.0.{20 + begun // 2500}.{1 + begun % 250}", 0))
            dialled.connect_ex(("127.0.0.1", target.port))
            waiting.register(dialled, selectors.EVENT_READ)
            begun += 1
        for key, _ in waiting.select(0.05):
            try:
                ended = not key.fileobj.recv(4096)
            except OSError:
                ended = True
            if ended:
                ended_by_node += 1
                waiting.unregister(key.fileobj)
                key.fileobj.close()
    left = len(waiting.get_map())
    if begun < attempts:
        raise Misbehaviour(f"only {begun} of {attempts} connections could be tried in {seconds + 60:.0f} s")
    for key in list(waiting.get_map().values()):
        key.fileobj.close()
    return f"{begun} idle connections: {ended_by_node} ended by the node, {left} left"


def read_nothing(target, seconds):
    """Opens a stream and takes no byte of it; in the end the node has let go."""
    fields = [f"Authorization: Bearer {target.token}"] if target.token else []
    for tries in range(5):  # on a busy machine the request's time may be over before it is sent
        with target.dial(receive_buffer=4096) as connection:
            try:
                connection.sendall(request("GET /api/v1/stream?tenant=acme HTTP/1.1", *fields))
            except OSError:
                continue
            time.sleep(seconds)
            answer = until_the_end(connection, 1 << 26)
            if answer_status(answer) not in {0, 408}:
                break
    else:
        raise Misbehaviour("the stream that nobody reads was never opened")
    if answer_status(answer) != 200:
        raise Misbehaviour(f"the stream was not opened: {answer[:200]!r}")
    if answer.endswith(b"\r\n0\r\n\r\n") or len(answer) >= 1 << 26:
        raise Misbehaviour("a stream that nobody reads went on, or ended properly")
    return f"a stream that nobody reads: ended by the node, {len(answer)} bytes lay in the sockets"
