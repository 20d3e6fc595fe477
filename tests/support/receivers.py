"""What takes pages outside Discord in tests: a mail server and a web hook, on loopback, in threads of their own."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Mailbox(socketserver.ThreadingTCPServer):
    """An SMTP server that takes every mail: as much of RFC 5321 as a sender of plain mail needs."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Smtp)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Return the mail box as apprise writes it."""
        return f"mailto://127.0.0.1:{self.port}?mode=insecure&from=holdspace@example.org&to=maria@example.org"

    def texts(self) -> list[str]:
        """Return subject and body of every mail."""
        found = []
        for raw in self.mails:
            mail = message_from_bytes(raw)
            parts = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_type() == "text/plain"]
            body = b"\n".join(part for part in parts if isinstance(part, bytes)).decode()
            found.append(f"{make_header(decode_header(mail['Subject']))}\n{body}")
        return found


class _Smtp(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            word = line.strip().upper().split(b" ")[0]
            if word == b"DATA":
                self._say("354 go on")
                lines = []
                while (each := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(each.removeprefix(b"."))
                self.server.mails.append(b"".join(lines))
            self._say("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class Hook(ThreadingHTTPServer):
    """A web server that takes every request, or answers with `status`."""

    daemon_threads = True

    def __init__(self) -> None:
        self.status = 200
        self.requests: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), _Take)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Return the hook as apprise writes it."""
        return f"json://127.0.0.1:{self.port}/secret-path"

    def texts(self) -> list[str]:
        """Return what was posted."""
        return [body for _, body in self.requests]


class _Take(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        self._take()

    def do_GET(self) -> None:
        self._take()

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.requests.append((self.path, body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is the base class's)
        """Say nothing on stderr."""


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """Let a receiver take what comes, until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
