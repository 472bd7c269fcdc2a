"""Look for what would fail later, before a study begins: make preflight STUDY=paper. Arguments: overlays of config.yaml."""

import os
import sys
from pathlib import Path

from snakemake.common.configfile import load_configfile
from snakemake.utils import update_config

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from segregation.steps.reporting import InputError  # noqa: E402
from segregation.study.configuration import drop_nulls  # noqa: E402
from segregation.study.overlays import check_files  # noqa: E402
from segregation.study.preflight import inspect, told  # noqa: E402

if __name__ == "__main__":
    try:
        check_files([ROOT / "config.yaml", *sys.argv[1:]])
    except InputError as error:
        sys.exit(str(error))
    config = load_configfile(ROOT / "config.yaml")
    for overlay in sys.argv[1:]:
        update_config(config, load_configfile(overlay))
    os.chdir(ROOT)  # where the paths of a configuration start
    drop_nulls(config)
    sys.exit(not told(inspect(config, Path("envs/requirements.txt"))))
