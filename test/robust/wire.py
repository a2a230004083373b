"""A small client of the server's own protocol: raw bytes as parameters, text and binary, many in flight at once.

psql cannot bind binary parameters, and one process or file per mutated value would take too long.
Only for the throw-away server of the tests: a Unix socket, trusted, UTF8.
"""
import os
import selectors
import socket
import struct
from collections import namedtuple

# What one statement gave: rows of byte strings (None: null), or an error.
Result = namedtuple("Result", "rows sqlstate message")


class Lost(Exception):
    """The server closed the connection."""


class Connection:
    def __init__(self, database=None):
        self.address = "%s/.s.PGSQL.%s" % (os.environ["PGHOST"], os.environ.get("PGPORT", "5432"))
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(self.address)
        self.socket.setblocking(False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.socket, selectors.EVENT_READ)
        self.incoming = bytearray()
        self.pid = self.secret = None
        options = {"user": os.environ.get("PGUSER", "postgres"), "database": database or os.environ["PGDATABASE"],
                   "client_encoding": "UTF8"}
        body = struct.pack("!i", 196608) + b"".join(k.encode() + b"\0" + v.encode() + b"\0" for k, v in options.items()) + b"\0"
        self._talk(struct.pack("!i", len(body) + 4) + body, 1)

    def close(self):
        self.selector.close()
        self.socket.close()

    def query(self, text):
        """Statements without parameters; the rows of all of them, or the error that ended them."""
        return self._talk(message(b"Q", as_bytes(text) + b"\0"), 1)[0]

    def must(self, text):
        result = self.query(text)
        if result.sqlstate:
            raise RuntimeError("%s: %s\nin: %s" % (result.sqlstate, result.message, as_bytes(text)[:2000].decode("utf8", "replace")))
        return result.rows

    def value(self, text):
        return self.must(text)[0][0].decode()

    def prepare(self, name, text, types=()):
        body = name.encode() + b"\0" + text.encode() + b"\0" + struct.pack("!h", len(types))
        body += b"".join(struct.pack("!I", oid) for oid in types)
        result = self._talk(message(b"P", body) + message(b"S", b""), 1)[0]
        if result.sqlstate:
            raise RuntimeError("%s: %s\nin: %s" % (result.sqlstate, result.message, text))

    def execute(self, name, parameters, binary=False):
        """One prepared statement for many lists of parameters (bytes or None), each a transaction of its own; binary results."""
        out = []
        for values in parameters:
            body = b"\0" + name.encode() + b"\0" + struct.pack("!hhh", 1, 1 if binary else 0, len(values))
            for value in values:
                body += struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
            body += struct.pack("!hh", 1, 1)
            out.append(message(b"B", body) + message(b"E", b"\0" + struct.pack("!i", 0)) + message(b"S", b""))
        return self._talk(b"".join(out), len(out))

    def copy_in(self, text, data):
        """COPY … FROM STDIN with these bytes."""
        return self._talk(message(b"Q", as_bytes(text) + b"\0"), 1, copy=message(b"d", data) + message(b"c", b""))[0]

    def cancel(self):
        """What Ctrl-C does in psql; to be called from another thread."""
        with socket.socket(socket.AF_UNIX) as other:
            other.connect(self.address)
            other.sendall(struct.pack("!iiii", 16, 80877102, self.pid, self.secret))
            other.recv(1)

    def _talk(self, outgoing, replies, copy=b""):
        """Sends while receiving, until the server was ready `replies` times."""
        results, rows, failure = [], [], (None, None)
        outgoing = memoryview(outgoing)
        while len(results) < replies:
            writing = selectors.EVENT_WRITE if outgoing else 0
            self.selector.modify(self.socket, selectors.EVENT_READ | writing)
            ready = self.selector.select()[0][1]
            if ready & selectors.EVENT_WRITE:
                outgoing = outgoing[self._lossless(self.socket.send, outgoing[:1 << 16]):]
            if ready & selectors.EVENT_READ:
                data = self._lossless(self.socket.recv, 1 << 16)
                if not data:
                    raise Lost("%s %s" % failure if failure[0] else "connection closed")
                self.incoming += data
            for kind, body in self._messages():
                if kind == b"D":
                    rows.append(row_of(body))
                elif kind == b"E":
                    fields = {chr(part[0]): part[1:].decode("utf8", "replace") for part in body.split(b"\0") if part}
                    failure = failure if failure[0] else (fields["C"], fields["M"])
                elif kind == b"G":
                    outgoing = memoryview(copy)
                elif kind == b"K":
                    self.pid, self.secret = struct.unpack("!ii", body)
                elif kind == b"Z":
                    results.append(Result(rows, *failure))
                    rows, failure = [], (None, None)
        return results

    @staticmethod
    def _lossless(call, argument):
        try:
            return call(argument)
        except (ConnectionError, BrokenPipeError) as error:
            raise Lost(str(error)) from error

    def _messages(self):
        at = 0
        while len(self.incoming) - at >= 5:
            size = struct.unpack_from("!i", self.incoming, at + 1)[0]
            if len(self.incoming) - at < size + 1:
                break
            yield bytes(self.incoming[at:at + 1]), bytes(self.incoming[at + 5:at + 1 + size])
            at += size + 1
        del self.incoming[:at]


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


def row_of(body):
    count, at, row = struct.unpack_from("!h", body)[0], 2, []
    for _ in range(count):
        size = struct.unpack_from("!i", body, at)[0]
        at += 4
        row.append(None if size < 0 else body[at:at + size])
        at += max(size, 0)
    return row
