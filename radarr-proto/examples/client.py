#!/usr/bin/env python3
"""Talks to radarr-daemon from Python, with the standard library alone.

    client.py list                              the movies of the library
    client.py watch                             what happens, as it happens
    client.py call METHOD [JSON]                any call, e.g.: call get_movie '{"id": 1}'

    --connect unix:PATH | tcp:HOST:PORT | tls:HOST:PORT     the user's own daemon when left out
    RADARR_TOKEN                                            a client token, needed over tcp and tls

A frame is a length of four bytes, big-endian, and that many bytes of JSON. Each side first says hello; then each
request carries a number of its own, and the answer carries it back.
"""

import argparse
import json
import os
import socket
import ssl
import struct
import sys

PROTOCOL = 1
FRAME_BYTES_MAX = 64 * 1024 * 1024


class Refused(Exception):
    """The daemon does not want this client; `code`, `message` and `hint` say why."""

    def __init__(self, answer):
        super().__init__(answer.get("message", "refused"))
        self.code, self.hint = answer.get("code"), answer.get("hint")


class ApiError(Exception):
    """A call was answered with an error; `code` is stable, `hint` says what to do."""

    def __init__(self, error):
        super().__init__(error.get("message", "failed"))
        self.code, self.hint = error.get("code"), error.get("hint")


def default_endpoint():
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    own = os.path.join(runtime or state, "radarr/radarr.sock")
    system = "/run/radarr/radarr.sock"
    return "unix:" + (system if not os.path.exists(own) and os.path.exists(system) else own)


def open_socket(endpoint):
    kind, _, rest = endpoint.partition(":")
    if kind == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(rest)
        return connection
    if kind not in ("tcp", "tls"):
        raise ValueError(f"{endpoint!r} is no endpoint: write unix:PATH, tcp:HOST:PORT or tls:HOST:PORT")
    host, _, port = rest.rpartition(":")
    host = host.strip("[]")
    connection = socket.create_connection((host, int(port)), timeout=10)
    if kind == "tls":
        context = ssl.create_default_context(cafile=os.environ.get("RADARR_CA_FILE"))
        connection = context.wrap_socket(connection, server_hostname=host)
    return connection


class Client:
    """One connection. Not to be shared between threads."""

    def __init__(self, endpoint=None, token=None):
        self.socket = open_socket(endpoint or default_endpoint())
        self.last_id = 0
        self._send({"magic": "radarr", "protocol": PROTOCOL, "software": "client.py", "token": token})
        self.hello = self._receive()
        if self.hello.get("status") != "ok":
            raise Refused(self.hello)

    def call(self, method, seconds=10, **arguments):
        """One call: its arguments by name, its answer as JSON has it."""
        self.last_id += 1
        self.socket.settimeout(seconds + 5)
        context = {"deadline": {"secs": seconds, "nanos": 0}}
        # Methods travel in CamelCase: list_movies is ListMovies.
        name = "".join(word.capitalize() for word in method.split("_"))
        self._send({"Request": {"id": self.last_id, "context": context, "message": {name: arguments}}})
        while True:
            answer = self._receive()
            if answer["request_id"] == self.last_id:
                break
        if "Err" in answer["message"]:
            raise ApiError({"message": answer["message"]["Err"]["detail"]})
        result = answer["message"]["Ok"][name]
        if "Err" in result:
            raise ApiError(result["Err"])
        return result["Ok"]

    def events(self, after=None):
        """Every event behind a cursor, for ever. `after=None` starts with what happens from now on."""
        while True:
            request = {"after": after, "wait_ms": 30_000}
            batch = self.call("next_events", seconds=35, request=request)
            yield from batch["events"]
            after = batch["cursor"]

    def _send(self, value):
        body = json.dumps(value).encode()
        self.socket.sendall(struct.pack(">I", len(body)) + body)

    def _receive(self):
        (length,) = struct.unpack(">I", self._exactly(4))
        if length > FRAME_BYTES_MAX:
            raise ConnectionError(f"a frame of {length} bytes: what answers there is no radarr daemon")
        return json.loads(self._exactly(length))

    def _exactly(self, length):
        data = bytearray()
        while len(data) < length:
            piece = self.socket.recv(length - len(data))
            if not piece:
                raise ConnectionError("the daemon closed the connection")
            data += piece
        return bytes(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connect", metavar="ENDPOINT")
    parser.add_argument("verb", choices=["list", "watch", "call"])
    parser.add_argument("method", nargs="?")
    parser.add_argument("arguments", nargs="?", default="{}")
    given = parser.parse_args()
    client = Client(given.connect, os.environ.get("RADARR_TOKEN"))
    if given.verb == "list":
        page = client.call("list_movies", request={})
        for row in page["rows"]:
            print(f"{row['id']:>6}  {row['title']} ({row['year']})  {row['quality'] or 'missing'}")
        print(page["total"], "movies")
    elif given.verb == "watch":
        for event in client.events():
            print(json.dumps(event, ensure_ascii=False), flush=True)
    else:
        if not given.method:
            parser.error("call needs a method, e.g.: call status")
        answer = client.call(given.method, seconds=115, **json.loads(given.arguments))
        print(json.dumps(answer, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    try:
        main()
    except (Refused, ApiError) as error:
        print(f"{error}\n{error.hint or ''}".rstrip(), file=sys.stderr)
        sys.exit(1)
    except (OSError, ValueError) as error:
        print(f"no answer: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        pass
