"""The published examples of RFC 2617 section 3.5 and RFC 2069 section 2.4 (as corrected), and what must be refused."""

from vms.demo.digest import DigestGuard

NONCE = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
WITH_QOP = (
    'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
    'uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", '
    'response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
#: the same without qop
WITHOUT_QOP = (
    'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
    'uri="/dir/index.html", response="670fd8c2df070c60b045671b8b24ff02"'
)


def guard(password: str = "Circle Of Life") -> DigestGuard:
    return DigestGuard(username="Mufasa", password=password, realm="testrealm@host.com", nonce=NONCE)


def test_the_example_of_rfc_2617_is_admitted() -> None:
    assert guard().admits("GET", "/dir/index.html", WITH_QOP)


def test_without_qop_it_is_admitted_too() -> None:
    assert guard().admits("GET", "/dir/index.html", WITHOUT_QOP)


def test_a_wrong_password_is_refused() -> None:
    assert not guard("circle of life").admits("GET", "/dir/index.html", WITH_QOP)


def test_a_digest_is_good_for_its_method_and_address_only() -> None:
    assert not guard().admits("POST", "/dir/index.html", WITH_QOP)
    assert not guard().admits("GET", "/dir/other.html", WITH_QOP)


def test_a_digest_of_another_connection_is_refused() -> None:
    other = DigestGuard(username="Mufasa", password="Circle Of Life", realm="testrealm@host.com")
    assert not other.admits("GET", "/dir/index.html", WITH_QOP)


def test_what_is_no_digest_is_refused() -> None:
    for header in ("", "Digest", "Basic TXVmYXNhOkNpcmNsZSBPZiBMaWZl", "Digest username"):
        assert not guard().admits("GET", "/dir/index.html", header)


def test_every_connection_has_a_nonce_of_its_own() -> None:
    one, other = (DigestGuard(username="u", password="p").challenge for _ in range(2))
    assert one != other
