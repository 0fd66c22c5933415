"""Entry point of the ``kg`` command and of ``python -m kg``.

It imports nothing before it is called, so that whoever interrupts the program while it still loads is told so.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    try:
        from kg.cli import main as command

        command()
    except KeyboardInterrupt:
        import sys

        from kg.errors import INTERRUPTED, interrupted

        sys.stderr.write(f"{interrupted()}\n")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
