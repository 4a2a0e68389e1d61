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
# What pylatexenc does not know of the commands that Zotero and others write, and what is nothing beside text.
_COMMANDS = {
    **{"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^", "textless": "<"},
    **{"textgreater": ">", "textbar": "|", "textquotedbl": '"', "textunderscore": "_", "textminus": "−", "slash": "/"},
    **{"%": "%", "\\": " ", "TeX": "TeX", "LaTeX": "LaTeX", "newline": " ", "relax": "", "protect": "", "noopsort": ""},
    **dict.fromkeys(("bf", "it", "em", "tt", "sc", "sf", "sl", "rm", "bfseries", "itshape"), ""),
}
_ACCENTS = ("'", "`", "^", '"', "~", "=", ".", "u", "v", "H", "c", "d", "b", "r", "k")
# Commands that only say how their last argument looks: the argument stays.
_LOOKS = (
    *("emph", "textbf", "textit", "texttt", "textsc", "textsf", "textsl", "textrm", "textup", "textmd", "textnormal"),
    *("textsuperscript", "textsubscript", "underline", "mbox", "hbox", "fbox", "ensuremath", "url", "text"),
    *("mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathcal", "mathbb", "operatorname"),
)
_LOOKS_OF_TWO = ("href", "textcolor", "texorpdfstring")
_ESCAPED = re.compile(r"[\\{}~^$%&#_]")
_MATHS = re.compile(r"\$[^$]+\$")


@cache
def _decoder() -> LatexNodes2Text:
    """Accents, symbols and looks; every other command stays to be seen, and is not dropped with what it says.

    pylatexenc knows hundreds of commands of whole documents, of which many lose their argument beside a title (a
    citation is `<cit.>`, a box nothing), and some raise where there is none.
    """
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
    from pylatexenc.latexwalker import get_default_latex_context_db as get_default_syntax
    from pylatexenc.macrospec import LatexContextDb

    known, syntax = get_default_latex_context_db(), get_default_syntax()
    with_arguments = {spec.macroname for spec in syntax.iter_macro_specs() if getattr(spec.args_parser, "argspec", "?")}
    symbols = [
        spec
        for spec in known.iter_macro_specs()
        if isinstance(spec.simplify_repl, str)
        and "%" not in spec.simplify_repl
        and spec.macroname not in with_arguments
    ]
    macros = [MacroTextSpec(name, simplify_repl=character) for name, character in _COMMANDS.items()]
    macros += [known.get_macro_spec(name) for name in _ACCENTS]
    macros += [MacroTextSpec(name, simplify_repl=_last_argument) for name in (*_LOOKS, *_LOOKS_OF_TWO)]
    context = LatexContextDb()
    context.add_context_category("bibtex", macros=macros, specials=list(known.iter_specials_specs()))
    context.add_context_category("symbols", macros=symbols)
    context.set_unknown_macro_spec(
        MacroTextSpec("", simplify_repl=lambda node: f"\\{node.macroname}{node.macro_post_space}")
    )
    return LatexNodes2Text(latex_context=context, math_mode="verbatim", strict_latex_spaces=False)


def _last_argument(node: Any, l2tobj: LatexNodes2Text) -> str:
    arguments = [one for one in node.nodeargd.argnlist if one is not None] if node.nodeargd else []
    if not arguments:
        return f"\\{node.macroname}"
    text: str = l2tobj.nodelist_to_text(arguments[-1:])
    return text


@cache
def _walker_context() -> Any:
    # Kept, because pylatexenc builds it anew for each text otherwise: a quarter of the time of reading papers.bib.
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import LatexContextDb, MacroSpec

    context = LatexContextDb()
    context.add_context_category(
        "bibtex",
        macros=[
            *(MacroSpec(name, args_parser="{") for name in (*_ACCENTS, *_LOOKS)),
            *(MacroSpec(name, args_parser="{{") for name in _LOOKS_OF_TWO),
        ],
        specials=list(get_default_latex_context_db().iter_specials_specs()),
    )
    context.set_unknown_macro_spec(MacroSpec("", args_parser=""))
    return context


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
