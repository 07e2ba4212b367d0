"""Write the reports to files: XLSX, DOCX, or one sheet as CSV."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.workspace import Workspace
from core.errors import UsageError

SHEET_NAMES = ("chuyen-muc", "viec-can-lam", "bang-diem")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`FILE`, `--sheet`, `--site`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="its ending says the form: .xlsx, .docx or .csv")
    parser.add_argument("--sheet", choices=SHEET_NAMES, default="chuyen-muc", help="for CSV (default: chuyen-muc)")
    parser.add_argument("--site", action="append", metavar="ID", help="only these sites; may be repeated")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Gather the report of now and write it."""
    from reports import document, files, sheets
    from reports.mail import leads_nowhere

    for site in arguments.site or ():
        workspace.province.site(site)
    ending = arguments.file.suffix.lower()
    if ending not in (".xlsx", ".docx", ".csv"):
        raise UsageError(f"“{arguments.file}” ends with no form that is known", "end it with .xlsx, .docx or .csv")
    sites = tuple(arguments.site) if arguments.site else None
    with workspace.database() as database, database.read() as connection:
        report = sheets.report(connection, workspace.province, workspace.settings, workspace.clock(), sites)
    if ending == ".csv":
        content = files.as_csv(report.sheet(arguments.sheet)).encode()
    else:
        content = files.as_xlsx(report) if ending == ".xlsx" else document.as_docx(report)
    try:
        arguments.file.write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"{arguments.file} cannot be written: {error.strerror}", "name a file in another folder"
        ) from None
    if leads_nowhere(workspace.settings):
        print(f"links lead to {workspace.settings.text('public_url')}: set public_url if others read this file")
    written = (report.sheet(arguments.sheet),) if ending == ".csv" else report.sheets
    rows = ", ".join(f"{len(sheet.rows)} rows of {sheet.name}" for sheet in written)
    print(f"{arguments.file}: {len(content):,} bytes; {rows}")
    return 0
