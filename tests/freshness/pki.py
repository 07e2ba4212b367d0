"""A certification authority and signed files of the tests' own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

from asn1crypto import keys, x509
from cryptography import x509 as made
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, sign_pdf
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfWriter

NOW = datetime.now(UTC)


def plain_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


class Authority:
    """An authority that signs for one holder."""

    def __init__(self, holder: str = "UBND tỉnh Thanh Hóa") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = made.Name([made.NameAttribute(NameOID.COMMON_NAME, "Ban Cơ yếu thử")])
        self.root = self._certificate(self._name, self._key.public_key(), is_authority=True)
        holders_key = ec.generate_private_key(ec.SECP256R1())
        name = made.Name([made.NameAttribute(NameOID.COMMON_NAME, holder)])
        certificate = self._certificate(name, holders_key.public_key(), is_authority=False)
        der = holders_key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        store = SimpleCertificateStore()
        store.register(self.root)
        self._signer = SimpleSigner(
            signing_cert=certificate, signing_key=keys.PrivateKeyInfo.load(der), cert_registry=store
        )

    def _certificate(self, name: made.Name, key: ec.EllipticCurvePublicKey, *, is_authority: bool) -> x509.Certificate:
        usage = made.KeyUsage(
            digital_signature=True, content_commitment=not is_authority, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=is_authority, crl_sign=is_authority, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        builder = (
            made.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(made.random_serial_number())
            .not_valid_before(NOW - timedelta(days=1))
            .not_valid_after(NOW + timedelta(days=300))
            .add_extension(made.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(usage, critical=True)
        )
        certificate = builder.sign(self._key, hashes.SHA256())
        return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))

    def sign(self, data: bytes) -> bytes:
        writer = IncrementalPdfFileWriter(BytesIO(data))
        out: BytesIO = sign_pdf(writer, PdfSignatureMetadata(field_name="Dau"), signer=self._signer)
        return out.getvalue()
