"""Steps as forks of one process: they find what a process of their own gives them, and end alike."""

import json
import os
import signal
import subprocess
import sys

import pytest

from studies import FORKED, ROOT, as_usual, made, run_snakemake

SNAKEFILE = """
rule all:
    input: expand("{name}.json", name=["one", "two"]), "raised", "exited", "killed"

rule told:
    output: "{name}.json"
    threads: lambda wildcards: {"one": 1, "two": 2}[wildcards.name]
    benchmark: "{name}.tsv"
    script: "told.py"

rule fails:
    output: "{how}"
    wildcard_constraints: how="raised|exited|killed"
    script: "{wildcards.how}.py"
"""
SCRIPTS = {
    "told": """
import json, os, sys, threading, time
from pathlib import Path
loaded = sorted(name for name in sys.modules if name.startswith(("torch", "segregation", "told")))
import torch
for _ in range(10):
    torch.randn(500, 500) @ torch.randn(500, 500)
found = {name: value for name, value in os.environ.items() if name not in ("_", "PWD", "OLDPWD", "SHLVL")}  # of the shell
found |= {"threads": torch.get_num_threads()}
found |= {"folder": os.getcwd(), "path": sys.path[0] == str(Path(sys.argv[0]).parent), "name": __name__, "loaded": loaded}
found |= {"beside": len(threading.enumerate()), "interrupted": "default_int" in repr(__import__("signal").getsignal(2))}
Path(snakemake.output[0]).write_text(json.dumps(found))
time.sleep(0.6)
""",
    "raised": """
from concurrent.futures import ProcessPoolExecutor
pool = ProcessPoolExecutor(1)
assert pool.submit(abs, -1).result() == 1
raise ValueError("what was raised")
""",
    "exited": "import sys; sys.exit(75)",
    "killed": """
import os, signal, time
from pathlib import Path
if child := os.fork():
    Path("child").write_text(str(child))
    time.sleep(4)  # the last to end: nothing else makes Snakemake look
    os.kill(os.getpid(), signal.SIGKILL)
os.closerange(0, 3)
time.sleep(60)
""",
}


@pytest.mark.slow
def test_a_step_finds_what_it_finds_in_a_process_of_its_own_and_fails_alike(tmp_path):
    commands = {"forked": [sys.executable, ROOT / "workflow/forked.py"], "own": [sys.executable, "-m", "snakemake"]}
    found = {}
    for way, command in commands.items():
        folder = tmp_path / way
        folder.mkdir()
        (folder / "Snakefile").write_text(SNAKEFILE)
        for name, text in SCRIPTS.items():
            (folder / f"{name}.py").write_text(text)
        words = ["--cores", "2", "--keep-going", "--nocolor"]
        done = subprocess.run(
            [*command, *words], cwd=folder, env=as_usual(os.environ), capture_output=True, text=True, check=False
        )
        printed = done.stdout + done.stderr
        os.kill(int((folder / "child").read_text()), signal.SIGKILL)  # what a step started is not waited for
        assert done.returncode == 1 and "ValueError: what was raised" in printed
        for rule in ("raised", "exited", "killed"):
            assert not (folder / rule).exists() and f"output: {rule}" in printed
        assert "returned non-zero exit status 75" in printed and "Traceback" in printed
        found[way] = [json.loads((folder / f"{name}.json").read_text()) for name in ("one", "two")]
        for told, threads in zip(found[way], (1, 2), strict=True):
            assert (
                told.pop("folder") == str(folder) and told["threads"] == threads and told["OMP_NUM_THREADS"] == str(threads)
            )
            assert [name for name in told.pop("loaded") if not name.startswith("torch")] == []
        header, values = (folder / "two.tsv").read_text().splitlines()
        measured = dict(zip(header.split("\t"), values.split("\t"), strict=True))
        assert float(measured["s"]) > 0.6 and float(measured["max_rss"]) > 100 and float(measured["cpu_time"]) > 0
    assert found["forked"] == found["own"]


def test_steps_run_as_usual_where_the_process_that_forks_is_gone(tmp_path):
    called = []

    class Step:
        conda_env = container_img = env_modules = None

    FORKED["_execute"](Step(), str(tmp_path / "nothing"), lambda *given: called.append(given[1:]), "a.py", False)
    assert called == [("a.py", False)]


@pytest.mark.parametrize("name", ["nvidiactl", "kfd", "dxg"])
def test_where_a_gpu_is_nothing_is_forked(name, tmp_path):
    assert FORKED["forkable"](tmp_path) == (sys.platform == "linux")
    (tmp_path / name).touch()
    assert not FORKED["forkable"](tmp_path)


def test_a_figure_by_a_process_of_its_own_is_the_same(copy):
    """The one step of the tiny study that the study on Slurm, whose steps are processes of their own, lacks."""
    before, figures = made(copy), copy / "results/tiny/figures"
    for path in figures.glob("figure_s3*"):
        path.unlink()
    run_snakemake(copy, "--configfile", "studies/tiny.yaml", "--", "results/tiny/figures/figure_s3.png", forked=False)
    assert made(copy) == before
