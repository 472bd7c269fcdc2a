"""The step that packs the selected images of a set."""

from pathlib import Path

import pandas as pd

from segregation.images.store import write_store
from segregation.sources.findings import as_table
from segregation.sources.opening import opener
from segregation.sources.packing import pack
from segregation.sources.selection import Chosen
from segregation.steps import hashing
from segregation.steps.states import remove_states, state_file
from segregation.steps.tables import write_table


def pack_images(
    selection: str, parameters: dict, code: list[str], threads: int, store: str, report: str, shard: int = 4096
) -> None:
    """Pack a selection of images below parameters["root"]; write what they are, and which are not as they should be."""
    rows = pd.read_csv(selection, dtype=str, keep_default_na=False)
    chosen = [Chosen(*row) for row in rows[["id", "split", "class", "path"]].itertuples(index=False)]
    state = state_file(store, hashing.key(hashing.checksum(selection), code))  # shards know what else they depend on
    remove_states(store, but=state)
    how = (parameters["size"], parameters["encoding"], parameters["bad_images"])
    shown = {"grey": parameters.get("grey", False), "read": opener(parameters)}
    records, findings = pack(chosen, Path(parameters["root"]), *how, threads, state, shard, **shown)
    write_table(report, as_table(findings))
    write_store(store, records)
    remove_states(store)
