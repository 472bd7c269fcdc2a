"""Snakemake whose Slurm executor asks for the state of jobs every second, not ever more slowly; for tests."""

import asyncio
import sys

from snakemake.cli import main
from snakemake_executor_plugin_slurm import Executor


async def a_second(_executor: Executor) -> None:
    """Wait in place of the executor's own growing pauses."""
    await asyncio.sleep(1)


Executor.sleep = a_second
sys.exit(main(sys.argv[1:]))
