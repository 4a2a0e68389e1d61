"""Write docs/commands.md, the reference of every command, from what `--help` prints.

Run `python docs/make_commands.py` after a change of the command line; a test says when it is stale.
"""

from __future__ import annotations

from pathlib import Path

import click

from phengraph.cli import group

TARGET = Path(__file__).with_name("commands.md")


def help_of(command: click.Command, path: str, parent: click.Context | None) -> list[str]:
    """Heading and help text of a command and of all below it; 100 columns wide."""
    context = click.Context(
        command,
        info_name=path.split()[-1],
        parent=parent,
        terminal_width=100,
        max_content_width=100,
        help_option_names=group.context_settings["help_option_names"],
    )
    lines = [f"{'#' * (1 + len(path.split()))} {path}", "", "```text", command.get_help(context), "```", ""]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                lines += help_of(below, f"{path} {name}", context)
    return lines


def reference() -> str:
    """The whole page."""
    lines = ["# Commands", "", "Made by `python docs/make_commands.py` from what `--help` prints.", ""]
    return "\n".join(lines + help_of(group, "phengraph", None))


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
