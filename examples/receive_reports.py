"""Print the status reports and replies that come to http://127.0.0.1:8700/ (or another port)."""

import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        push = dict(parse_qsl(body.decode(), keep_blank_values=True))
        what = push.get("status") or f"reply from {push.get('from')}:"
        print(push.get("smsMsgId"), what, push, flush=True)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_request(self, *_: object) -> None:
        """The pushes are the output; a line for each request would only hide them."""


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8700
    print(f"waiting for status reports and replies on http://127.0.0.1:{port}/report", flush=True)
    with suppress(KeyboardInterrupt):
        ThreadingHTTPServer(("127.0.0.1", port), Receiver).serve_forever()
