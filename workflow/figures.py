"""Make all tables and figures of the reference from its deposit, without a network: make figures. Arguments: Snakemake's.

Its files are brought to results/default/, where Snakemake takes them for its own. What would train, rank or render is not
begun: the code or the configuration is then another than the deposit was made with.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from segregation.planning.jobs import read_dry_run  # noqa: E402
from segregation.steps.reporting import InputError, some  # noqa: E402
from segregation.study.deposit import deposited, is_raw, unpack  # noqa: E402

SNAKEMAKE = str(Path(sys.executable).with_name("snakemake"))
FORKED = (sys.executable, str(ROOT / "workflow/forked.py"))
ARCHIVE = Path("results/reference/default/deposit.tar.xz")


def figures(archive: Path, study: str, arguments: list[str]) -> int:
    """Unpack an archive, and run Snakemake if no more than statistics and figures has to run; return its exit status."""
    made = unpack(archive, study)
    print(
        f"{len(made)} files of {archive} are now in results/{study}/." if made else f"results/{study}/ has all of {archive}."
    )
    planned = subprocess.run([SNAKEMAKE, "--dry-run", *arguments], capture_output=True, text=True, check=False)
    printed = planned.stdout + planned.stderr
    if planned.returncode == 0 and "jobid: " in printed:
        kept = {path.as_posix() for path in deposited(archive, study)}
        again = {job.rule for job in read_dry_run(printed) if kept & set(job.outputs) or any(map(is_raw, job.outputs))}
        if again:
            raise InputError(
                f"{archive}: is of another code or configuration: {some(sorted(again), 20)} would run again, which takes"
                " long. Take back what was changed, or compute the reference: make reference."
            )
    return subprocess.run([*FORKED, *arguments], check=False).returncode


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the reference's tables and figures from its deposit.")
    parser.add_argument("--archive", type=Path, default=ARCHIVE)
    parser.add_argument("--study", default="default", help="the folder of results that the archive is of")
    parser.add_argument("arguments", nargs="*", help="Snakemake's, behind --")
    given = parser.parse_args()
    try:
        sys.exit(figures(given.archive, given.study, given.arguments))
    except InputError as error:
        sys.exit(str(error))
