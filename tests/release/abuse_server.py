"""abuse_server.py - the AWS Abuse Signal API as its reference describes it, for report.t

    abuse_server.py FOLDER [CERTIFICATE KEY]

FOLDER/port is where it listens, once FOLDER/ready is there; FOLDER/log has a line for each
request: method, status, clientToken.  FOLDER/reports/ID is what a report said.  A clientToken
that is known gives the id it gave before.  The file FOLDER/next says what becomes of the next
report: "STATUS" or "STATUS SECONDS" (Retry-After), "drop" (taken, and no answer), "hold" (taken,
FOLDER/taken is there, and no answer for as long as the client waits).  FOLDER/status is what is
said of all reports.
"""
import hashlib
import http.server
import json
import os
import ssl
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import signature

FOLDER = sys.argv[1]


def asked(name, take=False):
    path = os.path.join(FOLDER, name)
    try:
        with open(path) as file:
            text = file.read().strip()
    except FileNotFoundError:
        return ""
    if take:
        os.remove(path)
    return text


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self, status, body, wait=None):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if wait:
            self.send_header("Retry-After", wait)
        self.end_headers()
        self.wfile.write(text)

    def note(self, status, token="-"):
        with open(os.path.join(FOLDER, "log"), "a") as log:
            log.write(f"{self.command} {status} {token}\n")

    def keep(self, body):
        token = json.loads(body)["clientToken"]
        name = "R" + hashlib.sha256(token.encode()).hexdigest()[:30]
        with open(os.path.join(FOLDER, "reports", name), "wb") as file:
            file.write(body)
        return name, token

    def create(self, body):
        what = asked("next", take=True)
        token = json.loads(body)["clientToken"]
        if what[:1].isdigit():
            status, _, wait = what.partition(" ")
            self.note(status, token)
            self.answer(int(status), {"__type": "NotNow", "message": "not \x1b[31mnow"}, wait)
            return
        name, token = self.keep(body)
        self.note(what or 202, token)
        if what == "hold":
            open(os.path.join(FOLDER, "taken"), "w").close()
            self.connection.settimeout(60)
            self.connection.recv(1)
        if what:
            self.close_connection = True
            return
        self.answer(202, {"reportId": name})

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            signature.check(self, "abuse", "us-east-1", body)
        except signature.Refused as why:
            self.note(why.status)
            self.answer(why.status, {"__type": why.code, "message": why.message})
            return
        if self.command == "POST" and self.path == "/v1/abuse":
            self.create(body)
            return
        name = self.path[len("/v1/abuse/"):]
        known = os.path.exists(os.path.join(FOLDER, "reports", name))
        self.note(200 if known else 404)
        self.answer(200 if known else 404, dict(json.loads(asked("status") or '{"status": "QUEUED"}'), reportId=name))

    do_GET = do_POST = serve


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


def main():
    os.makedirs(os.path.join(FOLDER, "reports"), exist_ok=True)
    server = Server(("127.0.0.1", 0), Handler)
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False)
    for name in ("port", "ready"):
        with open(os.path.join(FOLDER, name), "w") as file:
            file.write(str(server.server_address[1]))
    server.serve_forever()


main()
