"""Say what a study will take before it is run: make plan STUDY=paper. Arguments: overlays of config.yaml; --help.

Prints jobs and hours by rule, wall time for some numbers of GPUs, the longest chain of jobs and the disk that is needed.
Writes plan.csv, plan_wall.csv and plan.png. What it takes for granted is in workflow/rates.yaml.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from snakemake.common.configfile import load_configfile
from snakemake.utils import update_config

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from segregation.lesions.memory import SHARE  # noqa: E402
from segregation.planning import summary  # noqa: E402
from segregation.planning.jobs import Job, read_dry_run  # noqa: E402
from segregation.planning.rates import read_rates, tasks_of  # noqa: E402
from segregation.planning.work import Study  # noqa: E402
from segregation.steps.files import replacing  # noqa: E402
from segregation.steps.reporting import InputError  # noqa: E402
from segregation.steps.tables import write_table  # noqa: E402
from segregation.study.configuration import check, drop_nulls  # noqa: E402
from segregation.study.overlays import check_files  # noqa: E402
from segregation.study.preflight import disk_needed, size_of  # noqa: E402

DRAWN = [1, 2, 4, 8, 16, 32, 64, 128]  # numbers of GPUs
SHOWN = 0.1  # hours of a rule that is printed


def arguments() -> argparse.Namespace:
    """Return the arguments of the command."""
    parser = argparse.ArgumentParser(description="Say what a study will take before it is run.")
    parser.add_argument("overlays", nargs="*", type=Path, help="overlays of config.yaml")
    parser.add_argument("--device", default="h100", help="a device of workflow/rates.yaml (default: %(default)s)")
    parser.add_argument("--gpus", nargs="+", type=int, default=[1, 4, 16, 64], help="numbers of GPUs")
    parser.add_argument("--cores", type=int, default=16, help="cores of a machine, all of which a packing job takes")
    parser.add_argument("--total-cores", type=int, help="cores of all machines (default: as many as are asked for)")
    parser.add_argument("--epochs", type=int, help="epochs until a plateau schedule ends, instead of those assumed")
    parser.add_argument(
        "--to", type=Path, help="folder of plan.csv, plan_wall.csv and plan.png (default: the study's results)"
    )
    return parser.parse_args()


def merged(overlays: list[Path]) -> dict:
    """Return the configuration with overlays, as the workflow has it. Raises InputError for one that is none."""
    check_files([ROOT / "config.yaml", *overlays])
    config = load_configfile(ROOT / "config.yaml")
    for overlay in overlays:
        update_config(config, load_configfile(overlay))
    drop_nulls(config)
    check(config)
    return config


def dry_run(overlays: list[Path], cores: int, on_gpu: bool) -> list[Job]:
    """Return all jobs of a study, also of those parts that are finished; on a GPU all cores decode images for a step."""
    command = [str(Path(sys.executable).with_name("snakemake")), "--dry-run", "--forceall", "--cores", str(cores)]
    command += ["--set-threads", f"train={cores}", f"evaluate_lesions={cores}"] if on_gpu else []
    command += ["--configfile", *map(str, overlays)] if overlays else []
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InputError("The dry run failed:\n" + (done.stderr or done.stdout)[-2000:])
    return read_dry_run(done.stdout + done.stderr)


def plan(given: argparse.Namespace) -> None:
    """Print the plan of a study and write its files."""
    overlays = [path.resolve() for path in given.overlays]
    config = merged(overlays)
    rates, epochs, raced = read_rates(ROOT / "workflow/rates.yaml", given.device)
    on_gpu = rates.kind == "gpu"
    jobs = dry_run(overlays, given.cores, on_gpu)
    share = SHARE if on_gpu else 1.0  # of its memory that the lesion engine uses
    study = Study(config, given.epochs or epochs, raced, share * rates.values["memory_bytes"])
    tasks = tasks_of(jobs, [study.work(job) for job in jobs], rates)
    rules = summary.by_rule(jobs, tasks)
    cores = given.total_cores if on_gpu else given.cores
    gpus = given.gpus if on_gpu else [0]
    wall = summary.by_gpus(jobs, tasks, gpus, cores)
    folder = ROOT / "results" / config["study"] if given.to is None else given.to
    write_table(folder / "plan.csv", rules)
    write_table(folder / "plan_wall.csv", wall)
    epochs_said = sorted({study.epochs_of(network) for network in config["networks"]})
    print(f"Study {config['study']} on {given.device}, networks trained for {' or '.join(map(str, epochs_said))} epochs.\n")
    print(rules[rules.gpu_hours + rules.cpu_hours >= SHOWN].to_string(index=False, float_format="{:,.2f}".format))
    hours = f"{rules.gpu_hours.sum():,.0f} GPU hours, {rules.cpu_hours.sum():,.1f} hours without a GPU"
    print(f"\n{len(jobs)} jobs (with those of rules of less than {SHOWN} hours), {hours}.\n")
    print(wall[["gpus", "wall_hours"]].to_string(index=False, float_format="{:,.1f}".format))
    print(f"\nLongest chain, {wall.critical_hours[0]:,.1f} hours: {wall.critical_path[0]}")
    print(f"Disk: about {size_of(disk_needed(config, ROOT))} for packed images and networks.")
    for row in summary.too_long(jobs, tasks).itertuples():
        print(f"Longer than its rule asks for: {row.job}, {row.hours:.1f} of {row.asked_hours:g} hours.")
    if on_gpu:
        from segregation.figures import plan as figure  # takes a second to import

        drawn = figure.draw(summary.by_gpus(jobs, tasks, DRAWN, cores), rules.gpu_hours.sum())
        with replacing(folder / "plan.png") as temporary:
            drawn.savefig(temporary, format="png", metadata={"Software": None})
    print(f"Written: plan.csv, plan_wall.csv{', plan.png' * on_gpu} in {os.path.relpath(folder)}.")


if __name__ == "__main__":
    try:
        plan(arguments())
    except InputError as error:
        sys.exit(str(error))
