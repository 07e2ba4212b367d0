"""CPU of reading, stage by stage: `python -m benchmarks.reading_speed`.

The saved pages of every family, made as large as real ones (mean 93 KB) by the filler of `benchmarks.heavy_box`, are read in
this process. Each stage begins with nothing kept: decoding, the tree, the guards (which need both) and the whole of
`understand`. Milliseconds of CPU a page; the last line is `ratio X`, X = whole / (decoding + tree), which the machine
does not change.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Sequence

from benchmarks.heavy_box import HeavyAnswerer
from benchmarks.reading import ROOT, cases
from crawler.charset import decode
from crawler.cms.tree import parse
from crawler.guards import judge
from crawler.page import RawPage, SiteHints
from crawler.reading import understand
from crawler.sections import SectionTable

ROUNDS = 5


def pages() -> list[RawPage]:
    """The saved pages with the filler before their end."""
    found = []
    for case in cases():
        facts = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
        head, end, tail = (case / "page.html").read_bytes().rpartition(b"</body>")
        body = head + HeavyAnswerer.extra + end + tail if end else tail + HeavyAnswerer.extra
        found.append(RawPage(facts["url"], 200, {"content-type": facts["content_type"]}, body))
    return found


def milliseconds(work: Callable[[RawPage], object], known: Sequence[RawPage]) -> float:
    """CPU a page, the best of a few rounds after one to warm up."""
    rounds = []
    for _ in range(ROUNDS + 1):
        begun = time.process_time()
        for page in known:
            work(page)
        rounds.append((time.process_time() - begun) * 1000 / len(known))
    return min(rounds[1:])


def main() -> None:
    """Print each stage."""
    known = pages()
    site = SiteHints(sections=SectionTable.load(ROOT / "config" / "national"))
    print(f"{len(known)} pages, mean {sum(len(page.body) for page in known) / len(known) / 1000:.0f} KB, ms CPU a page")
    stages: dict[str, Callable[[RawPage], object]] = {
        "decode": lambda page: decode(page.body, page.content_type),
        "parse": lambda page: parse(decode(page.body, page.content_type).text),
        "guards": lambda page: judge(page, site),
        "whole": lambda page: understand(page, site),
    }
    spent = {name: milliseconds(work, known) for name, work in stages.items()}
    for name, value in spent.items():
        print(f"{name:<8} {value:6.2f}")
    print(f"ratio {spent['whole'] / spent['parse']:.2f}")


if __name__ == "__main__":
    main()
