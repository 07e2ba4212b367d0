"""A real S3-compatible server in a process of its own, with one key that may use it, and a line to it that can be cut."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

from store.closed_files import Access

MAY_USE_IT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
ROOT = {"region_name": "us-east-1", "aws_access_key_id": "root", "aws_secret_access_key": "root"}


@dataclass(frozen=True)
class ObjectServer:
    """Where it listens, a bucket, and the key that opens it."""

    port: int
    bucket: str
    access: Access

    @property
    def client(self) -> Any:
        """Another program's view of it."""
        words = {"aws_access_key_id": self.access.key, "aws_secret_access_key": self.access.secret}
        return boto3.client("s3", endpoint_url=self.access.endpoint, **{**ROOT, **words})

    def objects(self) -> dict[str, int]:
        """Every object of the bucket with its bytes."""
        found = self.client.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return {one["Key"]: one["Size"] for one in found}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def serving(bucket: str) -> Iterator[ObjectServer]:
    """The server, empty; who has not the key is refused from now on."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    process = subprocess.Popen(command, env=clean, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, endpoint)
        iam = boto3.client("iam", endpoint_url=endpoint, **ROOT)
        iam.create_user(UserName="tracuu")
        iam.put_user_policy(UserName="tracuu", PolicyName="s3", PolicyDocument=json.dumps(MAY_USE_IT))
        key = iam.create_access_key(UserName="tracuu")["AccessKey"]
        boto3.client("s3", endpoint_url=endpoint, **ROOT).create_bucket(Bucket=bucket)
        _post(f"{endpoint}/moto-api/reset-auth", b"0")  # so many requests more without a check
        yield ObjectServer(port, bucket, Access(endpoint, key["AccessKeyId"], key["SecretAccessKey"], "us-east-1"))
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], endpoint: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server did not start"
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{endpoint}/moto-api/"):
            return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


def _post(url: str, body: bytes) -> None:
    asked = urllib.request.Request(url, body, {"Content-Type": "text/plain"}, method="POST")
    with urllib.request.urlopen(asked):
        pass


@dataclass
class Line:
    """A line to the server. `allowed` bytes of an upload pass (None: all); then it is cut, or `silent` for good."""

    port: int
    allowed: int | None = None
    silent: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)  # set when an upload reached its end


@contextmanager
def line_to(server: ObjectServer) -> Iterator[Line]:
    """A port that leads to the server, as `Line` says for each new connection."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.1)
    line, ended = Line(int(listening.getsockname()[1])), threading.Event()
    threads: list[threading.Thread] = []

    def accept() -> None:
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                near = listening.accept()[0]
                threads.append(threading.Thread(target=carry, args=(near,), daemon=True))
                threads[-1].start()

    def carry(near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", server.port)) as far:
            back = threading.Thread(target=pump, args=(far, near), daemon=True)
            back.start()
            allowed, passed, uploads = line.allowed, 0, False
            near.settimeout(0.1)
            while not ended.is_set():
                try:
                    data = near.recv(4096)
                except TimeoutError:
                    continue
                except OSError:
                    break
                if not data:
                    break
                uploads = uploads or (data.startswith(b"PUT ") and b".warc.gz" in data.split(b"\r\n", 1)[0])
                passed += len(data) if uploads else 0
                if allowed is not None and passed > allowed:
                    line.stopped.set()
                    if line.silent:
                        ended.wait()
                    break
                far.sendall(data)
            for one in (near, far):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            back.join()

    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield line
    finally:
        ended.set()
        accepting.join()
        for thread in threads:
            thread.join()
        listening.close()
