"""Snakemake, its steps forks of one process that has loaded what they load: for most, that takes longer than their work.

A step runs as it does without: a script of its own, from its first line, in its own environment, that loads the library's
modules itself; but functions registered with atexit alone are not called, and of several threads only torch has several. On
other systems than Linux, and where a GPU is, steps have processes of their own. Arguments are Snakemake's.
"""

import gc
import importlib
import multiprocessing
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partialmethod
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

# What steps load, but for the library; of torch's compiler, what its optimisers load.
OF_DATA = ("pandas", "pyarrow.parquet", "scipy.stats", "sklearn.svm", "seaborn", "matplotlib.backends.backend_pdf")
PACKAGES = ("torch", *OF_DATA, "safetensors.torch", "torchvision.models", "torch._dynamo")
# What Snakemake sets for a step, and libraries read when they are loaded.
THREADS = [f"{name}_NUM_THREADS" for name in ("OMP", "GOTO", "OPENBLAS", "MKL", "NUMEXPR")] + ["VECLIB_MAXIMUM_THREADS"]


def forkable(devices: Path = Path("/dev")) -> bool:
    """Whether steps can be forked here: of a GPU's driver that a package started, a fork could make no use."""
    return sys.platform == "linux" and not any((devices / name).exists() for name in ("nvidiactl", "kfd", "dxg"))


@contextmanager
def forked_steps() -> Iterator[None]:
    """Have Snakemake, where it runs in this process within the block, fork its steps."""
    from snakemake.script import PythonScript

    context, usual = multiprocessing.get_context("fork"), PythonScript.execute_script
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        address = str(Path(folder) / "steps")
        try:
            listening.bind(address)
        except OSError:  # the folder of temporary files has too long a name
            yield
            return
        listening.listen()
        server = context.Process(target=_serve, args=(listening, context))
        server.start()
        listening.close()
        PythonScript.execute_script = partialmethod(_execute, address, usual)
        try:
            yield
        finally:
            PythonScript.execute_script = usual
            server.terminate()
            server.join()


def _execute(step: Any, address: str, usual: Any, script: str, edit: bool = False) -> None:
    """Run the script of a step, as Snakemake's PythonScript.execute_script (usual) does."""
    from snakemake.benchmark import benchmarked

    if step.conda_env or step.container_img or step.env_modules or (line := _connected(address)) is None:
        usual(step, script, edit)
        return
    environment = os.environ | dict.fromkeys(THREADS, str(step.threads))
    environment |= dict.fromkeys(("TMPDIR", "TMP", "TEMPDIR", "TEMP"), step.resources["tmpdir"])
    process = status = None
    with line, suppress(EOFError, OSError):  # the process that forks was killed
        line.send((script, str(Path.cwd()), environment, step.threads))
        process = line.recv()
        with nullcontext() if step.bench_record is None else benchmarked(process, step.bench_record):
            line.send("begin")
            status = line.recv()
    if process is None:
        usual(step, script, edit)
        return
    if status is None:  # what becomes of it nobody would know
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        status = -signal.SIGKILL
    if status:
        raise subprocess.CalledProcessError(status, [sys.executable, script])


def _connected(address: str) -> Connection | None:
    """Return a connection to the process that forks, or None if it is gone."""
    with socket.socket(socket.AF_UNIX) as asking, suppress(OSError):
        asking.connect(address)
        return Connection(asking.detach())


def _serve(listening: socket.socket, context: multiprocessing.context.ForkContext) -> None:
    """Run what is asked for at a socket, each step in a fork of this process, until the process that asks is gone.

    Packages are loaded while nothing is asked for; a step that comes earlier loads what is missing itself.
    """
    interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal, it is for the steps
    os.environ |= dict.fromkeys(THREADS, "1")
    asker, left = multiprocessing.parent_process().sentinel, list(PACKAGES)
    running: dict[int, tuple[multiprocessing.Process, Connection]] = {}
    # What a step started keeps its sentinel open when it was killed, hence a look every second.
    while asker not in (ready := wait([asker, listening, *running], 0 if left else 1 if running else None)):
        if listening in ready:
            line = Connection(listening.accept()[0].detach())
            others = [listening, *(line for _, line in running.values())]
            try:
                process = context.Process(target=_step, args=(line, others, interrupted, *line.recv()))
                process.start()
                running[process.sentinel] = process, line
                line.send(process.pid)
            except (EOFError, OSError):  # whoever asked is gone, or no process is to be had: then it runs as usual
                line.close()
        for sentinel, (process, line) in list(running.items()):
            if process.exitcode is not None:
                del running[sentinel]
                with line, suppress(OSError):
                    line.send(process.exitcode)
        if left and not ready:
            with suppress(Exception):  # a step that needs it says why
                importlib.import_module(left.pop(0))
            gc.freeze()  # a collection in a fork would touch, and so copy, all that is shared


def _step(
    line: Connection, others: list, interrupted: Any, script: str, folder: str, environment: dict[str, str], threads: int
) -> None:
    signal.signal(signal.SIGINT, interrupted)
    for other in others:
        other.close()
    with line:
        line.recv()  # it is being measured
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # found by another environment
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(threads)
    sys.argv, sys.path = [script], [str(Path(script).parent), *sys.path]
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        threading._shutdown()  # ends pools, as at Python's own end, whose processes are waited for next


if __name__ == "__main__":
    del sys.path[0]  # this folder
    from snakemake.cli import main

    with forked_steps() if forkable() else nullcontext():
        main(sys.argv[1:])
