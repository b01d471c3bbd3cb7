"""XML from devices, which nobody vouches for: bounded, and with nothing in it that expands or fetches.

A document type declaration is refused altogether: SOAP forbids it, and entities cannot be declared without one.
"""

from collections.abc import Iterator
from typing import Final, Literal
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

XmlFault = Literal["too_large", "no_xml", "declares_entities"]

#: bytes of one answer; the longest that real devices give (capabilities of a 64-channel recorder) have some 200 kB
MOST_BYTES: Final = 1_000_000

#: opening and closing tags of one answer, which cost a hundred times the memory of their text; real ones have some 20,000
MOST_TAGS: Final = 40_000


class XmlUnreadable(Exception):
    """Never shown to people: whoever asked for the document knows of which device it is, and says that."""

    def __init__(self, fault: XmlFault) -> None:
        super().__init__(fault)
        self.fault = fault


class XmlParser:
    """A document piece by piece, as it comes in: a long one then holds up nobody else for long."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        # Without this target defusedxml builds a tree in Python, which is slow and recurses.
        self._parser = ElementTree.DefusedXMLParser(target=TreeBuilder(), forbid_dtd=True)
        self._bytes_left = most_bytes
        self._tags_left = MOST_TAGS

    def feed(self, data: bytes) -> None:
        """Raises: XmlUnreadable."""
        self._bytes_left -= len(data)
        self._tags_left -= data.count(b"<")
        if self._bytes_left < 0 or self._tags_left < 0:
            raise XmlUnreadable("too_large")
        try:
            self._parser.feed(data)
        except DefusedXmlException:
            raise XmlUnreadable("declares_entities") from None
        except (
            ParseError,
            ValueError,
            LookupError,
        ):  # the latter two: an encoding that the parser does not know
            raise XmlUnreadable("no_xml") from None

    def close(self) -> Element:
        """The root. Raises: XmlUnreadable."""
        try:
            root: Element = self._parser.close()
        except ParseError:
            raise XmlUnreadable("no_xml") from None
        return root


def parse_xml(data: bytes, *, most_bytes: int = MOST_BYTES) -> Element:
    """The root of a document. Raises: XmlUnreadable."""
    parser = XmlParser(most_bytes=most_bytes)
    parser.feed(data)
    return parser.close()


def local_name(element: Element) -> str:
    """`ProbeMatch` of `{namespace}ProbeMatch`: firmware is at odds over namespaces and their years, not over names."""
    return element.tag.rpartition("}")[2]


def descendants(element: Element, name: str) -> Iterator[Element]:
    """All below with this local name, in the order of the document."""
    return (each for each in element.iter() if each is not element and local_name(each) == name)


def descendant(element: Element, name: str) -> Element | None:
    return next(descendants(element, name), None)


def text_of(element: Element, name: str) -> str:
    """The text of the first descendant of this name, without spaces around; "" where there is none."""
    found = descendant(element, name)
    return (found.text or "").strip() if found is not None else ""
