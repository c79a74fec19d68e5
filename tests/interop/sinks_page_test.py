#!/usr/bin/env python3
"""The Python of docs/sinks.md does what the page says: it verifies what the engine signs, and sends dead letters again."""

import http.server
import json
import tempfile
import threading
import time
import unittest
import urllib.error

from hook_receiver import code_of_the_page

names = code_of_the_page()
is_genuine, send_again = names["is_genuine"], names["send_again"]

# The example of the standard; signature_test.cpp has the same.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


class Verification(unittest.TestCase):
    def setUp(self):
        self.now = time.time
        time.time = lambda: 1614265330 + 10

    def tearDown(self):
        time.time = self.now

    def test_a_genuine_request_is_recognised(self):
        self.assertTrue(is_genuine(HEADERS, BODY, SECRET))

    def test_one_of_several_signatures_is_enough(self):
        headers = {**HEADERS, "webhook-signature": "v1,xx== " + HEADERS["webhook-signature"]}
        self.assertTrue(is_genuine(headers, BODY, SECRET))

    def test_a_plain_secret_is_its_own_key(self):
        headers = {"webhook-id": "fw_1", "webhook-timestamp": "1",
                   "webhook-signature": "v1,4b+GkA32oskQndRECJ1SV4W1wWgLb7AxinhjTyHOB0U="}
        time.time = lambda: 1
        self.assertTrue(is_genuine(headers, b"{}", "plain"))

    def test_whatever_differs_is_noticed(self):
        self.assertFalse(is_genuine(HEADERS, BODY + b" ", SECRET))
        self.assertFalse(is_genuine(HEADERS, BODY, SECRET.replace("M", "N")))
        for name, value in [("webhook-id", "x"), ("webhook-timestamp", "1614265331"), ("webhook-signature", "v1,\xff"),
                            ("webhook-signature", "")]:
            self.assertFalse(is_genuine({**HEADERS, name: value}, BODY, SECRET), name)

    def test_an_old_request_is_refused(self):
        time.time = lambda: 1614265330 + 301
        self.assertFalse(is_genuine(HEADERS, BODY, SECRET))


class Receiver(http.server.BaseHTTPRequestHandler):
    received = []
    status = 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Receiver.received.append((is_genuine(self.headers, body, "plain"), json.loads(body)))
        self.send_response(Receiver.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


class SendingAgain(unittest.TestCase):
    def setUp(self):
        Receiver.received, Receiver.status = [], 200
        self.server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = "http://127.0.0.1:%d/hook" % self.server.server_port
        self.file = tempfile.NamedTemporaryFile("w", suffix=".jsonl")
        for tenant, epoch, count in [("acme", 1, 501), ("globex", 1, 1), ("acme", 2, 2)]:
            for sequence in range(1, count + 1):
                record = {"tenantId": tenant, "sequence": sequence}
                print(json.dumps({"at": "…", "sink": "hook", "reason": "HTTP 422", "node": "node-1", "epoch": epoch,
                                  "record": record}), file=self.file)
            print('{"at":"2026', file=self.file)
        self.file.flush()

    def tearDown(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.file.close()

    def test_letters_go_out_signed_in_order_and_by_origin(self):
        send_again(self.file.name, self.url, "plain")
        self.assertTrue(all(genuine for genuine, _ in Receiver.received))
        outline = [(body["tenantId"], body["epoch"], body["firstSequence"], body["lastSequence"], len(body["records"]))
                   for _, body in Receiver.received]
        self.assertEqual(outline, [("acme", 1, 1, 500, 500), ("acme", 1, 501, 501, 1), ("globex", 1, 1, 1, 1),
                                   ("acme", 2, 1, 2, 2)])

    def test_a_refusal_ends_it(self):
        Receiver.status = 422
        with self.assertRaises(urllib.error.HTTPError):
            send_again(self.file.name, self.url, "plain")
        self.assertEqual(len(Receiver.received), 1)


if __name__ == "__main__":
    unittest.main()
