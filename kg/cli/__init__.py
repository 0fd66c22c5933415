"""The command line: arguments, tables, progress bars and exit statuses; no logic of its own.

Exit status: 0 done; 1 a defect of the program; 2 usage; 3 bad input; 4 store; 5 remote service;
6 query refused or timed out; 7 validation failed; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import TYPE_CHECKING

import typer

from kg.cli import analysing, asking, further_literature, literature, making, walking
from kg.errors import INTERRUPTED, KgError, StoreError, interrupted

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    name="kg",
    help="exil8: a knowledge graph of how cells talk to each other, with the papers behind every step.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (making, asking, walking, analysing, literature, further_literature):
    room.register(app)

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def _version(value: bool) -> None:
    if value:
        from kg._version import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    _version_: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Say what the program is; options that go before any command stand here."""


def _report_defect(error: BaseException) -> int:
    """Write the traceback to a log file and say where it is: a person never sees one."""
    import tempfile
    import traceback

    text = "".join(traceback.format_exception(error))
    reason = " ".join(str(error).split())[:200]
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="exil8-error-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as log:
            log.write(text)
        where = f"please report it with {log.name}"
    except OSError:
        where = "please report it"
    typer.echo(f"kg: a defect of the program ({type(error).__name__}: {reason}); {where}", err=True)
    return 1


def _report_usage(error: Exception) -> int:
    """Say what is wrong with the arguments; without any, show the help."""
    message = error.format_message()  # type: ignore[attr-defined]
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(message, err=True)
    else:
        typer.echo(f"kg: {' '.join(message.split())} (kg --help shows what there is)", err=True)
    return int(getattr(error, "exit_code", 2))


def _reader_gone() -> int:
    """Whoever read our output (head, less) has enough: that is no error."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _no_room(error: OSError) -> int:
    """Our output goes to a disk that is full: no defect either."""
    _reader_gone()
    typer.echo(f"kg: the output cannot be written: {error.strerror}", err=True)
    return StoreError.exit_status


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and give its exit status."""
    command = typer.main.get_command(app)
    try:
        result = command.main(
            args=None if arguments is None else list(arguments), prog_name="kg", standalone_mode=False
        )
        sys.stdout.flush()  # here, where a reader that has gone is no surprise, and not when the program ends
        if result == INTERRUPTED:  # what typer makes of Ctrl-C
            raise KeyboardInterrupt
    except KgError as error:
        typer.echo(f"kg: {' '.join(str(error).split())}", err=True)
        return error.exit_status
    except (typer.Abort, KeyboardInterrupt):
        typer.echo(interrupted(), err=True)
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_gone()
    except SystemExit as error:  # what the libraries make of a broken pipe
        if isinstance(error.__context__, BrokenPipeError):
            return _reader_gone()
        return error.code if isinstance(error.code, int) else 1
    except Exception as error:  # noqa: BLE001 - the last door before a traceback in front of a person
        if hasattr(error, "format_message"):
            return _report_usage(error)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return _no_room(error)
        return _report_defect(error)
    return result if isinstance(result, int) else 0


def main() -> None:
    """Entry point of the ``kg`` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without UTF-8 is no reason to fail
    sys.exit(run())
