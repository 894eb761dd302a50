"""s3_server.py - a store that speaks S3, for s3.t, and trusts nobody

    s3_server.py FOLDER [CERTIFICATE KEY]

FOLDER/objects/BUCKET/NAME is the object whose key is NAME with %XX; FOLDER/port is where the
server listens, once FOLDER/ready is there; FOLDER/log has a line for each request, whose signature
is looked at by signature.py.  Some things are asked for by a file in FOLDER: page (objects a page has), slow, cut, short (so many requests
about objects are answered so, the last without a length said), expired (a session token), skew (seconds that the clock of the server
is ahead), stall (a number of objects, from when that changes, behind which none comes, and the
file stalled is there).
"""
import hashlib
import http.server
import os
import ssl
import sys
import threading
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import signature
from signature import Refused

FOLDER = sys.argv[1]
REGION = "eu-central-1"
lock = threading.Lock()
given, stalling = 0, ""
known = {}


def asked(name):
    try:
        with open(os.path.join(FOLDER, name)) as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


def one_of(name):
    """Whether one more is to go wrong in that way."""
    with lock:
        left = int(asked(name) or 0)
        if left:
            with open(os.path.join(FOLDER, name), "w") as file:
                file.write(str(left - 1))
        return left > 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *words):
        pass

    def answer(self, status, body=b"", headers=(), cut=False, short=False):
        with lock, open(os.path.join(FOLDER, "log"), "a") as log:
            log.write(f"{self.command} {self.headers['Host']} {self.path} {status}\n")
        self.send_response(status)
        if short:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut or short else body)
        if cut or short:
            self.close_connection = True

    def check_signature(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        signature.check(self, "s3", REGION, body, asked("expired"), int(asked("skew") or 0))

    def where(self):
        """Bucket and key, by the host or by the path."""
        path, _, query = self.path.partition("?")
        host = self.headers["Host"].rsplit(":", 1)[0]
        if host.endswith(".localhost"):
            bucket, key = host[: -len(".localhost")], path[1:]
        else:
            bucket, _, key = path[1:].partition("/")
        if not os.path.isdir(os.path.join(FOLDER, "objects", bucket)):
            raise Refused(404, "NoSuchBucket", "The specified bucket does not exist")
        return bucket, urllib.parse.unquote(key), dict(
            urllib.parse.parse_qsl(query, keep_blank_values=True))

    def file_of(self, bucket, key):
        return os.path.join(FOLDER, "objects", bucket, urllib.parse.quote(key, safe=""))

    def read(self, bucket, key, match):
        try:
            with open(self.file_of(bucket, key), "rb") as file:
                body = file.read()
        except FileNotFoundError:
            raise Refused(404, "NoSuchKey", "The specified key does not exist.") from None
        etag = '"' + hashlib.md5(body).hexdigest() + '"'
        if match and match != etag:
            raise Refused(412, "PreconditionFailed", "At least one did not hold")
        return body, etag

    def look_at(self, bucket, key):
        status = os.stat(self.file_of(bucket, key))
        stamp = status.st_mtime_ns, status.st_size
        if known.get((bucket, key), (None,))[0] != stamp:
            known[bucket, key] = stamp, self.read(bucket, key, None)[1]
        return status.st_size, known[bucket, key][1]

    def list(self, bucket, query):
        if query["list-type"] != "2" or query["encoding-type"] != "url":
            raise Refused(400, "InvalidArgument", "not as lazaret asks")
        if query["prefix"] == "hostile/":
            with open(os.path.join(FOLDER, "hostile"), "rb") as file:
                self.answer(200, file.read())
            return
        keys = [urllib.parse.unquote(name)
                for name in os.listdir(os.path.join(FOLDER, "objects", bucket))]
        keys = sorted(key for key in keys if key.startswith(query["prefix"]))
        after = query.get("continuation-token", "")
        if after:
            keys = [key for key in keys if key > bytes.fromhex(after).decode()]
        page = keys[: int(asked("page") or query["max-keys"])]
        parts = ['<?xml version="1.0" encoding="UTF-8"?>\n'
                 '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
                 f"<Name>{bucket}</Name><EncodingType>url</EncodingType>"
                 f"<IsTruncated>{'true' if len(page) < len(keys) else 'false'}</IsTruncated>"]
        for key in page:
            size, etag = self.look_at(bucket, key)
            size = 70 << 20 if "large" in key else size
            parts.append(f"<Contents><Key>{urllib.parse.quote_plus(key, safe='/')}</Key>"
                         "<LastModified>2026-05-01T12:00:00.000Z</LastModified>"
                         f"<ETag>{etag.replace(chr(34), '&quot;')}</ETag><Size>{size}</Size>"
                         "<StorageClass>STANDARD</StorageClass></Contents>")
        if len(page) < len(keys):
            parts.append(f"<NextContinuationToken>{page[-1].encode().hex()}"
                         "</NextContinuationToken>")
        self.answer(200, "".join(parts + ["</ListBucketResult>"]).encode())

    def stall(self):
        """Nothing more comes, until the client is gone."""
        global given, stalling
        with lock:
            if stalling != asked("stall"):
                given, stalling = 0, asked("stall")
            given += 1
            if not stalling or given <= int(stalling.split()[0]):
                return
            open(os.path.join(FOLDER, "stalled"), "w").close()
        self.connection.settimeout(20)
        try:
            self.connection.recv(1)
        except OSError:
            pass
        raise ConnectionAbortedError

    def get(self, bucket, key):
        if one_of("slow"):
            raise Refused(503, "SlowDown", "Please reduce your request rate.")
        for word, refusal in (
                ("denied", Refused(403, "AccessDenied", "Access Denied, &#x9b;31m")),
                ("archived", Refused(403, "InvalidObjectState", "in an archive")),
                ("broken", Refused(500, "InternalError", "We encountered an internal error.")),
        ):
            if word in key:
                raise refusal
        self.stall()
        body, etag = self.read(bucket, key, self.headers.get("If-Match"))
        headers = [("ETag", etag)]
        if "encrypted" in key:
            headers.append(("x-amz-meta-x-amz-key-v2", "AQIDAHj"))
        self.answer(200, body, headers, cut=one_of("cut"), short=one_of("short"))

    def copy(self, bucket, key):
        source = urllib.parse.unquote(self.headers["x-amz-copy-source"])
        of, _, name = source.lstrip("/").partition("/")
        if "locked" in name:
            # As Amazon does when it finds out late.
            self.answer(200, b"<?xml version='1.0'?>\n<Error><Code>AccessDenied</Code>"
                             b"<Message>Access Denied</Message></Error>")
            return
        body, etag = self.read(of, name, self.headers.get("x-amz-copy-source-if-match"))
        with open(self.file_of(bucket, key), "wb") as file:
            file.write(body)
        self.answer(200, f"<CopyObjectResult><ETag>{etag}</ETag></CopyObjectResult>".encode())

    def delete(self, bucket, key):
        if "kept-for-ever" in key:
            raise Refused(403, "AccessDenied", "Access Denied")
        if os.path.exists(self.file_of(bucket, key)):
            os.remove(self.file_of(bucket, key))
        self.answer(204)

    def serve(self):
        try:
            self.check_signature()
            bucket, key, query = self.where()
            if self.command == "GET" and not key:
                self.list(bucket, query)
            elif self.command == "GET":
                self.get(bucket, key)
            elif self.command == "PUT":
                self.copy(bucket, key)
            else:
                self.delete(bucket, key)
        except Refused as why:
            more = "".join(f"<{name}>{text}</{name}>" for name, text in why.more.items())
            self.answer(why.status, (
                "<?xml version='1.0' encoding='UTF-8'?>\n<Error>"
                f"<Code>{why.code}</Code><Message>{why.message}</Message>{more}</Error>"
            ).encode())
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    do_GET = do_PUT = do_DELETE = serve


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError, TimeoutError)):
            super().handle_error(request, client_address)


def main():
    port = int(asked("port") or 0)
    server = Server(("127.0.0.1", port), Handler)
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
