"""Run Snakemake as make does: arguments are Snakemake's; after -- those that the user of make added (ARGS).

What runs for certain runs first, where much follows from it that may not have to run: planning/cutoff.py says why. With
options of the user that are not in PLAIN (a dry run, a report) Snakemake is called once. Its steps are forked: forked.py.
"""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from segregation.planning.cutoff import certain_first  # noqa: E402
from segregation.planning.jobs import read_dry_run  # noqa: E402
from segregation.steps.reporting import InputError  # noqa: E402
from segregation.study.overlays import check_files  # noqa: E402

UP_TO_DATE = "Nothing to be done (all requested files are present and up to date)."
SNAKEMAKE = str(Path(sys.executable).with_name("snakemake"))
FORKED = (sys.executable, str(ROOT / "workflow/forked.py"))
# A network's passes take and leave large blocks of memory, which the C library (of Linux) gives back and clears anew each
# time. Kept for the next pass, they spare it that; in pages of 2 MB, where the system gives them, most of looking them up.
KEPT = {
    "MALLOC_MMAP_THRESHOLD_": str(2**30),
    "MALLOC_TRIM_THRESHOLD_": str(2**31 - 1),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
PLAIN = ("--config", "--configfile", "--jobs", "--keep-going", "--profile", "--quiet", "--set-resources", "--set-threads")


def dry_run(arguments: list[str]) -> str:
    """Return what Snakemake's dry run prints; nothing where it fails, for the run itself will say why."""
    plan = [SNAKEMAKE, "--dry-run", *(word for word in arguments if word != "--quiet")]
    done = subprocess.run(plan, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode == 0 else ""


def overlays(words: list[str]) -> list[str]:
    """Return the files that Snakemake's options name as overlays."""
    found, taken = [], False
    for word in words:
        option, _, value = word.partition("=")
        if word.startswith("-"):
            taken = option in ("--configfile", "--configfiles")
            found += [value] if taken and value else []
        elif taken:
            found.append(word)
    return found


def main(options: list[str], added: list[str]) -> int:
    """Run Snakemake, if need be more than once; return its exit status."""
    try:
        check_files(["config.yaml", *overlays(options), *overlays(added)])
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    flags = {word.split("=")[0] for word in added if word.startswith("-")} - {"--"}
    # As Snakemake does, take words behind an option for its own, up to --.
    given = added[: added.index("--")] if "--" in added else added if flags else []
    ran: set[str] = set()
    # A first run has nothing to spare.
    while any(Path("results").glob("*/benchmarks")) and flags <= set(PLAIN):
        printed = dry_run([*options, *added])
        if UP_TO_DATE in printed:
            print(UP_TO_DATE)
            return 0
        first = certain_first(read_dry_run(printed)) if "jobid: " in printed else []
        if {job.name for job in first} <= ran:  # none; or none that running would not have helped
            break
        counted = ", ".join(f"{rule} ({n})" for rule, n in sorted(Counter(job.rule for job in first).items()))
        print(f"First what has to run for certain: {counted}. What follows runs if results differ.", flush=True)
        status = subprocess.run([*FORKED, *options, *given, "--", *(job.outputs[0] for job in first)], check=False)
        if status.returncode:
            return status.returncode
        ran |= {job.name for job in first}
    return subprocess.run([*FORKED, *options, *added], check=False).returncode


if __name__ == "__main__":
    os.environ.update(KEPT | os.environ)
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    sys.exit(main(words[:cut], words[cut + 1 :]))
