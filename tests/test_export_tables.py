"""CSV: RFC 4180, columns that stay, and no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pytest
from export_samples import ODD_TITLES, odd, odd_knowledge, toy  # noqa: F401 - fixtures, used by their names
from hypothesis import given
from hypothesis import strategies as st

from phengraph.dataset import Dataset
from phengraph.export import Options, export
from phengraph.export.tables import guard, unguard
from phengraph.problems import UnknownName
from phengraph.views import read_view


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def table(dataset: Dataset, name: str) -> list[dict[str, str]]:
    content = export(dataset, "csv", Options(table=name))
    assert isinstance(content, bytes)
    return rows(content)


def test_the_folder_has_a_table_of_each_kind_and_one_table_is_the_same(toy: Dataset) -> None:  # noqa: F811
    files = export(toy, "csv")
    assert not isinstance(files, bytes)
    names = ["papers", "phenomena", "claims", "evidence", "models", "notes"]
    assert list(files) == [f"{name}.csv" for name in names]
    for name in names:
        assert export(toy, "csv", Options(table=name)) == files[f"{name}.csv"]


def test_columns_are_a_contract(toy: Dataset) -> None:  # noqa: F811
    """Columns are added at the end, never renamed or moved; so this list only grows, and only at its ends."""
    files = export(toy, "csv")
    assert not isinstance(files, bytes)
    assert {name: content.split(b"\r\n", 1)[0].decode() for name, content in files.items()} == {
        "papers.csv": "key,title,authors,authors_complete,year,month,venue,type,arxiv,doi,openreview,corpus_id,url,"
        "link,note,supports,contradicts,qualifies,inconclusive,citations,influential_citations,counted_on,authors_checked,"
        "venue_checked,id_source,verified_with",
        "phenomena.csv": "slug,label,label_zh,topic,topic_label,aspect,list_number,description,seen_in,listed_papers,"
        "claims,figures,file",
        "claims.csv": "slug,phenomenon,phenomenon_label,topic,label,text,status,reason,support_share,supporting_teams,"
        "contradicting_teams,qualifying_teams,support_weight,contradict_weight,flags,rule,supports,contradicts,"
        "qualifies,inconclusive,proposed,origin,as_of,file",
        "evidence.csv": "name,claim,phenomenon,paper,stance,strength,review,checked,confidence,finding,locator,quote,"
        "min_parameters,max_parameters,min_tokens,max_tokens,min_compute,max_compute,models,datasets,metric,note,"
        "read_in,origin,file",
        "models.csv": "key,label,organisation,parameters,min_parameters,max_parameters,year,normalization,"
        "norm_placement,paper,checked_with,confidence,note",
        "notes.csv": "slug,phenomenon,list_says,fact,checked_with,confidence,file",
    }


def test_the_form_is_rfc_4180(odd: Dataset) -> None:  # noqa: F811
    files = export(odd, "csv")
    assert not isinstance(files, bytes)
    for content in files.values():
        assert not content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n")
        widths = {len(row) for row in csv.reader(io.StringIO(content.decode(), newline=""), strict=True)}
        assert len(widths) == 1


def test_rows_say_what_the_view_says(toy: Dataset) -> None:  # noqa: F811
    view = read_view(toy)
    claims = {row["slug"]: row for row in table(toy, "claims")}
    assert list(claims) == list(view.knowledge.claims)
    gadgets = claims["gadgets-appear-suddenly"]
    assert (gadgets["supports"], gadgets["contradicts"], gadgets["inconclusive"]) == ("2", "1", "1")
    assert gadgets["status"] == view.statuses["gadgets-appear-suddenly"].status
    assert gadgets["reason"] == view.statuses["gadgets-appear-suddenly"].reason
    evidence = {row["name"]: row for row in table(toy, "evidence")}
    assert list(evidence) == list(view.knowledge.evidence)
    row = evidence["gadgets-appear-suddenly.delta2021scale"]
    assert (row["phenomenon"], row["stance"], row["models"]) == ("gadget-emergence", "contradicts", "gadgetor-2")
    assert (row["min_parameters"], row["max_parameters"]) == ("100000000", "175000000000")
    assert (row["min_compute"], row["max_tokens"]) == ("6e+18", "")
    papers = {row["key"]: row for row in table(toy, "papers")}
    assert papers["bravo2020gadgets"]["authors"] == "Bea Beta; Gus Gamma"
    assert papers["bravo2020gadgets"]["authors_complete"] == "false"
    assert papers["alpha2019widgets"]["link"] == "https://doi.org/10.5555/made-up.1"
    assert [row["slug"] for row in table(toy, "phenomena")] == list(view.knowledge.phenomena)
    assert [row["key"] for row in table(toy, "models")] == sorted(view.knowledge.models)
    assert [row["slug"] for row in table(toy, "notes")] == list(view.knowledge.notes)


def test_the_latest_count_stands_beside_its_paper(odd: Dataset) -> None:  # noqa: F811
    row = next(row for row in table(odd, "papers") if row["key"] == "mathml2099")
    assert (row["citations"], row["influential_citations"], row["counted_on"]) == ("12", "1", "2099-12-24")


def test_odd_text_comes_back(odd: Dataset) -> None:  # noqa: F811
    papers = {row["key"]: unguard(row["title"]) for row in table(odd, "papers")}
    assert papers == {key: paper.title for key, paper in odd_knowledge().papers.items()}
    findings = [unguard(row["finding"]) for row in table(odd, "evidence")]
    assert sorted(findings) == sorted(ODD_TITLES.values())
    crowd = next(row for row in table(odd, "papers") if row["key"] == "crowd2099")
    assert len(crowd["authors"].split("; ")) == 5000


def test_no_cell_begins_a_formula(odd: Dataset) -> None:  # noqa: F811
    titles = [row["title"] for row in table(odd, "papers")]
    assert "'=HYPERLINK(made-up)" in titles
    files = export(odd, "csv")
    assert not isinstance(files, bytes)
    for content in files.values():
        for row in rows(content):
            assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@given(st.text(st.sampled_from("'=+-@\t\rab")) | st.text())
def test_a_guarded_text_comes_back_and_begins_no_formula(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    if text[:1].isalnum():
        assert guard(text) == text


def test_an_unknown_table_suggests_the_nearest(toy: Dataset) -> None:  # noqa: F811
    with pytest.raises(UnknownName) as caught:
        export(toy, "csv", Options(table="claim"))
    assert str(caught.value) == "no table named 'claim'; did you mean 'claims'?"
