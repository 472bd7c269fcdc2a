"""A real Slurm on one machine, for tests: two virtual nodes, two partitions, fake GPUs; stopped by the ids of its processes.

Nothing outside its folder is touched, so that several can run at a time, beside a Slurm that the machine belongs to.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import debian

PACKAGES = ("slurmctld", "slurmd", "slurm-client", "munge")
CLIENTS = ("sacct", "sacctmgr", "sbatch", "scancel", "scontrol", "sinfo", "squeue", "srun")
NODES, CPUS, MEMORY = ("n1", "n2"), 16, 200_000  # MB; as Slurm is told, so that the jobs of the paper fit
WAIT = 90.0  # seconds
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"


def install() -> str:
    """Install Slurm where it is missing; return why that cannot be, or nothing."""
    there = all(shutil.which(name, path=PATH) for name in ("slurmctld", "slurmd", "munged", *CLIENTS))
    return "" if there else debian.install("Slurm", *PACKAGES)


class Cluster:
    """Slurm's daemons with all their files in one folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.host = socket.gethostname().split(".")[0]
        self.ports = free_ports(1 + len(NODES))

    def __enter__(self) -> "Cluster":
        for name in ("etc", "bin", "run/munge", "log", "state", "dev", "munge", *(f"spool/{node}" for node in NODES)):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "munge").chmod(0o700)
        (self.folder / "munge/key").write_bytes(os.urandom(1024))
        (self.folder / "munge/key").chmod(0o400)
        for number in (0, 1):  # devices that do nothing stand for GPUs
            os.mknod(self.folder / f"dev/nvidia{number}", 0o020666, os.makedev(1, 3))
        (self.folder / "etc/slurm.conf").write_text(self._configuration())
        devices = f"AutoDetect=off\nNodeName={','.join(NODES)} Name=gpu File={self.folder}/dev/nvidia[0-1]\n"
        (self.folder / "etc/gres.conf").write_text(devices)
        self._write_clients()
        munge = {"key-file": "munge/key", "socket": "run/munge/socket", "pid-file": "run/munged.pid"}
        munge |= {"log-file": "munge/log", "seed-file": "munge/seed"}
        try:
            self.run("munged", "--force", *(f"--{option}={self.folder / path}" for option, path in munge.items()))
            self.start("slurmctld")
            for node in NODES:
                self.start(f"slurmd.{node}")
            self.wait_for_nodes()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["scancel", "--user", "root"], env=self.environment(), capture_output=True, check=False)
        for daemon in (*(f"slurmd.{node}" for node in NODES), "slurmctld", "munged"):
            self.stop(daemon)

    def _write_clients(self) -> None:
        """Write commands that find this cluster: the executor takes SLURM_CONF away from the steps of its jobs."""
        for name in CLIENTS:
            path = self.folder / "bin" / name
            path.write_text(f'#!/bin/sh\nSLURM_CONF={self.folder}/etc/slurm.conf exec {shutil.which(name)} "$@"\n')
            path.chmod(0o755)

    def _configuration(self) -> str:
        place = self.folder
        settings = {
            "ClusterName": "test",
            "SlurmctldHost": f"{self.host}(127.0.0.1)",
            "SlurmctldPort": self.ports[0],
            "SlurmUser": "root",
            "SlurmdUser": "root",
            "AuthType": "auth/munge",
            "AuthInfo": f"socket={place}/run/munge/socket,cred_expire=10",
            "CredType": "cred/munge",
            "StateSaveLocation": f"{place}/state",
            "SlurmdSpoolDir": f"{place}/spool/%n",
            "SlurmctldPidFile": f"{place}/run/slurmctld.pid",
            "SlurmdPidFile": f"{place}/run/slurmd.%n.pid",
            "SlurmctldLogFile": f"{place}/log/slurmctld.log",
            "SlurmdLogFile": f"{place}/log/slurmd.%n.log",
            "ProctrackType": "proctrack/linuxproc",
            "TaskPlugin": "task/none",
            "JobAcctGatherType": "jobacct_gather/linux",
            "JobAcctGatherFrequency": 1,
            "JobAcctGatherParams": "OverMemoryKill",
            "SelectType": "select/cons_tres",
            "SelectTypeParameters": "CR_Core_Memory",
            "GresTypes": "gpu",
            "SchedulerType": "sched/backfill",
            "SchedulerParameters": "batch_sched_delay=0,bf_interval=2,sched_interval=2",
            "MinJobAge": 3600,  # squeue tells the state of jobs that are over
            "KillWait": 2,
            "ReturnToService": 2,
            "SlurmdTimeout": 10,
            "MpiDefault": "none",
            "SlurmdParameters": "config_overrides",
            "AccountingStorageType": "accounting_storage/none",
            "JobCompType": "jobcomp/filetxt",
            "JobCompLoc": f"{place}/log/jobs.txt",
        }
        lines = [f"{key}={value}" for key, value in settings.items()]
        for node, port in zip(NODES, self.ports[1:], strict=True):
            where = f"NodeName={node} NodeHostname={self.host} NodeAddr=127.0.0.1 Port={port}"
            lines.append(f"{where} CPUs={CPUS} RealMemory={MEMORY} Gres=gpu:2 State=UNKNOWN")
        lines.append("PartitionName=cpu Nodes=ALL Default=YES MaxTime=2-0 State=UP")
        lines.append("PartitionName=gpu Nodes=ALL MaxTime=2-0 State=UP")
        return "\n".join(lines) + "\n"

    def environment(self) -> dict[str, str]:
        """Return the environment in which Slurm's commands mean this cluster."""
        return os.environ | {"PATH": f"{self.folder / 'bin'}:{PATH}"}

    def run(self, *command: str) -> str:
        """Run a command; return what it printed."""
        environment = self.environment() | {"SLURM_CONF": f"{self.folder}/etc/slurm.conf"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, daemon: str) -> None:
        """Start slurmctld or a node's slurmd (slurmd.n1); they take up the state they left."""
        name, _, node = daemon.partition(".")
        self.run(name, *(["-N", node] if node else []))

    def lose(self, node: str) -> None:
        """Let a node go down with all that runs on it, as at a power failure."""
        self.stop(f"slurmd.{node}", signal.SIGKILL)
        for process in (path for path in Path("/proc").iterdir() if path.name.isdigit()):
            with suppress(OSError):
                if f"SLURMD_NODENAME={node}\0" in (process / "environ").read_text(errors="replace"):
                    os.kill(int(process.name), signal.SIGKILL)

    def stop(self, daemon: str, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop a daemon by the process id it wrote, and wait until it is gone."""
        path = self.folder / f"run/{daemon}.pid"
        if path.exists():
            process = int(path.read_text())
            path.unlink()
            with suppress(ProcessLookupError):
                os.kill(process, how)
            until(lambda: not alive(process))

    def wait_for_nodes(self) -> None:
        """Wait until all nodes are up."""
        up = ("sinfo", "-h", "-N", "-p", "cpu", "-t", "idle,mix,alloc", "-o", "%N")
        until(lambda: self.run(*up).split() == list(NODES))

    def queue(self) -> list[dict[str, str]]:
        """Return id, state and comment of the jobs that are not over."""
        lines = self.run("squeue", "-h", "-t", "PENDING,RUNNING,COMPLETING", "-o", "%A %T %k").splitlines()
        return [dict(zip(("id", "state", "comment"), line.split(maxsplit=2), strict=True)) for line in lines]

    def devices(self, job: str) -> int:
        """Return how many GPUs a job had that ended a short while ago."""
        asked = re.findall(r"TresPer\w+=\S*gpu:(\d+)", self.run("scontrol", "--oneliner", "show", "job", job))
        return sum(map(int, asked))

    def jobs(self) -> list[dict[str, str]]:
        """Return what Slurm recorded of each job that is over."""
        path = self.folder / "log/jobs.txt"
        lines = path.read_text().splitlines() if path.exists() else []
        return [dict(part.split("=", 1) for part in line.split() if "=" in part) for line in lines]


def free_ports(n: int) -> list[int]:
    """Return ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def until(true: Callable[[], object], seconds: float = WAIT) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def alive(process: int) -> bool:
    """Return whether a process is there and no zombie."""
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
