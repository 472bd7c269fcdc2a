"""What is typed: the command `segregation`, and how it ends. Torch is loaded where something is computed with it."""

import argparse
import sys
from collections.abc import Sequence

import segregation
from segregation.command.messages import in_options
from segregation.command.options import add_lesion
from segregation.command.settings import from_options
from segregation.steps.reporting import InputError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with some arguments, or those that were typed; return its exit status.

    0: all is written. 2: something given cannot be used, which one message says. 130: it was stopped, and goes on if it is
    typed again. What argparse refuses ends the process with status 2 as well.
    """
    parser = argparse.ArgumentParser(
        prog="segregation",
        description="Functional segregation in neural networks, found by lesions.",
        epilog="segregation lesion --help says how.",
    )
    parser.add_argument("--version", action="version", version=f"segregation {segregation.__version__}")
    add_lesion(parser.add_subparsers(title="commands", metavar="COMMAND", required=True))
    options = parser.parse_args(arguments)
    try:
        asked = from_options(options)
        from segregation.command.running import lesion  # takes a second to import

        lesion(asked, options.jobs)
    except InputError as error:
        print(f"segregation: {in_options(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nsegregation: stopped; the same command goes on from here.", file=sys.stderr)
        return 130
    return 0
