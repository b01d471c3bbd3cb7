"""XML that is read, and XML that is refused."""

import pytest

from streams.onvif.xml import XmlFault, XmlParser, XmlUnreadable, descendant, descendants, parse_xml, text_of

BILLION_LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'.encode()
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + b"]><x>&i;</x>"
)


def test_elements_are_found_by_their_local_names() -> None:
    root = parse_xml(b'<a xmlns:n="urn:n"><n:b><c> one </c></n:b><b xmlns="urn:m"><c>two</c></b></a>')
    assert [text_of(each, "c") for each in descendants(root, "b")] == ["one", "two"]
    assert text_of(root, "c") == "one"
    assert (descendant(root, "d"), text_of(root, "d")) == (None, "")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "no_xml"),
        (b"HTTP/1.1 400 Bad Request", "no_xml"),
        (b"<a><b></a>", "no_xml"),
        (b"\xff\xfe\x00", "no_xml"),
        (b'<?xml version="1.0" encoding="gb2312"?><a/>', "no_xml"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "no_xml"),
        (b"<a>\x00</a>", "no_xml"),
        (BILLION_LAUGHS, "declares_entities"),
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "declares_entities"),
        (b'<!DOCTYPE a SYSTEM "http://10.0.0.1/a.dtd"><a/>', "declares_entities"),
        (b"<!DOCTYPE a><a/>", "declares_entities"),
        (b"<a>" + b"x" * 1_000_000 + b"</a>", "too_large"),
        (b"<a>" + b"<b/>" * 40_000 + b"</a>", "too_large"),
    ],
)
def test_what_cannot_be_trusted_is_refused_by_its_name(data: bytes, fault: XmlFault) -> None:
    with pytest.raises(XmlUnreadable) as refused:
        parse_xml(data)
    assert refused.value.fault == fault


def test_depth_costs_nothing() -> None:
    deep = 20_000
    root = parse_xml(b"<a>" * deep + b"</a>" * deep)
    assert sum(1 for _ in root.iter()) == deep


def test_a_document_may_come_in_pieces() -> None:
    parser = XmlParser(most_bytes=30)
    for piece in (b"<a><", b"b>on", b"e</b></a", b">"):
        parser.feed(piece)
    assert text_of(parser.close(), "b") == "one"


def test_pieces_are_counted_together() -> None:
    parser = XmlParser(most_bytes=30)
    parser.feed(b"<a>" + b"x" * 20)
    with pytest.raises(XmlUnreadable, match="too_large"):
        parser.feed(b"x" * 20)
