# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""explorer.json and the page around it: what Python hands to the browser."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from explorer_samples import GOLDEN, HOSTILE, built, cited_toy, golden_text, hostile  # noqa: F401 - fixtures
from repositories import toy_repository

from phengraph import explorer
from phengraph.dataset import Dataset, build_dataset
from phengraph.export import export, find_format
from phengraph.export.explorer import page, script_hash
from phengraph.export.explorer_data import explorer_json
from phengraph.export.explorer_form import ExplorerGraph, schema_text
from phengraph.export.folding import fold_quads
from phengraph.problems import ExportError


def _golden() -> dict[str, Any]:
    golden: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return golden


def _without_places(graph: dict[str, Any]) -> dict[str, Any]:
    # The layout promises the same places on one machine only; which nodes have one is the same everywhere.
    papers = [paper | {"at": paper["at"] is not None} for paper in graph["citingPapers"]]
    return graph | {"positions": sorted(graph["positions"]), "citingPapers": papers}


def test_the_toy_gives_the_golden_file(cited_toy: Dataset, tmp_path: Path) -> None:
    made = golden_text(explorer_json(cited_toy).decode())
    (tmp_path / "explorer.json").write_text(made, encoding="utf-8")
    assert _without_places(json.loads(made)) == _without_places(_golden()), (
        f"explorer.json has changed; look at the difference, then: cp {tmp_path}/explorer.json {GOLDEN}"
    )


def test_statuses_that_moved_are_those_of_the_commits(tmp_path: Path) -> None:
    repository = toy_repository(tmp_path / "toy")
    repository.commit("all", date="2026-01-10T12:00:00Z")
    gadgets = "graph/phenomena/gadget-emergence.md"
    repository.edit(gadgets, "  - contradicts: echo2022small", "  - supports: echo2022small")
    repository.commit("turn", date="2026-02-10T12:00:00Z")
    graph = json.loads(explorer_json(build_dataset(repository.project)))
    assert graph["history"] == {"since": "2026-01-10", "whole": True}
    assert graph["statusChanges"] == [
        {"date": "2026-02-10", "claim": "gadgets-do-good", "before": "conditional", "after": "supported"}
    ]


def test_the_same_dataset_gives_the_same_bytes(cited_toy: Dataset) -> None:
    assert explorer_json(cited_toy) == explorer_json(cited_toy)


def test_the_golden_file_fits_the_schema() -> None:
    schema = json.loads(explorer.SCHEMA_PATH.read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(schema).check_schema(schema)
    jsonschema.validate(_golden(), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(_golden() | {"surprise": 1}, schema)


def test_the_packaged_schema_is_the_generated_one() -> None:
    assert explorer.SCHEMA_PATH.read_text(encoding="utf-8") == schema_text(), (
        "run `python -m phengraph.export.explorer_form`"
    )


def test_the_pages_types_have_the_names_of_the_schema(repository: Path) -> None:
    contract = (repository / "explorer" / "src" / "core" / "contract.ts").read_text(encoding="utf-8")
    interfaces = {
        name: set(re.findall(r"^  (\w+): ", body, re.M))
        for name, body in re.findall(r"export interface (\w+) \{\n(.*?)\n\}", contract, re.S)
    }
    schema = ExplorerGraph.model_json_schema(by_alias=True)
    expected = {"ExplorerGraph": set(schema["properties"])}
    expected |= {name: set(form["properties"]) for name, form in schema["$defs"].items() if "properties" in form}
    assert interfaces == expected


def test_citing_papers_stand_once_and_citations_name_them_by_place() -> None:
    graph = _golden()
    assert [one["id"] for one in graph["citingPapers"]] == sorted({one["id"] for one in graph["citingPapers"]})
    twice = [one["citing"] for one in graph["citations"] if one["citing"] is not None]
    assert len(twice) == 5 and len(set(twice)) == 4
    assert [one["removed"] for one in graph["citations"] if one["removed"]] == ["2026-02-02"]


def test_named_queries_come_with_title_and_comment() -> None:
    queries = {one["name"]: one for one in _golden()["queries"]}
    assert queries["all-claims"]["title"] == "Made-up query of claims"
    assert queries["all-claims"]["comment"] == "Every claim of the toy, by its label."


def test_the_vocabulary_is_there_for_completion() -> None:
    terms = {one["name"]: one for one in _golden()["vocabulary"]}
    assert terms["ph:supports"]["kind"] == "property"
    assert terms["ph:Claim"]["kind"] == "class" and terms["ph:Claim"]["label"] == "Claim"
    assert terms["ph:Contested"]["kind"] == "individual"
    assert terms["skos:prefLabel"]["kind"] == "property"


def _parts(content: str) -> dict[str, bytes]:
    found = re.findall(r'<script type="text/plain" id="(\w+)">([A-Za-z0-9+/=]*)</script>', content)
    return {name: gzip.decompress(base64.b64decode(packed)) for name, packed in found}


def test_the_file_carries_graph_quads_engine_and_licences(cited_toy: Dataset, built: None) -> None:
    parts = _parts(page(cited_toy, "file").decode())
    assert list(parts) == ["graph", "quads", "worker", "engine", "licences"]
    assert parts["graph"] == explorer_json(cited_toy)
    quads = cited_toy.quads_path.read_text(encoding="utf-8").split("\n")
    assert parts["quads"].decode() == "\n".join(fold_quads(quads, cited_toy.base))
    assert parts["engine"].startswith(b"\0asm")
    for package in ("preact", "sigma", "oxigraph", "@codemirror/state", "temml", "uplot"):
        assert re.search(rf"^{re.escape(package)} \d", parts["licences"].decode(), re.M), package


def test_the_file_lets_only_its_own_script_run(cited_toy: Dataset, built: None) -> None:
    content = page(cited_toy, "file").decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', content)
    scripts = re.findall(r"<script>(.*?)</script>", content, re.S)
    assert policy and len(scripts) == 1
    allowed = policy[1].replace("&#x27;", "'")
    assert f"'sha256-{script_hash(scripts[0])}'" in allowed
    assert "default-src 'none'" in allowed and "unsafe-eval'" in allowed.replace("'wasm-unsafe-eval'", "unsafe-eval'")
    assert "connect-src" not in allowed and "script-src 'unsafe-inline'" not in allowed


def test_the_file_names_no_address_to_load_from(cited_toy: Dataset, built: None) -> None:
    content = page(cited_toy, "file").decode()
    outside = re.sub(r"<script[^>]*>.*?</script>|<style>.*?</style>", "", content, flags=re.S)
    assert re.findall(r'(?:src|href)="(?!data:)[^"]*"', outside) == []
    style = re.search(r"<style>(.*?)</style>", content, re.S)
    assert style and re.findall(r"url\((?!['\"]?data:)|@import", style[1]) == []


def test_the_shipped_graph_fits_in_six_megabytes(repository: Path, built: None) -> None:
    from phengraph.dataset import open_dataset
    from phengraph.project import Project

    assert len(page(open_dataset(Project(repository)), "file")) < 6_000_000


def test_hostile_text_stays_text_in_the_frame(hostile: Dataset, built: None) -> None:
    content = page(hostile, "file").decode()
    frame = re.sub(
        r'<script type="text/plain".*?</script>|<script>.*?</script>|<style>.*?</style>', "", content, flags=re.S
    )
    assert HOSTILE not in frame
    assert "<img" not in frame and "<svg onload" not in frame and "<script>alert" not in content
    assert "&lt;/script&gt;" in frame


def test_the_served_frame_asks_for_hashed_parts(built: None) -> None:
    content = page(None, "served", root="/x&y/", title="A & <B>").decode()
    hashes = explorer.asset_hashes()
    for name in ("app.js", "app.css"):
        assert f'"/x&amp;y/static/explorer/{name}?v={hashes[name][:16]}"' in content
    integrity = base64.b64encode(hashlib.sha256(explorer.read_asset("app.js")).digest()).decode()
    assert f'integrity="sha256-{integrity}"' in content
    assert "<title>A &amp; &lt;B&gt;</title>" in content
    assert 'data-root="/x&amp;y/">' in content
    assert " data-refresh>" in page(None, "served", refresh=True).decode()


def test_only_known_parts_are_handed_out(built: None) -> None:
    for name in ("../__init__.py", "stamp.txt", ""):
        with pytest.raises(KeyError):
            explorer.read_asset(name)


def test_export_makes_the_page(cited_toy: Dataset, built: None) -> None:
    assert find_format("explorer").file_name == "explorer.html"
    assert export(cited_toy, "explorer") == page(cited_toy, "file")


def test_a_page_that_was_not_built_is_told_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"not part of this installation.*install phengraph again"):
        explorer.asset_hashes(tmp_path)
    with pytest.raises(ExportError, match="node build"):
        explorer.read_asset("app.js", tmp_path)
