"""Digital signatures of PDF files: whether there is one, whether it is intact, and whose it is (pyHanko)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from core.clock import VIETNAM
from core.errors import ConfigError
from core.states import SignatureCondition

logging.getLogger("pyhanko").setLevel(
    logging.CRITICAL
)  # its tracebacks about odd files are no news: the condition says it
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a file's signatures are worth together: the worst of them decides. `detail` of a broken one is for its editor."""

    condition: SignatureCondition
    signer: str = ""
    signed_at: datetime | None = None
    detail: str = ""


_WORST = (SignatureCondition.BROKEN, SignatureCondition.UNTRUSTED, SignatureCondition.VALID)


def examine(data: bytes, roots: Sequence[x509.Certificate]) -> Signature:
    """The signature of a PDF. `roots`: certificates whose holders are trusted; without any, an intact one is `untrusted`.

    Nothing is fetched: no revocation list, no time stamp service. A file that is no PDF is `unreadable`, never raised.
    """
    try:
        embedded = PdfFileReader(BytesIO(data), strict=False).embedded_signatures
        found = [_one(signature, roots) for signature in embedded if signature.sig_object_type == "/Sig"]
    except Exception as error:  # the library raises whatever the file makes it raise; the condition is the answer
        return Signature(SignatureCondition.UNREADABLE, detail=f"{type(error).__name__}: {error}"[:300])
    if not found:
        return Signature(SignatureCondition.UNSIGNED)
    return min(found, key=lambda item: _WORST.index(item.condition))


def _one(signature: Any, roots: Sequence[x509.Certificate]) -> Signature:
    signer = _name(signature.signer_cert)
    signed_at = signature.self_reported_timestamp
    if signed_at is not None and signed_at.tzinfo is None:
        signed_at = signed_at.replace(tzinfo=VIETNAM)
    # Judged by the certificates of its own day: an expired one signed well while it held.
    context = ValidationContext(trust_roots=list(roots), moment=signed_at, allow_fetching=False, best_signature_time=signed_at)  # fmt: skip
    try:
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except (SignatureValidationError, SigningError, PdfError, ValueError):
        return Signature(SignatureCondition.BROKEN, signer, signed_at, "chữ ký sai quy cách nên không kiểm tra được")
    if not status.intact or not status.valid:
        return Signature(SignatureCondition.BROKEN, signer, signed_at, "nội dung đã ký không còn nguyên")
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not whole and (status.modification_level in (None, ModificationLevel.OTHER) or status.docmdp_ok is False):
        return Signature(SignatureCondition.BROKEN, signer, signed_at, "tệp được sửa thêm sau khi ký")
    if not status.trusted:
        return Signature(SignatureCondition.UNTRUSTED, signer, signed_at, "không nối được tới chứng thư gốc đã biết")
    return Signature(SignatureCondition.VALID, signer, signed_at)


def _name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)


def load_roots(folder: Path) -> list[x509.Certificate]:
    """The trusted certificates: every .pem, .crt and .cer of `folder`; ConfigError names a file that is none."""
    if not folder.is_dir():
        return []
    files = (path for path in sorted(folder.iterdir()) if path.suffix in (".pem", ".crt", ".cer"))
    return [certificate for path in files for certificate in _certificates(path)]


def _certificates(path: Path) -> Iterable[x509.Certificate]:
    data = path.read_bytes()
    try:
        if not pem.detect(data):
            return [x509.Certificate.load(data)]
        return [x509.Certificate.load(der) for _, _, der in pem.unarmor(data, multiple=True)]
    except ValueError as error:
        raise ConfigError(f"{path} is no certificate: {error}", "take it out of the folder, or put it back") from None
