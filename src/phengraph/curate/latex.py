"""LaTeX in BibTeX values to the text that readers see, and back.

Maths between dollar signs stays as it is: it is TeX on every page too.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

_SPECIAL = re.compile(r"[\\{}$~]|--|``|''")
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
    context.add_context_category("bibtex", prepend=True, macros=macros)
    # A command that pylatexenc does not know stays to be seen, and is not dropped with what it says.
    context.set_unknown_macro_spec(
        MacroTextSpec("", simplify_repl=lambda node: f"\\{node.macroname}{node.macro_post_space}")
    )
    return LatexNodes2Text(latex_context=context, math_mode="verbatim", strict_latex_spaces=False)


@lru_cache(maxsize=4096)
def decode_latex(text: str) -> str:
    """The text that a reader sees, on one line.

    Raises:
        ValueError: the LaTeX does not parse; the message says what and where.

    >>> decode_latex(r"{G}{\\"o}del \\& the 50% of $x_i$")
    'Gödel & the 50% of $x_i$'
    """
    if _SPECIAL.search(text) is None:
        return " ".join(text.split())
    from pylatexenc.latexwalker import LatexWalkerError

    # In BibTeX a percent sign is a percent sign; to LaTeX it begins a comment that would eat the rest. An ampersand
    # would be the edge of a table's cell.
    escaped = _LONE.sub(r"\\\g<0>", " ".join(text.split()))
    try:
        decoded: str = _decoder().latex_to_text(escaped)
    except LatexWalkerError as error:
        raise ValueError(str(error).splitlines()[0]) from error
    return " ".join(decoded.replace("\u00a0", " ").split())


def encode_latex(text: str) -> str:
    """A value for BibTeX between braces that `decode_latex` reads back as the same text.

    Letters stay UTF-8; only what BibTeX or LaTeX would take for itself is escaped. Maths is kept when it reads back.

    >>> print(encode_latex("Made-up {title} with 50% of $x_i$ & more"))
    Made-up \\textbraceleft{}title\\textbraceright{} with 50\\% of $x_i$ \\& more
    """
    kept = _escape_around_maths(text)
    return kept if _balanced(kept) and _reads_back(kept, text) else _escape(text)


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
