"""The examples of docs/format.md are a project that is right, and the page names every key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from phengraph.checking import check_project
from phengraph.curate import forms
from phengraph.curate.fields import CHECK_FIELDS, VENUE_FIELDS
from phengraph.project import Project


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "format.md").read_text(encoding="utf-8")


def example(page: str, heading: str, fence: str) -> str:
    """The first block below a heading."""
    section = page.split(f"\n## {heading}\n", 1)[1]
    match = re.search(rf"^{fence}\w+\n(.*?)^{fence}$", section, re.MULTILINE | re.DOTALL)
    assert match is not None
    return match[1]


def test_the_examples_are_a_project_that_is_right(page: str, tmp_path: Path) -> None:
    (tmp_path / "phengraph.toml").write_text("", encoding="utf-8")
    phenomena = tmp_path / "graph" / "phenomena"
    phenomena.mkdir(parents=True)
    for name, heading, fence in (
        ("phenomena/widgets-grow.md", "A phenomenon's file", "````"),
        ("papers.bib", "papers.bib", "```"),
        ("models.yaml", "models.yaml", "```"),
        ("topics.yaml", "topics.yaml", "```"),
        ("decisions/ada-alpha.jsonl", "Decisions", "```"),
    ):
        (tmp_path / "graph" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "graph" / name).write_text(example(page, heading, fence), encoding="utf-8")
    result = check_project(Project(tmp_path))
    assert result.problems == []
    assert result.summary == "1 phenomenon, 1 claim, 3 evidence, 2 papers, 1 model: 0 errors, 0 warnings"


FORMS = [value for value in vars(forms).values() if isinstance(value, type) and issubclass(value, forms.Form)]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_the_page_names_every_key(form: type[BaseModel], page: str) -> None:
    for name, field in form.model_fields.items():
        assert re.search(rf"`{field.alias or name}`|^\s*-? ?{field.alias or name}:", page, re.MULTILINE), name


def test_the_page_names_every_field_of_ours(page: str) -> None:
    for name in (*CHECK_FIELDS, *VENUE_FIELDS, "openreview", "corpusid"):
        assert f"`{name}`" in page


def test_the_evidence_of_contributing_fits_into_a_claim(repository: Path) -> None:
    from phengraph.curate.wording import read_form
    from phengraph.curate.yamltext import read_yaml
    from phengraph.problems import Problem

    text = (repository / "CONTRIBUTING.md").read_text(encoding="utf-8")
    match = re.search(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert match is not None
    problems: list[Problem] = []
    yaml = read_yaml(f"claim: x\nevidence:\n{match[1]}", "CONTRIBUTING.md", problems)
    assert yaml is not None
    assert read_form(forms.ClaimBlock, yaml, "CONTRIBUTING.md", problems, what="the block") is not None
    assert problems == []
