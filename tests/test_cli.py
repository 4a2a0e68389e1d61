"""The command line as a whole: what every command promises."""

from __future__ import annotations

import importlib.metadata
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from phengraph.cli import COMMANDS, group


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "phengraph", *arguments], capture_output=True, text=True, encoding="utf-8", cwd=cwd
    )


def all_commands() -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []

    def walk(name: str, command: click.Command) -> None:
        found.append((name, command))
        if isinstance(command, click.Group):
            context = click.Context(command)
            for below in command.list_commands(context):
                child = command.get_command(context, below)
                assert child is not None, f"{name} {below} is listed and does not exist"
                walk(f"{name} {below}".strip(), child)

    walk("", group)
    return found


@pytest.mark.parametrize(("name", "command"), all_commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_has_help(name: str, command: click.Command) -> None:
    assert command.help, f"{name or 'phengraph'} has no help"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]} has no help"


def test_the_reference_of_commands_is_what_help_prints(repository: Path) -> None:
    # In a process of its own: click keeps the first help option that it made of a command.
    made = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", "import sys, make_commands; sys.stdout.write(make_commands.reference())"],
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
        cwd=repository / "docs",
    ).stdout
    page = (repository / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == made, "stale; run: python docs/make_commands.py"


def test_outside_a_project_every_command_says_where_to_go(tmp_path: Path) -> None:
    result = run("check", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        f"phengraph: no phengraph.toml in {tmp_path} or above; go to a project's folder, use --project DIR, "
        "or make one with `phengraph init DIR`\n"
    )


def test_a_misspelt_command_gets_the_nearest_name(tmp_path: Path) -> None:
    result = run("chekc", cwd=tmp_path)
    assert result.returncode == 2
    assert "No such command 'chekc'. Did you mean 'check'?" in result.stderr


def test_a_misspelt_setting_gets_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "phengraph.toml").write_text('titel = "x"\n', encoding="utf-8")
    # `check` tells it as a problem with a place, like any other (tests/test_check.py).
    result = run("build", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr == "phengraph: phengraph.toml: unknown setting 'titel'; did you mean 'title'?\n"


def test_commands_are_imported_only_when_called() -> None:
    heavy = "import sys, phengraph.cli; sys.exit(any(name in sys.modules for name in ('rdflib', 'networkx', 'pyvis')))"
    assert subprocess.run([sys.executable, "-c", heavy]).returncode == 0


def test_every_command_has_a_module() -> None:
    assert len(set(COMMANDS)) == len(COMMANDS)


@pytest.mark.parametrize("arguments", [("query", "--list"), ("check", "--format", "json"), ("--help",)])
def test_an_output_that_cannot_be_written_is_told_in_a_sentence(toy_copy: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "phengraph", *arguments]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=toy_copy)
    assert result.returncode == 1
    assert result.stderr == "phengraph: no space left on device; make room and run the command again\n"


def test_a_disk_without_room_for_the_cache_is_told_in_a_sentence(toy_copy: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "phengraph", "build"],
        capture_output=True,
        text=True,
        cwd=toy_copy,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000)),
    )
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == "phengraph: file too large; make room and run the command again"
    assert "Traceback" not in result.stderr
    assert not list((toy_copy / ".phengraph" / "datasets").iterdir()), "half a snapshot is left"


@pytest.fixture
def toy_copy(repository: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "toy"
    shutil.copytree(repository / "tests" / "toy", folder, ignore=shutil.ignore_patterns(".phengraph"))
    shutil.copytree(repository / "examples", folder / "examples")
    return folder


def test_ctrl_c_while_the_program_is_loaded_is_a_word_and_no_traceback(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'phengraph.cli': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from phengraph.__main__ import main\n"
        "main()\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (130, "phengraph: stopped\n")
    metadata = importlib.metadata.entry_points(group="console_scripts", name="phengraph")
    assert {one.value for one in metadata} == {"phengraph.__main__:main"}
