"""`phengraph add`: a valid entry in the right file, with no other byte moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from phengraph.cli import adding_common as common
from phengraph.cli.add_paper import paper

if TYPE_CHECKING:
    from phengraph.model import Evidence, Range

STANCES = ("supports", "contradicts", "qualifies", "inconclusive")
CHECKED = ("paper", "figure", "abstract", "excerpt", "code", "summary", "recall")
CONFIDENCE = ("high", "medium", "low")
PLACEMENTS = ("pre-norm", "post-norm", "sandwich", "output", "undisclosed")


def scale(ctx: click.Context, param: click.Parameter, value: str | None) -> Range | None:
    """A range of a scale from an option: `70M..16B`."""
    from phengraph.curate.scales import parse_range

    try:
        return None if value is None else parse_range(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", ctx, param) from error


@click.group("add")
def command() -> None:
    """Add an entry to graph/: the right file, the right place, no other byte moved.

    The edit is checked before it is written. If it would bring an error, nothing is written and you are told why.
    """


command.add_command(paper)


def _stances(function: Callable[..., Any]) -> Callable[..., Any]:
    for stance in reversed(STANCES):
        says = "could not tell" if stance == "inconclusive" else f"{stance} the claim"
        function = click.option(f"--{stance}", metavar="PAPER", help=f"Key of the paper, when it {says}.")(function)
    return function


@command.command()
@click.option("--claim", required=True, metavar="SLUG", help="The claim that the evidence bears on.")
@_stances
@click.option("--finding", required=True, help="What the paper found, in a sentence of your own.")
@click.option("--checked", required=True, type=click.Choice(CHECKED), help="What you read of the paper.")
@click.option("--locator", help="Section, figure, table or page.")
@click.option("--parameters", callback=scale, help="Numbers of parameters: 70M..16B, 175B, ..1B.")
@click.option("--tokens", callback=scale, help="Numbers of training tokens: 5B..500B.")
@click.option("--compute", callback=scale, help="Training compute in FLOPs: 6e18..3e21.")
@click.option("--model", "models", multiple=True, metavar="KEY", help="A model it was tested on. Again for more.")
@click.option("--dataset", "datasets", multiple=True, metavar="NAME", help="A data set. Again for more.")
@click.option("--metric", help="What was measured.")
@click.option("--note", help="Other conditions, in words.")
@click.option("--strength", type=click.Choice(["strong", "moderate", "weak"]), default="moderate", show_default=True,
              help="How much the finding weighs.")  # fmt: skip
@click.option("--confidence", type=click.Choice(CONFIDENCE),
              help="How sure you are of the reading.  [default: high, from recall medium]")  # fmt: skip
@click.option("--review", type=click.Choice(["proposed", "accepted", "rejected", "retired"]),
              help="Only accepted evidence counts.  [default: accepted, from recall proposed]")  # fmt: skip
@click.option(
    "--origin", type=click.Choice(["list"]), help="`list` when the source list itself cites the paper for it."
)
@click.option("--quote", help="Words of the paper that stand together, verbatim.")
@click.option("--read-in", help="Where you read it, when not in the paper itself.")
@click.option("--id", "name", help="A name of its own.  [default: CLAIM.PAPER]")
@common.dry_run
@click.pass_context
def evidence(ctx: click.Context, /, *, claim: str, dry_run: bool, **given: Any) -> None:
    """Add evidence to a claim.

    \b
    phengraph add evidence --claim twenty-tokens-per-parameter \\
        --supports hoffmann2022chinchilla --finding "..." --locator "table 3" --checked paper
    """
    adding = common.Adding(ctx, dry_run=dry_run)
    stances = [(stance, given[stance]) for stance in STANCES if given[stance]]
    if len(stances) != 1:
        options = ", ".join(f"--{stance}" for stance in STANCES)
        raise click.UsageError(f"Give the paper by one of {options}.", ctx)
    stance, paper_key = stances[0]
    adding.must_know("claim", claim)
    adding.must_know("paper", paper_key)
    for model in given["models"]:
        adding.must_know("model", model)
    adding.write(_evidence(adding, claim, stance, paper_key, given), claim=claim)


def _evidence(adding: common.Adding, claim: str, stance: str, paper_key: str, given: dict[str, Any]) -> Evidence:
    from phengraph.curate.phenomena import default_confidence, default_name, default_review
    from phengraph.model import Checked, Conditions, Confidence, Evidence, Review, Stance, Strength

    text, checked = adding.line, Checked(given["checked"])
    return Evidence(
        name=given["name"] or adding.free_name(default_name(claim, paper_key)),
        claim=claim,
        paper=paper_key,
        stance=Stance(stance),
        finding=text(given["finding"], "the finding") or "",
        locator=text(given["locator"], "the locator"),
        conditions=Conditions(
            parameters=given["parameters"],
            tokens=given["tokens"],
            compute=given["compute"],
            models=tuple(given["models"]),
            datasets=tuple(text(name, "the data set") or "" for name in given["datasets"]),
            metric=text(given["metric"], "the metric"),
            note=text(given["note"], "the note"),
        ),
        strength=Strength(given["strength"]),
        checked=checked,
        confidence=Confidence(given["confidence"] or default_confidence(checked)),
        review=Review(given["review"] or default_review(checked)),
        origin=given["origin"],
        quote=text(given["quote"], "the quote"),
        read_in=text(given["read_in"], "--read-in"),
        source=common.NOWHERE,
    )


@command.command()
@click.option("--phenomenon", required=True, metavar="SLUG", help="The phenomenon that the claim is about.")
@click.option("--label", required=True, help="The heading: the claim in a few words, without a full stop.")
@click.option("--text", required=True, help="The claim in full: one sentence that could be false.")
@click.option("--slug", help="Its name.  [default: made of the heading]")
@click.option("--origin", type=click.Choice(["list", "cited-paper"]), help="Where the claim was stated.")
@click.option("--as-of", metavar="DATE", help="When it speaks of the state of knowledge on a date: 2023-08.")
@common.dry_run
@click.pass_context
def claim(
    ctx: click.Context, phenomenon: str, label: str, text: str, slug: str | None, origin: str | None,
    as_of: str | None, dry_run: bool,
) -> None:  # fmt: skip
    """Add a claim to a phenomenon, to which evidence can then be added."""
    from phengraph.model import Claim

    adding = common.Adding(ctx, dry_run=dry_run)
    adding.must_know("phenomenon", phenomenon)
    heading = adding.line(label, "the label") or ""
    adding.write(
        Claim(
            slug=slug or common.slug_of(ctx, heading),
            phenomenon=phenomenon,
            label=heading,
            text=adding.prose(text, "the text"),
            origin=origin,
            as_of=as_of,
            source=common.NOWHERE,
        )
    )


@command.command()
@click.option("--label", required=True, help="What the phenomenon is called.")
@click.option("--label-zh", help="The same in Chinese.")
@click.option("--topic", required=True, metavar="SLUG", help="A topic of graph/topics.yaml.")
@click.option("--slug", help="The name of its file.  [default: made of the label]")
@click.option("--description", default="", help="What is seen, in Markdown with $maths$.")
@click.option("--list-number", help="Its number in the source list: How 1.2.")
@click.option("--seen-in", multiple=True, metavar="MODEL", help="Key of a model it was seen in. Again for more.")
@click.option(
    "--list-cites", multiple=True, metavar="PAPER", help="Key of a paper that the list cites. Again for more."
)
@click.option(
    "--figure", "figures", multiple=True, nargs=2, metavar="URL CAPTION", help="A figure to link. Again for more."
)
@common.dry_run
@click.pass_context
def phenomenon(
    ctx: click.Context, label: str, label_zh: str | None, topic: str, slug: str | None, description: str,
    list_number: str | None, seen_in: tuple[str, ...], list_cites: tuple[str, ...],
    figures: tuple[tuple[str, str], ...], dry_run: bool,
) -> None:  # fmt: skip
    """Add a phenomenon: a new file of graph/phenomena/, to which claims can then be added."""
    from phengraph.identifiers import safe_url
    from phengraph.model import Figure, Phenomenon

    adding = common.Adding(ctx, dry_run=dry_run)
    adding.must_know("topic", topic)
    for kind, names in (("model", seen_in), ("paper", list_cites)):
        for name in names:
            adding.must_know(kind, name)
    for url, _ in figures:
        if safe_url(url) is None:
            raise click.BadParameter(f"'{url}' is no http or https URL.", ctx, param_hint="--figure")
    name = adding.line(label, "the label") or ""
    adding.write(
        Phenomenon(
            slug=slug or common.slug_of(ctx, name),
            label=name,
            label_zh=adding.line(label_zh, "the Chinese label"),
            topic=topic,
            list_number=adding.line(list_number, "--list-number"),
            seen_in=seen_in,
            listed_papers=list_cites,
            description=adding.prose(description, "the description"),
            figures=tuple(Figure(safe_url(url) or "", adding.line(text, "the caption") or "") for url, text in figures),
            source=common.NOWHERE,
        )
    )


@command.command()
@click.argument("key")
@click.option("--label", required=True, help="What the model is called.")
@click.option("--organisation", help="Who made it.")
@click.option("--parameters", help="Its sizes in words: 7B, 13B, 70B.")
@click.option("--range", "span", callback=scale, help="Its sizes as a range: 7B..70B.")
@click.option("--year", type=click.IntRange(1950, 2099), help="The year of its release.")
@click.option("--normalization", help="How its layers normalize, in words: pre-norm, RMSNorm.")
@click.option("--placement", type=click.Choice(PLACEMENTS), help="Where the normalization stands.")
@click.option("--paper", "paper_key", metavar="KEY", help="The paper that introduces it.")
@click.option("--checked-with", help="Where the normalization was read.")
@click.option("--confidence", type=click.Choice(CONFIDENCE), default="high", show_default=True,
              help="How sure you are of it.")  # fmt: skip
@click.option("--note", help="Anything else.")
@common.dry_run
@click.pass_context
def model(
    ctx: click.Context, /, key: str, paper_key: str | None, span: Range | None, dry_run: bool, **given: Any
) -> None:
    """Add a model to graph/models.yaml under a KEY."""
    from phengraph.model import Confidence, Model

    adding = common.Adding(ctx, dry_run=dry_run)
    if paper_key:
        adding.must_know("paper", paper_key)
    adding.write(
        Model(
            key=key,
            label=adding.line(given["label"], "the label") or "",
            organisation=adding.line(given["organisation"], "the organisation"),
            parameters=adding.line(given["parameters"], "the parameters"),
            parameter_range=span,
            year=given["year"],
            normalization=adding.line(given["normalization"], "the normalization"),
            norm_placement=given["placement"],
            paper=paper_key,
            checked_with=adding.line(given["checked_with"], "--checked-with"),
            confidence=Confidence(given["confidence"]),
            note=adding.line(given["note"], "the note"),
            source=common.NOWHERE,
        )
    )
