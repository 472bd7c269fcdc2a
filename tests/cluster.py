"""A real Slurm on one machine, for tests: two virtual nodes, two partitions, fake GPUs; daemons stopped by process id."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PACKAGES = ("slurmctld", "slurmd", "slurm-client", "munge")
CONFIGURED = Path("/etc/slurm")  # the step of a job finds its configuration nowhere else
NODES, CPUS, MEMORY = 2, 4, 12000  # a node; MB
PORT = 16817
WAIT = 30  # seconds


def install() -> str:
    """Install Slurm; return why that cannot be, or nothing."""
    if shutil.which("slurmctld") and shutil.which("slurmd") and shutil.which("munged"):
        return ""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return "Slurm is not installed, and only root on Debian could do it here"
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"Slurm cannot be installed: {done.stderr[-500:]}"


class Cluster:
    """Slurm's daemons with all their files in one folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.host = socket.gethostname().split(".")[0]

    def __enter__(self) -> "Cluster":
        for name in ("etc", "run/munge", "log", "state", "dev", "munge", *(f"spool/n{i}" for i in range(1, NODES + 1))):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "munge").chmod(0o700)
        key = self.folder / "munge/key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        for number in (0, 1):  # devices that do nothing stand for GPUs
            os.mknod(self.folder / f"dev/nvidia{number}", 0o020666, os.makedev(1, 3))
        (self.folder / "etc/slurm.conf").write_text(self._configuration())
        (self.folder / "etc/gres.conf").write_text(
            f"AutoDetect=off\nNodeName=n[1-{NODES}] Name=gpu File={self.folder}/dev/nvidia[0-1]\n"
        )
        CONFIGURED.mkdir(exist_ok=True)
        for name in ("slurm.conf", "gres.conf"):
            (CONFIGURED / name).unlink(missing_ok=True)
            (CONFIGURED / name).symlink_to(self.folder / "etc" / name)
        munge = {"key-file": "munge/key", "socket": "run/munge/socket", "pid-file": "run/munge.pid"}
        munge |= {"log-file": "munge/log", "seed-file": "munge/seed"}
        run("munged", "--force", *(f"--{option}={self.folder / path}" for option, path in munge.items()))
        self.start_controller()
        for number in range(1, NODES + 1):
            self.start_node(number)
        self.wait_for_nodes()
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["scancel", "--user", "root"], check=False)
        for path in sorted((self.folder / "run").glob("*.pid"), reverse=True):  # slurmd before slurmctld before munge
            self.kill(path.stem, signal.SIGTERM)
        for name in ("slurm.conf", "gres.conf"):
            (CONFIGURED / name).unlink(missing_ok=True)

    def _configuration(self) -> str:
        place, lines = self.folder, []
        settings = {
            "ClusterName": "test",
            "SlurmctldHost": f"{self.host}(127.0.0.1)",
            "SlurmctldPort": PORT,
            "SlurmUser": "root",
            "SlurmdUser": "root",
            "AuthType": "auth/munge",
            "AuthInfo": f"socket={place}/run/munge/socket",
            "CredType": "cred/munge",
            "StateSaveLocation": f"{place}/state",
            "SlurmdSpoolDir": f"{place}/spool/%n",
            "SlurmctldPidFile": f"{place}/run/slurmctld.pid",
            "SlurmdPidFile": f"{place}/run/slurmd.%n.pid",
            "SlurmctldLogFile": f"{place}/log/slurmctld.log",
            "SlurmdLogFile": f"{place}/log/slurmd.%n.log",
            "ProctrackType": "proctrack/linuxproc",
            "TaskPlugin": "task/none",
            "JobAcctGatherType": "jobacct_gather/linux",  # memory is enforced
            "JobAcctGatherFrequency": 1,
            "JobAcctGatherParams": "OverMemoryKill",
            "SelectType": "select/cons_tres",
            "SelectTypeParameters": "CR_Core_Memory",
            "GresTypes": "gpu",
            "SchedulerType": "sched/backfill",
            "SchedulerParameters": "batch_sched_delay=0,bf_interval=2,sched_interval=2",
            "MinJobAge": 3600,
            "KillWait": 2,
            "ReturnToService": 2,
            "SlurmdTimeout": 10,
            "MpiDefault": "none",
            "SlurmdParameters": "config_overrides",
            "AccountingStorageType": "accounting_storage/none",
            "JobCompType": "jobcomp/filetxt",
            "JobCompLoc": f"{place}/log/jobs.txt",
        }
        lines += [f"{key}={value}" for key, value in settings.items()]
        for number in range(1, NODES + 1):
            node = f"NodeName=n{number} NodeHostname={self.host} NodeAddr=127.0.0.1 Port={PORT + 1 + number}"
            lines.append(f"{node} CPUs={CPUS} RealMemory={MEMORY} Gres=gpu:2 State=UNKNOWN")
        lines.append("PartitionName=cpu Nodes=ALL Default=YES MaxTime=2-00:00:00 State=UP")
        lines.append("PartitionName=gpu Nodes=n1 MaxTime=2-00:00:00 State=UP")
        return "\n".join(lines) + "\n"

    def start_controller(self) -> None:
        """Start slurmctld; it takes up the state it left."""
        run("slurmctld")

    def start_node(self, number: int) -> None:
        """Start the slurmd of a node."""
        run("slurmd", "-N", f"n{number}")

    def kill(self, daemon: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Kill a daemon (slurmctld, slurmd.n1, ...) by the process id it wrote, and wait until it is gone."""
        path = self.folder / f"run/{daemon}.pid"
        if not path.exists():
            return
        number = int(path.read_text())
        path.unlink()
        try:
            os.kill(number, how)
        except ProcessLookupError:
            return
        until(lambda: not _alive(number))

    def wait_for_nodes(self) -> None:
        """Wait until all nodes are up."""
        until(lambda: run("sinfo", "-h", "-N", "-p", "cpu", "-t", "idle,mix,alloc", "-o", "%N").split() == ["n1", "n2"])

    def jobs(self) -> list[dict[str, str]]:
        """Return what Slurm recorded of each job that is over."""
        path = self.folder / "log/jobs.txt"
        lines = path.read_text().splitlines() if path.exists() else []
        return [dict(part.split("=", 1) for part in line.split() if "=" in part) for line in lines]


def queue() -> list[tuple[str, str, str]]:
    """Return id, state and comment of the jobs that are not over."""
    lines = run("squeue", "-h", "-t", "PENDING,RUNNING", "-o", "%i %T %k").splitlines()
    return [tuple(line.split(maxsplit=2)) for line in lines]


def run(*command: str) -> str:
    """Run a command; return what it printed."""
    environment = os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def until(true, seconds: float = WAIT) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def _alive(number: int) -> bool:
    try:
        return (Path("/proc") / str(number) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
