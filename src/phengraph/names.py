"""Names of authors: BibTeX's `Last, First and Last, First and others` to display names in order, and back."""

from __future__ import annotations

import re

from bibtexparser.middlewares.names import parse_single_name_into_parts

from phengraph.latex import decode_latex, encode_latex

_AND_OR_BRACE = re.compile(r"(?<!\\)[{}]|(?<!\S)and(?!\S)", re.IGNORECASE)
_BEHIND_A_COMMA = frozenset(("inc", "ltd", "llc", "gmbh", "corp", "co", "jr", "sr", "ii", "iii", "iv", "phd", "md"))
_WHOLE_BRACES = re.compile(r"\{(?P<name>[^{}]*)\}\Z")


def read_authors(text: str) -> tuple[tuple[str, ...], bool]:
    """The display names of an author field, in order, and whether the list is complete.

    `and others` makes it incomplete. Braces around a whole name keep it as one name (`{Made-up Widget Group}`).

    Raises:
        ValueError: it is no list of names; the message says what would be right after `; `.

    >>> read_authors("van Wid{\\\\'g}et, Ada and Bo Gadget and {Widget and Gadget Group} and others")
    (('Ada van Widǵet', 'Bo Gadget', 'Widget and Gadget Group'), False)
    """
    names = _split_names(text)
    complete = True
    if names and names[-1].strip().casefold() in ("others", "et al.", "et al"):
        names.pop()
        complete = False
    found = []
    for name in names:
        if name.strip().casefold() == "others":
            raise ValueError("'others' stands before the last name; write `and others` at the end")
        found.append(_display_name(name))
    return tuple(found), complete


def _split_names(text: str) -> list[str]:
    """The names between each ` and ` that no braces protect.

    bibtexparser 2.1 has this too, and loses a backslash at the start of a name (`A and \\'Alvaro B`).
    """
    names = []
    depth = start = 0
    for match in _AND_OR_BRACE.finditer(text):
        if match.group() == "{":
            depth += 1
        elif match.group() == "}":
            depth = max(depth - 1, 0)
        elif depth == 0:
            names.append(text[start : match.start()].strip())
            start = match.end()
    names.append(text[start:].strip())
    return [name for name in names if name]


def _display_name(name: str) -> str:
    plain = " ".join(name.split())
    if "{" not in plain and "\\" not in plain:
        if ";" in plain:
            raise ValueError("names are separated by ';'; write ' and ' between them")
        parts = [part.strip() for part in plain.split(",")]
        if len(parts) == 1:
            return decode_latex(plain)
        if len(parts) == 2 and all(parts):
            return decode_latex(f"{parts[1]} {parts[0]}")
    elif match := _WHOLE_BRACES.match(plain):
        return decode_latex(match["name"])
    elif "," not in plain:
        return decode_latex(plain)
    try:
        person = parse_single_name_into_parts(plain, strict=True)
    except ValueError as error:
        mend = "write 'Last, First', and ' and ' between names"
        raise ValueError(f"'{plain[:60]}' is no name; {mend}") from error
    words = [*person.first, *person.von, *person.last, *person.jr]
    return decode_latex(" ".join(words))


def in_order(name: str) -> str:
    """One name as it is displayed, of a person who may have written `Last, First`; a company keeps its `Inc.`

    >>> in_order("O'Neil, Pat"), in_order("Pat O'Neil"), in_order("Made-up Widgets, Inc."), in_order("Alpha, Jr., Ada")
    ("Pat O'Neil", "Pat O'Neil", 'Made-up Widgets, Inc.', 'Alpha, Jr., Ada')
    """
    parts = [part.strip() for part in name.split(",")]
    if len(parts) != 2 or not all(parts) or parts[1].casefold().strip(".") in _BEHIND_A_COMMA:
        return name
    return f"{parts[1]} {parts[0]}"


def write_authors(names: tuple[str, ...], *, complete: bool) -> str:
    """An author field that `read_authors` reads back as the same names.

    Names are written as they are displayed; one that BibTeX would take apart is put between braces.

    >>> write_authors(("Ada van Widget", "Widget and Gadget Group"), complete=False)
    'Ada van Widget and {Widget and Gadget Group} and others'
    """
    written = [_write_name(name) for name in names]
    if not complete:
        written.append("others")
    return " and ".join(written)


def _write_name(name: str) -> str:
    for encoded in (encode_latex(name), f"{{{encode_latex(name)}}}"):
        try:
            if read_authors(encoded) == ((name,), True):
                return encoded
        except ValueError:
            continue
    return f"{{{encode_latex(name, maths=False)}}}"
