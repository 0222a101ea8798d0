"""The XML inside a frame: a head, a body, and perhaps a list of records, all of named texts.

    <message><head><field name="TxCode">BDC101</field>…</head>
    <body><field name="Amt">20222.95</field>…
    <field-list name="Records"><field-list name="1"><field name="…">…</field>…</field-list>…
    </field-list></body></message>

Read by a parser that knows no document types and no entities beyond the five of XML itself, and
that stops at the first thing not of this shape: what a partner sends is text, never instructions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

TEXT_LENGTH_MAX: Final = 500
FIELDS_MAX: Final = 60_000
RECORDS_MAX: Final = 5_000
_LIST = "field-list"
_WIDE_BLANK: Final = "\u3000"
_PLACES: Final = {
    ("message",),
    ("message", "head"),
    ("message", "head", "field"),
    ("message", "body"),
    ("message", "body", "field"),
    ("message", "body", _LIST),
    ("message", "body", _LIST, _LIST),
    ("message", "body", _LIST, _LIST, "field"),
}


class Malformed(ValueError):
    """A message that is not in the agreed form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One message: texts by name. `records` are in the order they came."""

    head: Mapping[str, str]
    body: Mapping[str, str] = field(default_factory=dict)
    records: tuple[Mapping[str, str], ...] = ()


def write(document: Document) -> bytes:
    """The message as UTF-8 XML. Raises Malformed for a character that XML cannot carry."""
    records = "".join(
        f'<{_LIST} name="{number}">{_fields(record)}</{_LIST}>'
        for number, record in enumerate(document.records, 1)
    )
    listed = f'<{_LIST} name="Records">{records}</{_LIST}>' if records else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<message><head>{_fields(document.head)}</head>"
        f"<body>{_fields(document.body)}{listed}</body></message>"
    ).encode()


def _fields(texts: Mapping[str, str]) -> str:
    return "".join(
        f"<field name={quoteattr(name)}>{_carried(text)}</field>" for name, text in texts.items()
    )


def _carried(text: str) -> str:
    # Printable covers all that a name, a bank or a summary needs; a control character would make
    # the message unreadable at the other end, after the order was written down as sent. The wide
    # blank stands between the characters of a short name, as banks have registered it.
    if not all(sign.isprintable() or sign == _WIDE_BLANK for sign in text):
        raise Malformed("a text with a character that cannot be sent")
    return escape(text)


def read(raw: bytes) -> Document:
    """The message in `raw`. Raises Malformed for everything that is not exactly of the shape."""
    reader = _Reader()
    try:
        reader.parser.Parse(raw, True)
    except (expat.ExpatError, UnicodeDecodeError) as problem:
        raise Malformed(f"the message is not XML: {problem}") from problem
    if reader.body is None:
        raise Malformed("the message has no body")
    return Document(head=reader.head, body=reader.body, records=tuple(reader.records))


class _Reader:
    """Follows the parser from element to element."""

    def __init__(self) -> None:
        self.head: dict[str, str] = {}
        self.body: dict[str, str] | None = None
        self.records: list[dict[str, str]] = []
        self._path: list[str] = []
        self._name = ""
        self._text: list[str] = []
        self._count = 0
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse
        self.parser.ProcessingInstructionHandler = self._refuse

    def _refuse(self, *_: object) -> int:
        raise Malformed("the message declares or includes something")

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        self._path.append(element)
        place = tuple(self._path)
        named = place[-1] in ("field", _LIST)
        if place not in _PLACES or set(attributes) != ({"name"} if named else set()):
            raise Malformed(f"an element {element[:40]!r} where none is agreed")
        self._name = attributes.get("name", "")
        self._text = []
        if place == ("message", "body"):
            if self.body is not None:
                raise Malformed("the message has two bodies")
            self.body = {}
        if place == ("message", "body", _LIST, _LIST):
            if len(self.records) == RECORDS_MAX:
                raise Malformed("too many records")
            self.records.append({})

    def _characters(self, text: str) -> None:
        if self._path[-1] != "field":
            if text.strip():
                raise Malformed("text outside a field")
            return
        self._text.append(text)
        if sum(map(len, self._text)) > TEXT_LENGTH_MAX:
            raise Malformed(f"{self._name[:40]} is too long")

    def _end(self, element: str) -> None:
        if element == "field":
            self._keep("".join(self._text))
        self._path.pop()

    def _keep(self, text: str) -> None:
        self._count += 1
        within = self._path[-2]
        texts = self.head if within == "head" else self.body if within == "body" else None
        if texts is None:
            texts = self.records[-1]
        if self._name in texts or self._count > FIELDS_MAX:
            raise Malformed(f"{self._name[:40]} appears twice, or there are too many fields")
        texts[self._name] = text
