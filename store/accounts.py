"""Local accounts of editors, the province's lead and operators: who they are and which sites are theirs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.errors import UsageError
from core.finding_rules import Audience
from store.tables import accounts, sessions

LEAST_PASSWORD = 12
MOST_PASSWORD = 200
"""Characters of a password. NIST SP 800-63B §3.1.1.2 asks for length and no rules of composition; the upper limit keeps
the hashing of a megabyte from being an attack."""

_NAME = re.compile(r"^[a-z0-9][a-z0-9._@-]{1,63}$")


class Role(StrEnum):
    """What an account may see and do."""

    EDITOR = "editor"
    LEAD = "lead"
    OPERATOR = "operator"

    @property
    def vietnamese(self) -> str:
        """The word on pages."""
        return {"editor": "Biên tập viên", "lead": "Đầu mối của tỉnh", "operator": "Người vận hành"}[self.value]


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the store knows it, without its password."""

    id: int
    name: str
    full_name: str
    role: Role
    sites: tuple[str, ...] = ()
    disabled: bool = False

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Whose findings it sees: what one cannot mend is not shown."""
        return ("operator", "editor") if self.role is Role.OPERATOR else ("editor",)

    def may_work_on(self, site_id: str) -> bool:
        """Whether a site is in its hands."""
        return self.role is not Role.EDITOR or site_id in self.sites


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account is made of."""

    name: str
    full_name: str
    role: Role
    sites: tuple[str, ...] = ()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id with the parameters of RFC 9106 §4, as the library keeps them up to date


@cache
def _nobody() -> str:
    return _hasher().hash("no account has this password")


def add(connection: Connection, new: NewAccount, password: str, now: datetime) -> Account:
    """Make an account. UsageError when the name is odd or taken, or the password too short."""
    name = new.name.strip().lower()
    if not _NAME.match(name):
        raise UsageError(f"“{new.name}” cannot be an account's name", "use 2–64 of a–z, 0–9, dot, dash, underscore, @")
    _check_sites(new.role, new.sites)
    values = {
        "name": name,
        "full_name": new.full_name.strip() or name,
        "role": new.role.value,
        "sites": sorted(set(new.sites)),
        "password_hash": _hashed(password),
        "created_at": now,
    }
    try:
        connection.execute(insert(accounts).values(**values))
    except IntegrityError:
        raise UsageError(f"there is an account “{name}” already", "`tracuu accounts change` alters it") from None
    return by_name(connection, name)


def _check_sites(role: Role, sites: Iterable[str]) -> None:
    if (role is Role.EDITOR) != bool(tuple(sites)):
        raise UsageError(
            f"the role {role.value} and the sites given do not fit",
            "an editor needs --site at least once; a lead and an operator see all sites and take none",
        )


def _composed(password: str) -> str:
    """One form for what keyboards write in two, so that a phrase with marks fits on any of them (RFC 8265, 4.2)."""
    return unicodedata.normalize("NFC", password)


def _hashed(password: str) -> str:
    password = _composed(password)
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise UsageError(
            f"Mật khẩu cần từ {LEAST_PASSWORD} đến {MOST_PASSWORD} ký tự.", "Dùng một câu dễ nhớ, chẳng hạn bốn từ."
        )
    return _hasher().hash(password)


def verify(connection: Connection, name: str, password: str) -> Account | None:
    """The account, when name and password fit and it is not disabled. Takes as long for an unknown name as for a known."""
    row = connection.execute(select(accounts).where(accounts.c.name == name.strip().lower())).first()
    known = row.password_hash if row is not None else _nobody()
    # As typed, too: of what was hashed before it was composed.
    if not any(_fits(known, form) for form in dict.fromkeys((_composed(password), password))):
        return None
    return None if row is None or row.disabled_at is not None else _account(row)


def _fits(known: str, password: str) -> bool:
    try:
        return _hasher().verify(known, password[:MOST_PASSWORD])
    except (Argon2Error, InvalidHashError):
        return False


def refresh_hash(connection: Connection, account: Account, password: str) -> None:
    """Hash a password again that was hashed with older parameters; call it after `verify`, when one may write."""
    known = connection.scalar(select(accounts.c.password_hash).where(accounts.c.id == account.id))
    if known is not None and _hasher().check_needs_rehash(known):
        fresh = {"password_hash": _hasher().hash(_composed(password))}
        connection.execute(update(accounts).where(accounts.c.id == account.id).values(**fresh))


def set_password(connection: Connection, account_id: int, password: str) -> None:
    """A new password; every session of the account ends."""
    values = {"password_hash": _hashed(password)}
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(**values))
    connection.execute(delete(sessions).where(sessions.c.account_id == account_id))


def change(connection: Connection, name: str, role: Role | None, sites: tuple[str, ...] | None) -> Account:
    """Another role or other sites."""
    known = by_name(connection, name)
    role, sites = role or known.role, known.sites if sites is None else tuple(sorted(set(sites)))
    if role is not Role.EDITOR and known.role is Role.EDITOR and sites == known.sites:
        sites = ()
    _check_sites(role, sites)
    values = {"role": role.value, "sites": list(sites)}
    connection.execute(update(accounts).where(accounts.c.id == known.id).values(**values))
    return by_name(connection, name)


def set_disabled(connection: Connection, name: str, now: datetime | None) -> Account:
    """Disable an account from `now` (its sessions end, its acts stay), or enable it again with None."""
    known = by_name(connection, name)
    connection.execute(update(accounts).where(accounts.c.id == known.id).values(disabled_at=now))
    connection.execute(delete(sessions).where(sessions.c.account_id == known.id))
    return by_name(connection, name)


def by_name(connection: Connection, name: str) -> Account:
    """The account of this name; UsageError when there is none."""
    row = connection.execute(select(accounts).where(accounts.c.name == name.strip().lower())).first()
    if row is None:
        raise UsageError(f"there is no account “{name}”", "`tracuu accounts list` shows them all")
    return _account(row)


def everyone(connection: Connection) -> list[Account]:
    """All accounts by name."""
    return [_account(row) for row in connection.execute(select(accounts).order_by(accounts.c.name))]


def able_to_work_on(connection: Connection, site_id: str) -> list[Account]:
    """The accounts that may be given work on a site."""
    return [account for account in everyone(connection) if not account.disabled and account.may_work_on(site_id)]


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(row.id, row.name, row.full_name, Role(row.role), tuple(row.sites), row.disabled_at is not None)
