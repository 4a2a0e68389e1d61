"""Nothing of the collected facts was lost on their way into graph/.

The facts are the curator's collection that the shipped knowledge was made from (docs/curation.md). They are read here
as they are, and each slug, key, id, stance, mark and finding is looked for among what `read_graph` says. Knowledge that
people have added since is none of this test's business, so it asks for parts and not for equal wholes.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from phengraph.curate import read_graph
from phengraph.curate.scales import parse_scale
from phengraph.model import Checked, Conditions, Knowledge, Model, Note, Paper, Review
from phengraph.project import Project

pytestmark = pytest.mark.shared

Facts = dict[str, Any]
Row = dict[str, Any]

# The facts speak to their first reader ("the README", "see where"); these words were put otherwise, and no others.
REWORDED = {
    "README figure ": "the list's figure ",
    "README source": "source of the list's README",
    "two months after the README": "two months after the list",
    "the README drops": "the list drops",
    "(the README link)": "(the link of BMPrinciples)",
    "README links ": "BMPrinciples links ",
    "README of BMPrinciples says": "BMPrinciples says",
    "the README says only": "BMPrinciples says only",
    "source code, see where": "source code, at the locator",
    "Model them as claims with a date.": "They stand here as claims with a date.",
    "Clean up on import.": "Slips of the markup, left out here.",
    "No entries to import from it.": "It has no entries to take over.",
    "File name misspells": "The file name misspells",
    "keep the name when linking.": "the link keeps the name.",
}
CLAIMS_IN_OTHER_WORDS = {
    "loss-power-law-across-modalities",
    "compute-optimum-exists",
    "twenty-tokens-per-parameter",
    "params-and-tokens-scale-equally",
    "llama-7b-13b-improve-past-20x",
    "cosine-period-equals-steps",
    "code-effect-not-quantified",
    "modules-form-early",
    "neurons-form-later",
    "sharpness-hovers-at-threshold",
}
# Authors that the facts write with a bracket, as names.
TEAMS = {
    "grattafiori2024llama3": ("Llama Team", "Abhimanyu Dubey", "Aaron Grattafiori"),
    "deepseek2024llm": ("DeepSeek-AI", "Xiao Bi"),
    "lescao2022bloom": ("BigScience Workshop", "Teven Le Scao"),
    "qwen2025qwen3": ("Qwen Team", "An Yang"),
    "wang2025persona": ("Miles Wang",),
}
# What a range says without its words.
IMPLIED = {"up", "to", "and", "on", "of", "the", "parameters", "tokens", "models", "flops"}
# What the facts tell of a phenomenon beside its claims, and no note on the list tells.
TOLD_IN_PROSE = {
    "cosine-scheduler-prevalent": "whose size and data it does not name, and cites no paper",
    "double-descent": "they cite no paper for it, and none was found that tests it",
}


def shipped(text: str | None) -> str | None:
    """The facts' words as graph/ has them."""
    for before, after in REWORDED.items():
        text = text and text.replace(before, after)
    return text


def words(text: str) -> list[str]:
    return [word for found in re.findall(r"[a-z0-9.%]+", text.casefold()) if (word := found.strip("."))]


@pytest.fixture(scope="module")
def facts(shared: Path) -> Facts:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: Facts = yaml.load((shared / "curation" / "facts.yaml").read_text(encoding="utf-8"), Loader=loader)
    return loaded


@pytest.fixture(scope="module")
def knowledge(repository: Path) -> Knowledge:
    result = read_graph(Project(repository))
    assert result.problems == []
    return result.knowledge


def phenomena_of(facts: Facts) -> list[Row]:
    return [*facts["phenomena"], *facts["missing_phenomena"]]


def evidence_of(facts: Facts) -> list[Row]:
    further = [row for phenomenon in facts["missing_phenomena"] for row in phenomenon["evidence"]]
    return [*facts["evidence"], *further]


def test_the_facts_are_all_there_to_be_kept(facts: Facts) -> None:
    assert len(facts["topics"] + facts["missing_topics"]) == 17
    assert len(phenomena_of(facts)) == 44
    assert sum(len(phenomenon["claims"]) for phenomenon in phenomena_of(facts)) == 79
    assert len(evidence_of(facts)) == facts["meta"]["counts"]["evidence_total"] == 309
    assert (len(facts["papers"]), len(facts["models"]), len(facts["readme_issues"])) == (232, 33, 19)


def test_every_topic_is_kept_in_its_order(facts: Facts, knowledge: Knowledge) -> None:
    rows = facts["topics"] + facts["missing_topics"]
    slugs = [row["slug"] for row in rows]
    assert [slug for slug in knowledge.topics if slug in slugs] == slugs
    for row in rows:
        topic = knowledge.topics[row["slug"]]
        assert (topic.label, topic.aspect, topic.number) == (row["title"], row.get("aspect"), row.get("number"))


def test_every_phenomenon_is_kept(facts: Facts, knowledge: Knowledge) -> None:
    for row in phenomena_of(facts):
        phenomenon = knowledge.phenomena[row["slug"]]
        assert phenomenon.label == row["title"]
        assert phenomenon.topic == row["topic"]
        assert phenomenon.list_number == row.get("readme_number")
        assert list(phenomenon.seen_in) == row.get("models_named", [])
        assert list(phenomenon.listed_papers) == row.get("papers_cited_by_readme", [])


def test_every_figure_is_linked_at_the_commit_of_the_list(facts: Facts, knowledge: Knowledge) -> None:
    source = facts["meta"]["source_list"]
    base = f"https://raw.githubusercontent.com/{source['repository']}/{source['commit']}/"
    linked = 0
    for row in phenomena_of(facts):
        figures = knowledge.phenomena[row["slug"]].figures
        assert [figure.url for figure in figures] == [base + path for path in row.get("figures", [])]
        linked += len(figures)
        captions = words(" ".join(figure.caption for figure in figures).replace("the list", "the README"))
        # "(figure looked at)" is told once for all of them, in docs/curation.md.
        ignored = {"figure", "looked", "at", "both", "it", "is"}
        lost = set(words(row.get("figure_origin") or "")) - set(captions) - ignored
        assert not lost, row["slug"]
    assert linked == 15


def test_every_claim_is_kept_under_its_phenomenon(facts: Facts, knowledge: Knowledge) -> None:
    origins = {"readme": "list", "cited paper": "cited-paper", None: None}
    for row in phenomena_of(facts):
        slugs = [claim["slug"] for claim in row["claims"]]
        there = [slug for slug, claim in knowledge.claims.items() if claim.phenomenon == row["slug"]]
        assert [slug for slug in there if slug in slugs] == slugs
        for claim in row["claims"]:
            kept = knowledge.claims[claim["slug"]]
            assert kept.origin == origins[claim.get("origin")]
            sentence = kept.text.split("\n\n")[0]
            if kept.slug in CLAIMS_IN_OTHER_WORDS:
                assert sentence != claim["text"]
                numbers = {word for word in words(claim["text"]) if word[0].isdigit()}
                assert numbers <= {word.removesuffix("n") for word in words(sentence)}
            else:
                assert sentence == claim["text"]


def test_claims_about_a_state_of_knowledge_have_its_date(knowledge: Knowledge) -> None:
    dated = {slug: claim.as_of for slug, claim in knowledge.claims.items() if claim.as_of}
    assert (
        dated.items()
        >= {
            "prenorm-more-popular": "2023",
            "no-other-public-downstream-prediction": "2023-08",
            "code-effect-not-quantified": "2023-08",
        }.items()
    )


def test_every_evidence_is_kept(facts: Facts, knowledge: Knowledge) -> None:
    for row in evidence_of(facts):
        evidence = knowledge.evidence[row["id"]]
        assert knowledge.claims[evidence.claim].phenomenon == row["phenomenon"]
        kept = {
            "id": evidence.name,
            "claim": evidence.claim,
            "paper": evidence.paper,
            "stance": evidence.stance,
            "finding": evidence.finding,
            "where": evidence.locator,
            "confidence": evidence.confidence,
            "finding_check": evidence.checked,
            "finding_source": evidence.read_in,
            "origin": "readme" if evidence.origin == "list" else "added",
        }
        given = {key: shipped(row[key]) for key in kept}
        # What an evidence's paper was verified with is what its identifier was seen in.
        assert shipped(row["paper_verified_with"]) == knowledge.papers[row["paper"]].checks["id"]
        assert kept == given


def test_no_evidence_of_the_facts_is_there_twice(facts: Facts, knowledge: Knowledge) -> None:
    numbered = [name for name in knowledge.evidence if re.fullmatch(r"e\d{3}", name)]
    assert sorted(numbered) == sorted(row["id"] for row in evidence_of(facts))
    of_claims = Counter(knowledge.evidence[name].claim for name in numbered)
    assert of_claims == Counter(row["claim"] for row in evidence_of(facts))


def test_evidence_from_recall_is_proposed_and_all_other_accepted(facts: Facts, knowledge: Knowledge) -> None:
    rows = [knowledge.evidence[row["id"]] for row in evidence_of(facts)]
    proposed = [row for row in rows if row.review is Review.PROPOSED]
    assert len(proposed) == 106
    assert all(row.checked is Checked.RECALL for row in proposed)
    assert all(row.review is Review.ACCEPTED for row in rows if row.checked is not Checked.RECALL)


def ends(conditions: Conditions) -> set[float]:
    spans = (conditions.parameters, conditions.tokens, conditions.compute)
    return {end for span in spans if span for end in (span.minimum, span.maximum) if end is not None}


def scales(text: str) -> set[float]:
    numbers = [word for word in words(text) if re.fullmatch(r"[\d.]+(?:[kmbt]|e\d+)", word)]
    return {parse_scale(number.upper()) for number in numbers}


def test_no_word_of_the_conditions_is_lost(facts: Facts, knowledge: Knowledge) -> None:
    for row in evidence_of(facts):
        conditions = knowledge.evidence[row["id"]].conditions
        labels = [knowledge.models[key].label for key in conditions.models]
        said = set(words(" ".join([conditions.note or "", *conditions.datasets, *labels]))) | IMPLIED
        numbers = ends(conditions)
        lost = [word for word in words(row["conditions"]) if word not in said and not scales(word) & numbers]
        assert not lost, (row["id"], lost)


def test_no_range_says_more_than_the_words_of_the_conditions(facts: Facts, knowledge: Knowledge) -> None:
    ranges = 0
    for row in evidence_of(facts):
        numbers = ends(knowledge.evidence[row["id"]].conditions)
        assert numbers <= scales(row["conditions"]), row["id"]
        ranges += bool(numbers)
    assert ranges > 100


def test_every_paper_is_kept(facts: Facts, knowledge: Knowledge) -> None:
    for row in facts["papers"]:
        paper = knowledge.papers[row["key"]]
        assert (paper.title, paper.year, paper.venue) == (row["title"], row["year"], row["venue"])
        assert (paper.arxiv, paper.doi) == (row["arxiv"], row["doi"])
        assert row["url"] in (paper.url, paper.link)
        assert dict(paper.checks) == {
            name: value
            for name, value in (
                ("authors", row["authors_check"]),
                ("venue", row["venue_check"]),
                ("id", shipped(row["id_source"])),
            )
            if value
        }
        assert kept_authors(paper) == row["authors"] or paper.authors == TEAMS.get(paper.key)
        if row.get("note"):
            assert paper.note == shipped(row["note"])
        if row["kind"] != "paper":
            assert paper.kind == "misc"
    assert knowledge.papers["zhang2023modularity"].openreview == "XHuQacT6sa6"


def kept_authors(paper: Paper) -> list[str]:
    return [*paper.authors, *([] if paper.authors_complete else ["et al."])]


def test_every_model_is_kept(facts: Facts, knowledge: Knowledge) -> None:
    for row in facts["models"]:
        model: Model = knowledge.models[row["key"]]
        kept = {
            "name": model.label,
            "organisation": model.organisation,
            "parameters": model.parameters,
            "year": model.year,
            "normalization": model.normalization,
            "paper": model.paper,
            "normalization_source": model.checked_with,
            "normalization_confidence": model.confidence,
            "notes": model.note,
        }
        given = {key: row[key] for key in kept} | {"notes": shipped(row["notes"])}
        if row["key"] == "cpm":
            # Its bracket moved from the name to the note.
            assert row["name"] == "CPM (family; the README does not say which model)"
            given |= {"name": "CPM (family)", "notes": f"the source list does not say which model; {given['notes']}"}
        assert kept == given
        span = model.parameter_range
        if span:
            bounds = {end for end in (span.minimum, span.maximum) if end is not None}
            assert bounds <= scales(row["parameters"]), row["key"]


def test_every_placement_is_what_the_normalization_says(knowledge: Knowledge) -> None:
    said = {
        "undisclosed": "undisclosed",
        "post-norm with DeepNorm": "post-norm",
        "Sandwich-LN (before and after each branch)": "sandwich",
        "RMSNorm before and after each sub-layer": "sandwich",
        "RMSNorm on sub-layer outputs (reordered), plus query-key norm": "output",
        "as DeepSeek-V3": "pre-norm",
        None: None,
    }
    for model in knowledge.models.values():
        normalization = model.normalization
        expected = "pre-norm" if normalization and normalization.startswith("pre-norm") else said[normalization]
        assert model.norm_placement == expected, model.key


def test_every_error_of_the_list_is_noted_where_it_belongs(facts: Facts, knowledge: Knowledge) -> None:
    for row in facts["readme_issues"]:
        note: Note = knowledge.notes[row["id"]]
        readme = shipped(row["readme"])
        assert readme is not None and readme in note.list_says
        assert (note.fact, note.checked_with) == (shipped(row["fact"]), shipped(row["verified_with"]))
        assert note.confidence == row["confidence"]
        if note.about:
            number = knowledge.phenomena[note.about].list_number
            assert number is not None and row["where"].startswith(number)
        else:
            assert row["where"] in note.list_says


def test_what_the_facts_remark_on_a_phenomenon_is_told(facts: Facts, knowledge: Knowledge) -> None:
    remarked = {row["slug"] for row in facts["phenomena"] if row["notes"]}
    noted = {note.about for note in knowledge.notes.values()}
    assert remarked <= noted | TOLD_IN_PROSE.keys()
    for slug, told in TOLD_IN_PROSE.items():
        texts = [claim.text for claim in knowledge.claims.values() if claim.phenomenon == slug]
        assert told in " ".join([knowledge.phenomena[slug].description, *texts])


def test_the_normalization_table_is_told_with_what_is_right(facts: Facts, knowledge: Knowledge) -> None:
    description = knowledge.phenomena["normalization-no-consensus"].description
    for row in facts["readme_normalization_table"]:
        right = "yes" if row["correct"] else "**no**"
        assert f"| {row['readme_value']} | {row['verified']} | {right} |" in description
        assert row["claim"] in knowledge.claims and row["model"] in knowledge.models


def test_the_page_on_curation_counts_right(facts: Facts, repository: Path) -> None:
    page = " ".join((repository / "docs" / "curation.md").read_text(encoding="utf-8").split())
    evidence = evidence_of(facts)
    checked = Counter(row["finding_check"] for row in evidence)
    for mark in Checked:
        assert re.search(rf"\| `{mark}` \| [^|]+ \| {checked[mark]} \|", page), mark
    stances = Counter(row["stance"] for row in evidence)
    assert f"{stances['supports']} support a claim, {stances['contradicts']} contradict one" in page
    assert f"and {stances['qualifies']} qualify one" in page
    assert f"Only {sum(row['origin'] == 'readme' for row in evidence)} come from what the list itself cites" in page
    authors = Counter(row["authors_check"] for row in facts["papers"])
    assert f"for {authors['source']} papers the list of authors was seen" in page
    assert f"for {authors['first author seen']} only the first author" in page
    assert f"and for {authors['recall']} it was written from memory" in page
    venues = Counter(row["venue_check"] for row in facts["papers"])
    assert f"seen for {venues['source']} papers, from memory for {venues['recall']}" in page
