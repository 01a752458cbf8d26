"""Anchors: what becomes one, what must not."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from hardware.card.errors import AnchorRefused
from hardware.card.sources import TrustSources
from hardware.card.trust import KNOWN_ANCHORS, add_anchor, default_folder, load_anchors, read_anchors
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.states import CardMaker, CardState, certificate_of
from tests.hardware.card.conftest import NOW


@pytest.fixture
def pem(maker: CardMaker, tmp_path: Path) -> Path:
    path = tmp_path / "given.cer"
    path.write_bytes(maker.authority.pem)
    return path


def test_pem_der_and_bundles_are_read_and_strays_left_out(maker: CardMaker, tmp_path: Path) -> None:
    other = VirtualAuthority.create(NOW)
    (tmp_path / "a.pem").write_bytes(maker.authority.pem + other.pem)
    (tmp_path / "b.cer").write_bytes(maker.authority.der)
    (tmp_path / "list.crl").write_bytes(maker.revocation_list())
    (tmp_path / "README").write_text("not a certificate")
    (tmp_path / "folder").mkdir()
    found = {anchor.certificate for anchor in load_anchors(tmp_path)}
    assert found == {maker.authority.certificate, other.certificate}


def test_a_missing_folder_holds_no_anchor(tmp_path: Path) -> None:
    assert load_anchors(tmp_path / "nowhere") == ()


def test_a_holders_certificate_never_becomes_an_anchor(maker: CardMaker, tmp_path: Path) -> None:
    path = tmp_path / "card.pem"
    path.write_bytes(certificate_of(maker.card(CardState.VALID)).public_bytes(serialization.Encoding.PEM))
    with pytest.raises(AnchorRefused):
        read_anchors(path)


def test_an_unknown_authority_is_shown_and_not_installed(pem: Path, tmp_path: Path) -> None:
    folder = tmp_path / "trust"
    anchor, path = add_anchor(pem, folder)
    assert (anchor.known_as, path) == (None, None)
    assert not folder.exists()


def test_the_typed_fingerprint_installs_it(pem: Path, tmp_path: Path) -> None:
    folder = tmp_path / "trust"
    anchor, _ = add_anchor(pem, folder)
    typed = ":".join(anchor.sha256[at : at + 2].lower() for at in range(0, 64, 2))
    _, path = add_anchor(pem, folder, confirmed_sha256=typed)
    assert path is not None
    assert [each.certificate for each in load_anchors(folder)] == [anchor.certificate]


def test_another_fingerprint_is_refused(pem: Path, tmp_path: Path) -> None:
    with pytest.raises(AnchorRefused, match="fingerprint"):
        add_anchor(pem, tmp_path / "trust", confirmed_sha256="00" * 32)


@pytest.mark.parametrize("content", [b"", b"garbage", b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"])
def test_garbage_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(AnchorRefused):
        add_anchor(path, tmp_path / "trust")


def test_published_fingerprints_have_their_form() -> None:
    assert all(len(print_) == 64 and print_ == print_.upper() for print_ in KNOWN_ANCHORS)


def test_the_folder_comes_from_the_environment_first(tmp_path: Path) -> None:
    assert default_folder({"DEMADO_CARD_TRUST": "/x"}) == Path("/x")
    assert default_folder({"XDG_CONFIG_HOME": str(tmp_path)}).name == "card-trust"


def test_a_new_list_counts_without_a_restart(maker: CardMaker, trust: Path, tmp_path: Path) -> None:
    crl = tmp_path / "list.crl"
    crl.write_bytes(b"garbage")
    sources = TrustSources(trust, (crl,), lambda: NOW + timedelta(seconds=1))
    assert sources.verifier().crls == ()
    crl.write_bytes(maker.revocation_list())
    os.utime(crl, ns=(1, 1))
    found = sources.verifier()
    assert len(found.crls) == 1
    assert sources.verifier().anchors is found.anchors


def test_what_the_bundle_brings_counts_beside_the_folder_and_may_come_later(maker: CardMaker, tmp_path: Path) -> None:
    trust, bundle = tmp_path / "trust", tmp_path / "bundle"
    trust.mkdir()
    sources = TrustSources(trust, (), lambda: NOW, bundle=bundle)
    assert (sources.verifier().anchors, sources.verifier().crls) == ((), ())
    for name, content in (("anchors", maker.authority.der), ("crls", maker.revocation_list())):
        (bundle / name).mkdir(parents=True)
        (bundle / name / "0123456789abcdef").write_bytes(content)
    found = sources.verifier()
    assert [anchor.certificate for anchor in found.anchors] == [maker.authority.certificate]
    assert len(found.crls) == 1
