"""The process of the box: writes its folder, serves it until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from datetime import datetime, time
from pathlib import Path

from core.clock import VIETNAM
from core.errors import TracuuError
from demo import register
from demo.box import Box
from demo.config import write_config
from demo.plan import DEFAULT_DAYS, Plan, load
from demo.server import Server
from demo.sizes import SIZES
from demo.units import DAY_ZERO

MORNING = time(7)
"""Time of day at which the box is looked at: what is published on a day stands there from the next morning on."""


def main(words: list[str] | None = None) -> int:
    """`python -m demo --folder DIR …`; 2 when it cannot start."""
    arguments = _parser().parse_args(words)
    try:
        asyncio.run(_serve(arguments))
    except TracuuError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description="Serve a province in a box on loopback.")
    parser.add_argument("--folder", type=Path, required=True, help="where its config and register are written")
    parser.add_argument("--preset", choices=tuple(DAY_ZERO), default="seed")
    parser.add_argument("--size", choices=tuple(SIZES), default="default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plan", type=Path, help="fault plan; its preset and seed come before --preset and --seed")
    parser.add_argument("--day", type=int, default=0)
    parser.add_argument("--latency", type=int, default=0, metavar="MS")
    parser.add_argument("--port", type=int, default=0, help="0: the port of the last start in this folder, or any")
    parser.add_argument("--log", type=Path, help="one JSON line a request")
    return parser


def plan_of(path: Path | None, size: str, preset: str, seed: int) -> Plan:
    """The plan in `path`, or one without faults."""
    return load(path, size) if path else Plan(preset, seed, DEFAULT_DAYS, size)


async def _serve(arguments: argparse.Namespace) -> None:
    plan = plan_of(arguments.plan, arguments.size, arguments.preset, arguments.seed)
    folder: Path = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = await _start(Box(plan, arguments.day), folder, arguments)
    try:
        address = prepare(folder, server)
        print(f"ready {address}", flush=True)  # noqa: T201
        await stop.wait()
    finally:
        await server.stop()


async def _start(box: Box, folder: Path, arguments: argparse.Namespace) -> Server:
    # Addresses of pages hold the port: a later start in the same folder must have the same one to go on with its data.
    kept = folder / "port"
    wanted = arguments.port or (int(kept.read_text()) if kept.exists() else 0)
    server = Server(box, wanted, arguments.latency / 1000, arguments.log)
    try:
        await server.start()
    except TracuuError:
        await server.stop()
        if arguments.port or not wanted:
            raise
        server = Server(box, 0, arguments.latency / 1000, arguments.log)
        await server.start()
    kept.write_text(str(server.port))
    return server


def prepare(folder: Path, server: Server) -> str:
    """Write config/, the register files and, last, box.json; the address of the control host."""
    plan = server.box.plan
    write_config(folder / "config", server.box, server.port)
    files = register.write(plan, folder)
    control = f"http://127.0.0.1:{server.port}"
    begins = datetime.combine(DAY_ZERO[plan.preset], MORNING, VIETNAM)
    later: dict[int, list[str]] = {}
    for file in files:
        later.setdefault(file.day, []).append(str(file.path))
    description = {
        "config": str(folder / "config"),
        "register": later.pop(0),
        "register_later": later,
        "date": begins.isoformat(),
        "control": control,
        "province": "thanhhoa",
        "days": plan.days,
        "sites": len(server.box.units),
    }
    ready = folder / "box.json"
    ready.with_suffix(".new").write_text(json.dumps(description, ensure_ascii=False, indent=1), encoding="utf-8")
    ready.with_suffix(".new").replace(ready)
    return control


if __name__ == "__main__":
    sys.exit(main())
