"""The box with pages as large as real ones: what real pages carry beside their content, added to every page."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from demo.answers import Answer, Answerer
from demo.box import Box
from demo.plan import DEFAULT_DAYS, Plan
from demo.serve import prepare
from demo.server import Server
from demo.units import Unit

MEAN_BYTES = 97_000
"""Mean size of the real pages that were looked at."""

_SCRIPT = "var _m{0}=function(a,b){{return a.concat(b).filter(function(x){{return x&&x.length>{0}}})}};\n"
_RULE = ".mnu-{0} li a{{padding:{0}px 12px;color:#00{0:02d}66;background:url(/img/b{0}.png) no-repeat}}\n"
_ENTRY = '<li class="mnu-{0}"><a href="#m{0}"><span>Mục {0}</span></a></li>\n'


def filler(size: int) -> bytes:
    """Scripts, styles and a folded menu of `size` bytes, in the shares that real pages have (about 5 : 3 : 2)."""
    parts = []
    for share, tag, line in ((0.5, "script", _SCRIPT), (0.3, "style", _RULE), (0.2, "ul", _ENTRY)):
        text = ""
        number = 0
        while len(text.encode()) < size * share:
            text += line.format(number % 90)
            number += 1
        parts.append(f"<{tag}>{text}</{tag}>")
    return "".join(parts).encode()


class HeavyAnswerer(Answerer):
    """Puts the filler before the end of every HTML page."""

    extra = filler(MEAN_BYTES - 9_000)

    def answer(self, unit: Unit, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        """The box's own answer, made large."""
        found = super().answer(unit, host, target, headers)
        if found.status == 200 and found.headers.get("Content-Type", "").startswith("text/html"):
            found.body = found.body.replace(b"</body>", self.extra + b"</body>")
        return found


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM; prints `ready` and the control address."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    box = Box(Plan("seed", arguments.seed, DEFAULT_DAYS, arguments.size), 0)
    server = Server(box, 0, arguments.latency / 1000, arguments.log)
    if not arguments.light:
        server.answerer = HeavyAnswerer(box, 0)
    await server.start()
    try:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        print("ready", prepare(arguments.folder, server), flush=True)
        await stop.wait()
    finally:
        await server.stop()


def main() -> int:
    """`python -m benchmarks.heavy_box --folder DIR`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--size", default="small")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=int, default=0, metavar="MS")
    parser.add_argument("--light", action="store_true", help="pages as the box makes them")
    parser.add_argument("--log", type=Path)
    asyncio.run(serve(parser.parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
