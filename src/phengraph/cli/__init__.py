"""The command line: parse, call, print.

Each command is one module here, imported only when it is called, so that `phengraph query` does not pay for the
server or the picture. Exit codes: 0 fine, 1 problems or an error told in one sentence, 2 wrong usage, 75 try again
later (another refresh is running), 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from pathlib import Path
from typing import Any

import click

from phengraph.problems import PhengraphError, nearest
from phengraph.project import Project, find_project

# Command -> module of this package that defines it under `command`, in the order in which --help shows them.
COMMANDS: dict[str, str] = {
    "explore": "explore",
    "check": "check",
    "add": "add",
    "init": "init",
    "build": "build",
    "query": "query",
    "serve": "serve",
    "show": "show",
    "export": "export",
    "refresh": "refresh",
    "suggestions": "suggestions",
    "discover": "discover",
    "review": "review",
    "schedule": "schedule",
    "changes": "changes",
    "corpus": "corpus",
}


class LazyCommands(click.Group):
    """Commands by name, each imported when it is asked for; a misspelt one gets the nearest name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"phengraph.cli.{COMMANDS[cmd_name]}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            suggestion = nearest(args[0], COMMANDS) if args else None
            if suggestion is None:
                raise
            message = f"No such command '{args[0]}'. Did you mean '{suggestion}'?"
            raise click.UsageError(message, ctx) from error


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="phengraph")
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    show_default="this folder or the nearest above",
    help="The project's folder, or one inside it.",
)
@click.pass_context
def group(ctx: click.Context, project: Path) -> None:
    """Explore, query and keep a knowledge graph of the phenomena of large models."""
    ctx.obj = project


def project_of(ctx: click.Context) -> Project:
    """The project that a command works on.

    Raises:
        ProjectNotFound: there is none here or above.
    """
    start = ctx.find_root().obj
    assert isinstance(start, Path)
    return find_project(start)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; returns never, the exit code is the answer."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot write a letter gets a question mark for it, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        result = group.main(arguments, standalone_mode=False)
        sys.exit(result if isinstance(result, int) else 0)
    except PhengraphError as error:
        click.echo(f"phengraph: {error}", err=True)
        sys.exit(1)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("phengraph: stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader (`| head`) has gone; nothing is wrong, and nothing may be said into a closed pipe.
        _close_output()
        sys.exit(0)
    except OSError as error:
        # What the system refused and no command expected: a full disk, a file that may not be read.
        click.echo(f"phengraph: {_told(error)}", err=True)
        _close_output()
        sys.exit(1)


def _close_output() -> None:
    """Nothing more goes to standard output; what is still to be written there would fail again at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(error: OSError) -> str:
    """An error of the system as one sentence with the next step.

    >>> _told(PermissionError(errno.EACCES, "Permission denied", "graph/papers.bib"))
    'graph/papers.bib: permission denied; mend its permissions and run the command again'
    >>> _told(OSError(errno.ENOSPC, "No space left on device"))
    'no space left on device; make room and run the command again'
    """
    place = f"{error.filename}: " if error.filename is not None else ""
    reason = error.strerror or str(error) or type(error).__name__
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        step = "make room and run the command again"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        step = "mend its permissions and run the command again"
    else:
        step = "mend that and run the command again"
    return f"{place}{reason[:1].lower()}{reason[1:]}; {step}"
