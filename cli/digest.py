"""Digests by e-mail: who gets them, what they would say, and sending what is new."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from cli.workspace import Workspace
from core.errors import UsageError

if TYPE_CHECKING:
    from reports.sending import Sending
    from store.database import Database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`send`, `preview`, `subscribe`, `unsubscribe`, `list`, `release`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    text = "send what is new: to agencies once a week, with --operators to operators once a day"
    send = actions.add_parser("send", help=text, description=text)
    send.add_argument("--operators", action="store_true", help="the faults that only operators can mend")
    text = "print what the next digest would say, without sending it"
    preview = actions.add_parser("preview", help=text, description=text)
    preview.add_argument("site", metavar="SITE", nargs="?", default="", help="id (default: the operators' digest)")
    preview.add_argument("--html", action="store_true", help="as HTML")
    text = "add an address"
    subscribe = actions.add_parser("subscribe", help=text, description=text)
    subscribe.add_argument("address", metavar="ADDRESS")
    subscribe.add_argument("--site", metavar="ID", default="", help="the site it is told about")
    subscribe.add_argument("--supervisor", action="store_true", help="a supervisor's (default: the editors' mailbox)")
    subscribe.add_argument("--operator", action="store_true", help="an operator's, without a site")
    text = "take an address away"
    unsubscribe = actions.add_parser("unsubscribe", help=text, description=text)
    unsubscribe.add_argument("address", metavar="ADDRESS")
    unsubscribe.add_argument("--site", metavar="ID", help="from this site only")
    text = "every address, and digests of which nobody knows whether they went out"
    actions.add_parser("list", help=text, description=text)
    text = "let the uncertain digests of an address go out again, after asking its owner"
    release = actions.add_parser("release", help=text, description=text)
    release.add_argument("address", metavar="ADDRESS")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Run one action."""
    if getattr(arguments, "site", None):
        workspace.province.site(arguments.site)
    with workspace.database() as database:
        if arguments.action == "send":
            return _send(workspace, database, operators=arguments.operators)
        if arguments.action == "preview":
            return _preview(_round(workspace, database, ""), arguments.site, html=arguments.html)
        return _change(workspace, database, arguments)


def _round(workspace: Workspace, database: Database, sender: str) -> Sending:
    from reports.digest import Gatherer
    from reports.sending import Sending

    gatherer = Gatherer(workspace.province, workspace.settings, workspace.clock())
    return Sending(database, gatherer, sender, workspace.clock)


def _send(workspace: Workspace, database: Database, *, operators: bool) -> int:
    from reports.mail import Mailer, MailSettings, leads_nowhere

    settings = MailSettings.load(workspace.settings)
    if leads_nowhere(workspace.settings):  # the mail server of this machine may be a trial, or a relay to the world
        print(f"links lead to {workspace.settings.text('public_url')}: set public_url if others read these mails")
    with Mailer(settings) as mailer:
        report = _round(workspace, database, settings.sender).send(mailer, operators=operators)
    print(report)
    for key, why in report.refused.items():
        print(f"  refused: {key.address}: {why}")
    if report.refused:
        print("  → the next run tries them again; mend the address with `tracuu digest unsubscribe` and `subscribe`")
    for key in report.uncertain:
        print(f"  uncertain: {key.address} ({key.site_id or 'operators'}, {key.period})")
    if report.uncertain:
        print("  → ask whether it arrived; if not, `tracuu digest release ADDRESS`, then send again")
    return 0


def _preview(turn: Sending, site_id: str, *, html: bool) -> int:
    from reports.digest import bodies

    with turn.database.read() as connection:
        found = (
            turn.gatherer.of_agency(connection, site_id, None)
            if site_id
            else turn.gatherer.of_operators(connection, None)
        )
    if found is None:
        print("nothing is open: nothing would be sent")
        return 0
    print(f"Subject: {found.subject}\n\n{bodies(found)[1 if html else 0]}")
    return 0


def _change(workspace: Workspace, database: Database, arguments: argparse.Namespace) -> int:
    from store import subscriptions
    from store.subscriptions import Audience, Subscription

    with database.write() as connection:
        if arguments.action == "subscribe":
            if arguments.operator and arguments.supervisor:
                raise UsageError("--operator and --supervisor exclude each other", "give one of them")
            if not (arguments.site or arguments.operator):
                raise UsageError("nobody is told about nothing", "give --site ID, or --operator")
            audience = (
                Audience.OPERATOR
                if arguments.operator
                else Audience.SUPERVISOR
                if arguments.supervisor
                else Audience.ROLE
            )
            item = Subscription(arguments.site, audience, arguments.address)
            added = subscriptions.subscribe(connection, item, workspace.clock())
            print(f"{arguments.address}: {'added' if added else 'was there already'}")
        elif arguments.action == "unsubscribe":
            count = subscriptions.unsubscribe(connection, arguments.address, arguments.site)
            if not count:  # with a slip in the address, somebody would go on getting mail
                where = f" about {arguments.site}" if arguments.site else ""
                raise UsageError(f"{arguments.address} gets no digest{where}", "`tracuu digest list` shows who does")
            print(f"{count} subscriptions ended")
        elif arguments.action == "release":
            mine = [k for k in subscriptions.uncertain(connection) if k.address == arguments.address]
            if not mine:
                raise UsageError(f"no digest to {arguments.address} is uncertain", "`tracuu digest list` shows those")
            for key in mine:
                subscriptions.release(connection, key)
            print(f"{len(mine)} released")
        else:
            known = list(subscriptions.everyone(connection))
            for item in known:
                print(f"{item.site_id or '(operators)':<14} {item.audience.value:<11} {item.address}")
            if not known:
                print("nobody gets a digest yet; next: `tracuu digest subscribe ADDRESS --site ID`")
            for key in subscriptions.uncertain(connection):
                print(f"uncertain: {key.address} ({key.site_id or 'operators'}, {key.period})")
    return 0
