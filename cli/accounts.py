"""Accounts of editors, the province's lead and operators for /bien-tap."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from typing import TYPE_CHECKING

from cli.workspace import Workspace
from core.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from store.accounts import Account

ROLES = ("editor", "lead", "operator")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`, `list`, `change`, `password`, `disable`, `enable`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="make an account", description="make an account")
    add.add_argument("name", metavar="NAME", help="what is typed to sign in")
    add.add_argument("--full-name", default="", metavar="TEXT", help="shown beside every act (default: NAME)")
    add.add_argument("--role", choices=ROLES, required=True, help="editor of some sites, the province's lead, operator")
    add.add_argument("--site", action="append", default=[], metavar="ID", help="a site of an editor; may be repeated")
    _password_arguments(add)
    actions.add_parser("list", help="everybody, with role and sites", description="everybody, with role and sites")
    text = "another role or other sites (they replace the former ones)"
    change = actions.add_parser("change", help=text, description=text)
    change.add_argument("name", metavar="NAME")
    change.add_argument("--role", choices=ROLES)
    change.add_argument("--site", action="append", metavar="ID", help="may be repeated")
    text = "a new password; every session of the account ends"
    password = actions.add_parser("password", help=text, description=text)
    password.add_argument("name", metavar="NAME")
    _password_arguments(password)
    for action, text in (("disable", "end its sessions and keep it out; its acts stay"), ("enable", "let it in again")):
        actions.add_parser(action, help=text, description=text).add_argument("name", metavar="NAME")


def _password_arguments(parser: argparse.ArgumentParser) -> None:
    text = "make one up and print it once (default: it is asked for, or read from a pipe)"
    parser.add_argument("--generate", action="store_true", help=text)


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Run one action in one transaction."""
    for site in getattr(arguments, "site", None) or ():
        workspace.province.site(site)
    password = _long_enough(_password(arguments)) if arguments.action in ("add", "password") else ""
    with workspace.database(create=arguments.action == "add") as database, database.write() as connection:
        _act(workspace, connection, arguments, password)
    if getattr(arguments, "generate", False):
        print(f"password: {password}\nIt is shown only now; its owner changes it at /bien-tap/mat-khau.")
    return 0


def _act(workspace: Workspace, connection: Connection, arguments: argparse.Namespace, password: str) -> None:
    from store import accounts
    from store.accounts import NewAccount, Role

    now = workspace.clock()
    if arguments.action == "list":
        known = list(accounts.everyone(connection))
        for account in known:
            print(_line(account))
        if not known:
            print("no account yet; next: `tracuu accounts add NAME --role editor --site ID`")
    elif arguments.action == "add":
        full_name = arguments.full_name or arguments.name
        new = NewAccount(arguments.name, full_name, Role(arguments.role), tuple(arguments.site))
        print(_line(accounts.add(connection, new, password, now)))
    elif arguments.action == "change":
        if arguments.role is None and not arguments.site:
            raise UsageError("nothing to change", "give --role, or --site (may be repeated)")
        role = Role(arguments.role) if arguments.role else None
        sites = tuple(arguments.site) if arguments.site else None
        print(_line(accounts.change(connection, arguments.name, role, sites)))
    elif arguments.action == "password":
        accounts.set_password(connection, accounts.by_name(connection, arguments.name).id, password)
        print(f"{arguments.name}: new password set, sessions ended")
    else:
        moment = now if arguments.action == "disable" else None
        print(_line(accounts.set_disabled(connection, arguments.name, moment)))


def _line(account: Account) -> str:
    sites = ", ".join(account.sites) or "all sites"
    return f"{account.name:<20} {account.role.value:<9} {account.full_name:<28} {sites}{'  disabled' if account.disabled else ''}"


def _password(arguments: argparse.Namespace) -> str:
    """Made up, asked for twice, or the first line of a pipe: never an option, which `ps` shows to everybody."""
    if arguments.generate:
        return secrets.token_urlsafe(15)
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("password: ")
    if getpass.getpass("once more: ") != first:
        raise UsageError("the two passwords differ", "run the command again")
    return first


def _long_enough(password: str) -> str:
    """The password; UsageError in the language of the command line, for the store refuses in that of the pages."""
    from store.accounts import LEAST_PASSWORD, MOST_PASSWORD

    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise UsageError(
            f"a password has {LEAST_PASSWORD} to {MOST_PASSWORD} characters",
            "take a phrase that is easy to remember, such as four words, or --generate",
        )
    return password
