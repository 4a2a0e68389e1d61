"""The parts of a phenomenon's file: head, description, and a section for each `##` heading.

CommonMark decides what is a heading, a fence or an image (markdown-it-py, with its lines), so a `##` inside a code
block is no heading here and none on a code host. Only blocks are parsed; inlines only where a link or an image can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from phengraph.curate.source import SourceFile
from phengraph.identifiers import make_slug, safe_url
from phengraph.model import Figure
from phengraph.problems import Problem, Severity

# Links inside of links make a Markdown parser slow in the square of a paragraph's length.
PARAGRAPH_LIMIT = 10_000

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_AROUND_FIGURES = ("inline", "image", "softbreak", "hardbreak")
_ALLOWED_SCHEMES = ("http:", "https:", "mailto:")


@dataclass(slots=True)
class Block:
    """A fenced block: its text, and where that text starts."""

    text: str
    fence_line: int
    """Line of the opening fence, counted from 1; the text starts on the next."""
    indent: int
    end_line: int
    """Line of the closing fence."""


@dataclass(slots=True)
class Section:
    """A heading with what stands below it up to the next."""

    heading: str
    line: int
    prose: str
    block: Block | None
    end_line: int = 0
    """The last line of the section."""


@dataclass(slots=True)
class Parts:
    head: Block | None
    description: str = ""
    figures: tuple[Figure, ...] = ()
    sections: list[Section] = field(default_factory=list)


def _parsers() -> tuple[MarkdownIt, MarkdownIt]:
    blocks = MarkdownIt("commonmark").enable("table")
    blocks.core.ruler.enableOnly(["normalize", "block"])
    inlines = MarkdownIt("commonmark").enable("table")
    # Every link is looked at here, also those that the parser would leave as text.
    inlines.validateLink = lambda url: True  # type: ignore[method-assign]  # the parser's own hook
    return blocks, inlines


_BLOCKS, _INLINES = _parsers()


def split_phenomenon(source: SourceFile, problems: list[Problem]) -> Parts:
    """The parts of a phenomenon's file; what is wrong with their order goes into `problems`."""
    return _Splitter(source, problems).split()


class _Splitter:
    def __init__(self, source: SourceFile, problems: list[Problem]) -> None:
        self._source = source
        self._lines = source.text.split("\n")
        self._problems = problems
        self._references: dict[str, object] = {}

    def _tell(self, line: int, column: int, message: str, mend: str) -> None:
        self._problems.append(Problem(self._source.path, line, column, Severity.ERROR, message, mend))

    def split(self) -> Parts:
        head, first = self._head()
        # Blank lines in place of the head keep every line number of the tokens right.
        tokens = _BLOCKS.parse("\n" * first + "\n".join(self._lines[first:]), self._references)
        parts = Parts(head)
        starts: list[tuple[int, int, str]] = []
        for position, token in enumerate(tokens):
            if token.type == "heading_open" and token.level == 0 and token.map:
                heading = self._heading(token, tokens[position + 1])
                if heading is not None:
                    starts.append((position, token.map[0], heading))
        ends = [*(position for position, _, _ in starts), len(tokens)]
        last_lines = [*(line for _, line, _ in starts), len(self._lines)]
        self._description(parts, tokens[: ends[0]], first, last_lines[0])
        for (position, line, heading), end, last in zip(starts, ends[1:], last_lines[1:], strict=True):
            section = self._section(heading, line + 1, tokens[position + 3 : end], last)
            parts.sections.append(section)
        return parts

    def _head(self) -> tuple[Block | None, int]:
        """The head, and the index of the first line after it."""
        lines = self._lines
        if not self._source.text.strip():
            self._tell(1, 0, "the file is empty", "begin with a head: `---`, `label:`, `topic:`, `---`")
            return None, 0
        if lines[0].rstrip() != "---":
            self._tell(1, 1, "the file has no head", "begin with a line `---`, then `label:` and `topic:`, then `---`")
            return None, next((index + 1 for index, line in enumerate(lines) if line.rstrip() == "---"), 0)
        for index in range(1, len(lines)):
            if lines[index].rstrip() == "---":
                return Block("\n".join(lines[1:index]), 1, 0, index + 1), index + 1
            if lines[index].startswith(("## ", "```")):
                break
        self._tell(1, 1, "the head that starts here has no end", "close it with a line `---`")
        return None, next((i for i, line in enumerate(lines) if line.startswith("## ")), len(lines))

    def _heading(self, opening: Token, inline: Token) -> str | None:
        assert opening.map is not None
        line = opening.map[0] + 1
        if opening.markup in ("-", "="):
            mend = "begin a heading with `## `; put a blank line before a rule"
            self._tell(line, 1, "a text that is underlined is a heading here", mend)
            return None
        if opening.tag != "h2":
            mend = "a claim has two: `## `; use bold text for others"
            self._tell(line, 1, f"a heading with {opening.tag[1:]} #", mend)
            return None
        if not inline.content.strip():
            self._tell(line, 1, "a heading without words", "write the claim in short")
            return None
        return inline.content.strip()

    def _description(self, parts: Parts, tokens: list[Token], first: int, end: int) -> None:
        for token in tokens:
            if _is_yaml(token) and token.map:
                mend = "write the claim's heading (`## `) and its text above the block"
                self._tell(token.map[0] + 1, 1, "a yaml block before any heading", mend)
        figures, figure_lines = self._links(tokens, end)
        kept = [self._lines[index] for index in range(first, end) if index not in figure_lines]
        parts.description = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
        parts.figures = tuple(figures)

    def _section(self, heading: str, line: int, tokens: list[Token], last: int) -> Section:
        fences = [token for token in tokens if _is_yaml(token) and token.map]
        others = [token for token in tokens if token.type == "fence" and token.level == 0 and not _is_yaml(token)]
        section = Section(heading, line, "", None, last)
        first_map = fences[0].map if fences else None
        section.prose = "\n".join(self._lines[line : first_map[0] if first_map else last]).strip()
        if not fences:
            self._tell(line, 1, "a heading without a yaml block", self._missing_block(heading, others))
        else:
            section.block = self._block(fences[0], last)
        for extra in fences[1:]:
            assert extra.map is not None
            mend = "give each claim a heading of its own, or move the evidence into the first block"
            self._tell(extra.map[0] + 1, 1, "a second yaml block under one heading", mend)
        if section.block and len(fences) == 1:
            for index in range(section.block.end_line, last):
                if self._lines[index].strip() and not self._lines[index].startswith("#"):
                    self._tell(index + 1, 1, "text below the yaml block", "write it above the block")
                    break
        self._links(tokens, first_map[0] if first_map else last)
        return section

    def _missing_block(self, heading: str, others: list[Token]) -> str:
        for token in others:
            if token.map and (not token.info.strip() or token.info.strip().casefold().startswith(("yml", "yaml"))):
                return f"write ```yaml on line {token.map[0] + 1}"
        return f"add ```yaml, `claim: {make_slug(heading)[:60].strip('-')}`, ``` below the text"

    def _block(self, fence: Token, last: int) -> Block | None:
        assert fence.map is not None
        start, end = fence.map
        closing = self._lines[end - 1].strip() if end - 1 > start else ""
        # A block that swallows the next heading or fence was not closed where its writer thought.
        inside = any(line.startswith(("```", "## ")) for line in self._lines[start + 1 : end - 1])
        if inside or not closing or closing.strip(fence.markup[0]) or len(closing) < len(fence.markup):
            self._tell(start + 1, 1, "the block that starts here has no end", f"close it with a line {fence.markup}")
            return None
        opening = self._lines[start]
        return Block(fence.content, start + 1, len(opening) - len(opening.lstrip(" ")), end)

    def _links(self, tokens: list[Token], end: int) -> tuple[list[Figure], set[int]]:
        """Look at every link; the figures among the images, and the lines that hold nothing but figures."""
        figures: list[Figure] = []
        figure_lines: set[int] = set()
        for token in tokens:
            if token.type != "inline" or not token.map or token.map[0] >= end:
                continue
            if len(token.content) > PARAGRAPH_LIMIT:
                mend = f"at most {PARAGRAPH_LIMIT:,} are read; split it"
                self._tell(token.map[0] + 1, 1, f"a paragraph of {len(token.content):,} characters", mend)
                continue
            if "](" not in token.content and "<" not in token.content and "][" not in token.content:
                continue
            children = _walk(_INLINES.parseInline(token.content, self._references))
            images = [child for child in children if child.type == "image"]
            for child in children:
                if child.type == "link_open":
                    url = str(child.attrs.get("href", ""))
                    if _SCHEME.match(url) and not url.casefold().startswith(_ALLOWED_SCHEMES):
                        self._tell_link(token, url, f"a link to '{url[:40]}'", "link to an http or https URL")
            for image in images:
                url = str(image.attrs.get("src", ""))
                if (safe := safe_url(url)) is None:
                    self._tell_link(token, url, "a figure is no http or https URL", "link to where the image is")
                else:
                    figures.append(Figure(safe, _caption(image)))
            if images and all(child.type in _AROUND_FIGURES or not child.content.strip() for child in children):
                figure_lines.update(range(*token.map))
        return figures, figure_lines

    def _tell_link(self, token: Token, url: str, message: str, mend: str) -> None:
        assert token.map is not None
        for index in range(token.map[0], min(token.map[1], len(self._lines))):
            if (column := self._lines[index].find(url)) >= 0 and url:
                self._tell(index + 1, column + 1, message, mend)
                return
        self._tell(token.map[0] + 1, 1, message, mend)


def _is_yaml(token: Token) -> bool:
    return token.type == "fence" and token.level == 0 and token.info.strip().casefold() == "yaml"


def _caption(image: Token) -> str:
    """The caption as text: what a code host shows in place of an image, without the marks of emphasis."""
    children = _walk(image.children or [])
    return " ".join("".join(" " if child.type.endswith("break") else child.content for child in children).split())


def _walk(tokens: list[Token]) -> list[Token]:
    """The tokens and what is inside of them; an image's caption counts as a part of the image."""
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        if token.children and token.type != "image":
            found.extend(_walk(token.children))
    return found
