"""A partner over TLS is believed by its certificate: by no other, and by none that is not ours."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from anju.adapters.signed_http import NoTrustedAnswer
from anju.adapters.tests.test_signed_http import Partner

TODAY = datetime.now(UTC)  # certificates are judged by the machine's clock
YEAR = timedelta(days=365)


def certificate(folder: Path, *, host: str = "127.0.0.1", until: datetime = TODAY + YEAR) -> Path:
    """A certificate for an address, signed by itself; key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "演示·银行")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - 2 * YEAR)
        .not_valid_after(until)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}-{until:%Y%m%d}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def bank() -> Iterator[Partner]:
    """A partner that answers properly, once it has a certificate."""
    opened = Partner()
    yield opened
    opened.server.shutdown()
    opened.server.server_close()


def over_tls(bank: Partner, pem: Path) -> dict[str, str]:
    """Let the partner serve with this certificate; the settings of its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    bank.server.socket = context.wrap_socket(bank.server.socket, server_side=True)
    return {"url": f"https://127.0.0.1:{bank.server.server_port}"}


def is_believed(bank: Partner, settings: dict[str, str]) -> bool:
    try:
        return bank.line(**settings).ask("/pay", message={"order_no": "YC1"}).status == 200
    except NoTrustedAnswer:
        assert bank.asked == [], "nothing is said to somebody who is not believed"
        return False


def test_a_certificate_we_were_given_is_believed(bank: Partner, tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    assert is_believed(bank, {**over_tls(bank, pem), "ca_file": str(pem)})


def test_a_certificate_that_nobody_we_know_signed_is_not(bank: Partner, tmp_path: Path) -> None:
    assert not is_believed(bank, over_tls(bank, certificate(tmp_path)))


@pytest.mark.parametrize("other", [{"host": "127.0.0.2"}, {"until": TODAY - timedelta(days=1)}])
def test_anothers_and_an_old_one_are_not(bank: Partner, tmp_path: Path, other) -> None:
    pem = certificate(tmp_path, **other)
    assert not is_believed(bank, {**over_tls(bank, pem), "ca_file": str(pem)})


def test_only_the_one_that_was_given_is_believed(bank: Partner, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    ours = certificate(tmp_path / "ours")
    settings = over_tls(bank, certificate(tmp_path))
    assert not is_believed(bank, {**settings, "ca_file": str(ours)})


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_an_old_protocol_is_not_spoken(bank: Partner, tmp_path: Path, version) -> None:
    pem = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = version
    context.load_cert_chain(pem)
    bank.server.socket = context.wrap_socket(bank.server.socket, server_side=True)
    settings = {"url": f"https://127.0.0.1:{bank.server.server_port}", "ca_file": str(pem)}
    assert not is_believed(bank, settings)
