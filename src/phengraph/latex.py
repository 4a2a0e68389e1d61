"""LaTeX in BibTeX values to the text that readers see, and back.

Maths between dollar signs stays as it is: it is TeX on every page too.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

_SPECIAL = re.compile(r"[\\{}$~]|--|``|''")
_LIGATURE = re.compile(r"--|``|''|[?!]`")
_LONE = re.compile(r"(?<!\\)[%&]")
# Written with an empty group behind, so that no letter after them is read as a part of their name. A backslash and
# braces as commands, and not as \{ and \}: BibTeX itself counts braces without looking at a backslash before them.
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
}
_COMMANDS = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
_ESCAPED = re.compile(r"[\\{}~^$%&#_]")
_MATHS = re.compile(r"\$[^$]+\$")


@cache
def _decoder() -> LatexNodes2Text:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    context = get_default_latex_context_db()
    macros = [MacroTextSpec("url", simplify_repl="%s")]
    macros += [MacroTextSpec(name, simplify_repl=character) for name, character in _COMMANDS.items()]
    macros += [MacroTextSpec(name, simplify_repl="") for name in ("bf", "it", "em", "tt", "sc", "sf", "sl", "rm")]
    context.add_context_category("bibtex", prepend=True, macros=macros)
    # A command that pylatexenc does not know stays to be seen, and is not dropped with what it says.
    context.set_unknown_macro_spec(
        MacroTextSpec("", simplify_repl=lambda node: f"\\{node.macroname}{node.macro_post_space}")
    )
    return LatexNodes2Text(latex_context=context, math_mode="verbatim", strict_latex_spaces=False)


@cache
def _walker_context() -> Any:
    # Kept, because pylatexenc builds it anew for each text otherwise: a quarter of the time of reading papers.bib.
    from pylatexenc.latexwalker import get_default_latex_context_db

    return get_default_latex_context_db()


def decode_latex(text: str) -> str:
    """The text that a reader sees, on one line.

    Raises:
        ValueError: the LaTeX does not parse; the message says what and where.

    >>> decode_latex(r"{G}{\\"o}del \\& the 50% of $x_i$")
    'Gödel & the 50% of $x_i$'
    """
    if _SPECIAL.search(text) is None:
        return " ".join(text.split())
    parts = text.split("$")
    # Maths stays as it is, so only what stands between two formulas is LaTeX to be read.
    if "\\$" not in text and len(parts) % 2 == 1 and all(part.count("{") == part.count("}") for part in parts):
        parts[::2] = [_decode_between(part) for part in parts[::2]]
        return " ".join("$".join(parts).split())
    return _decode(text)


def _decode_between(text: str) -> str:
    """LaTeX beside maths, with the space at its edges; braces that keep capitals need no parser to be taken off."""
    if "\\" in text or _LIGATURE.search(text):
        before, after = text[:1].isspace(), text[-1:].isspace()
        return (" " if before else "") + _decode(text) + (" " if after else "")
    return text.replace("{", "").replace("}", "").replace("~", " ")


def _decode(text: str) -> str:
    from pylatexenc.latexwalker import LatexWalkerError

    # In BibTeX a percent sign is a percent sign; to LaTeX it begins a comment that would eat the rest. An ampersand
    # would be the edge of a table's cell.
    escaped = _LONE.sub(r"\\\g<0>", " ".join(text.split()))
    try:
        decoded: str = _decoder().latex_to_text(escaped, latex_context=_walker_context())
    except LatexWalkerError as error:
        raise ValueError(str(error).splitlines()[0]) from error
    return " ".join(decoded.replace("\u00a0", " ").split())


def encode_latex(text: str, *, maths: bool = True) -> str:
    """A value for BibTeX between braces that `decode_latex` reads back as the same text.

    Letters stay UTF-8; only what BibTeX or LaTeX would take for itself is escaped. Maths is kept when it reads back.

    Args:
        maths: False to escape what stands between dollar signs, too.

    >>> print(encode_latex("Made-up {title} with 50% of $x_i$ & more"))
    Made-up \\textbraceleft{}title\\textbraceright{} with 50\\% of $x_i$ \\& more
    """
    kept = _escape_around_maths(text) if maths else ""
    return kept if kept and _balanced(kept) and _reads_back(kept, text) else _escape(text)


def _escape(text: str) -> str:
    escaped = _ESCAPED.sub(lambda match: _ESCAPES[match.group()], text)
    # Ligatures of TeX: two hyphens become a dash, two quotes a curly one, ?` a turned question mark.
    return re.sub(r"(?<=-)-|(?<=[`?!])`|(?<=')'", r"{}\g<0>", escaped)


def _escape_around_maths(text: str) -> str:
    parts: list[str] = []
    end = 0
    for match in _MATHS.finditer(text):
        parts += [_escape(text[end : match.start()]), match.group()]
        end = match.end()
    return "".join(parts) + _escape(text[end:])


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _reads_back(encoded: str, text: str) -> bool:
    try:
        return decode_latex(encoded) == " ".join(text.split())
    except ValueError:
        return False
