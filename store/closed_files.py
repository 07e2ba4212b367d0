"""Where closed WARC files lie: a folder, or any file system that fsspec knows; every failure is one sentence and its remedy."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import fsspec
from fsspec.utils import get_protocol

from core.errors import ArchiveAway, ArchiveError, ConfigError
from core.settings import Settings

T = TypeVar("T")

ATOMIC = ("s3", "s3a")
"""Here an upload is there whole or not at all, and a rename is a second upload: nothing is written under another name first."""

PATIENCE = 30.0
"""Seconds after which a server that takes a request and never answers is given up: s3fs itself waits for ever."""

SLOWEST = 250_000
"""Bytes a second: an upload that is slower is given up. A file of 1 GB has 67 minutes."""


@dataclass(frozen=True, slots=True)
class Access:
    """What an S3-compatible server wants to know. `endpoint` empty: Amazon's own; `ca`: a file (PEM)."""

    endpoint: str = ""
    key: str = ""
    secret: str = ""
    region: str = ""
    ca: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Access:
        """From the settings `archive_…`."""
        return cls(*(settings.text(f"archive_{name}") for name in ("endpoint", "key", "secret", "region", "ca")))

    def options(self) -> dict[str, Any]:
        """For s3fs. ConfigError without a key: nothing is taken from the environment or from files of other programs."""
        if not self.key or not self.secret:
            raise ConfigError(
                "an archive at s3:// needs the settings archive_key and archive_secret",
                "write them into settings.toml of the data folder (mode 600)",
            )
        client = {"region_name": self.region or None, "verify": self.ca or None}
        config = {
            "proxies": {},
            "ignore_configured_endpoint_urls": True,
            "connect_timeout": 5,
            "read_timeout": PATIENCE,
            "retries": {"max_attempts": 2, "mode": "standard"},
            # Servers other than Amazon's refuse the checksum trailers that botocore sends since 1.36.
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        }
        return {
            "key": self.key,
            "secret": self.secret,
            "endpoint_url": self.endpoint or None,
            "client_kwargs": {name: value for name, value in client.items() if value},
            "config_kwargs": config,
            "use_listings_cache": False,  # other processes add and remove files
        }


class ClosedFiles:
    """`url`: a folder or an fsspec address such as `s3://BUCKET/FOLDER`."""

    def __init__(self, url: str, access: Access | None = None) -> None:
        self.url, self._access = url if url.endswith("://") else url.rstrip("/"), access or Access()
        self._protocol = get_protocol(self.url)

    @property
    def is_remote(self) -> bool:
        """Whether they lie elsewhere than on this machine."""
        return self._protocol not in ("file", "local")

    @property
    def _bucket(self) -> str:
        return self.url.partition("://")[2].partition("/")[0]

    def check(self) -> None:
        """Write, read and remove a few bytes: what is refused is said before a crawl, not after it."""
        name = f"tracuu-check-{secrets.token_hex(6)}"

        def attempt() -> None:
            system, target = self._at(name)
            patience = _patience(system)
            system.pipe_file(target, b"tracuu", **patience)
            system.cat_file(target, **patience)
            system.rm_file(target, **patience)

        self._told("written to", attempt)

    def put(self, path: Path, name: str) -> None:
        """Copy a closed file here; ArchiveError when all of its bytes did not arrive. Repeatable."""

        def attempt() -> None:
            system, target = self._at(name)
            size = path.stat().st_size
            there = target if self._protocol in ATOMIC else f"{target}.part"
            system.put_file(str(path), there, **_patience(system, size))
            if (arrived := system.info(there, **_patience(system))["size"]) != size:
                raise OSError(errno.EIO, f"{arrived} of {size} bytes arrived")
            if there != target:
                system.mv(there, target)

        self._told(f"written to ({name})", attempt)

    def read(self, name: str, offset: int, length: int) -> bytes:
        """A part of a file, shorter than `length` where the file ends; ArchiveError when it cannot be had."""

        def attempt() -> bytes:
            system, target = self._at(name)
            try:
                return bytes(system.cat_file(target, start=offset, end=offset + length, **_patience(system, length)))
            except FileNotFoundError as error:
                raise ArchiveError(
                    f"the archive file {name} is not in {self.url}",
                    "check the setting `archive`, or restore that file from a backup",
                ) from error

        return self._told(f"read ({name})", attempt)

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is removed already."""

        def attempt() -> None:
            system, target = self._at(name)
            patience = _patience(system)
            if system.exists(target, **patience):
                system.rm_file(target, **patience)

        self._told(f"cleaned ({name})", attempt)

    def _at(self, name: str) -> tuple[Any, str]:
        options: dict[str, Any] = {}
        if self._protocol in ATOMIC:
            if not self._bucket:
                raise ConfigError(f"the setting archive = {self.url} names no bucket", "write it as s3://BUCKET/FOLDER")
            options = self._access.options()
        elif not self.is_remote:
            options = {"auto_mkdir": True}
        system, target = fsspec.core.url_to_fs(f"{self.url}/{name}", **options)
        return system, str(target)

    def _told(self, what: str, attempt: Callable[[], T]) -> T:
        try:
            return attempt()
        except (ConfigError, ArchiveError):
            raise
        except Exception as error:  # botocore's, aiohttp's and fsspec's own errors have no common base
            raise self._error(what, error) from error

    def _error(self, what: str, error: Exception) -> ArchiveError:
        where = f"the archive {self.url}"
        if isinstance(error, ImportError):
            return ArchiveError(f"{where} needs a package that is not installed: {error}", "pip install 'tracuu[s3]'")
        if isinstance(error, ValueError) and "Protocol not known" in str(error):
            return ArchiveError(f"{where} begins with a protocol that nothing here knows", "correct `archive`")
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            return ArchiveError(
                f"the disk is full: {where} cannot be {what}",
                "free some disk space and run the same command again; nothing was lost",
            )
        if isinstance(error, PermissionError) and self.is_remote:
            return ArchiveError(
                f"{where} cannot be {what}: the server refuses the credentials ({_words(error)})",
                "correct archive_key and archive_secret, or let that key read, write and delete there",
            )
        if isinstance(error, FileNotFoundError) and self._protocol in ATOMIC:
            return ArchiveError(
                f"{where} cannot be {what}: there is no bucket “{self._bucket}”", "create it, or correct `archive`"
            )
        if isinstance(error, ValueError) or type(error).__name__ == "ParamValidationError":  # botocore's, no ValueError
            return ArchiveError(
                f"{where} cannot be {what}: {_words(error)}", "correct `archive` and `archive_endpoint`"
            )
        if not self.is_remote:
            return ArchiveError(
                f"{where} cannot be {what}: {_words(error)}", "check the data folder and the setting `archive`"
            )
        return ArchiveAway(
            f"{where} cannot be {what}: {_words(error)}",
            "start its server or correct archive_endpoint; what was crawled waits in the spool for the next crawl",
        )


def _patience(system: Any, size: int = 0) -> dict[str, float]:
    """The time limit for so many bytes; only file systems that wait for a network know one."""
    return {"timeout": PATIENCE + size / SLOWEST} if system.async_impl else {}


def _words(error: BaseException) -> str:
    """What an error says, or the one that it came from: some say nothing themselves."""
    return next((text for one in _chain(error) if (text := getattr(one, "strerror", None) or str(one))), "no answer")


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__
