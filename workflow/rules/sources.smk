# Needs: common.smk. Yields: what datasets are made of, as functions of wildcards.

from functools import cache

FOLLOWED = {
    "followed": True
}  # images of folders are inputs, so Snakemake has to take their names as they stand


def dataset_parameters(wildcards):
    """What a dataset is made of."""
    dataset = DATASETS[wildcards.dataset]
    usual = {}
    if wildcards.dataset in PACKED:
        usual = {"encoding": usual_encoding(dataset), "bad_images": 0}
    return canonical(usual | dataset | {"size": config["stored_size"]})


def code_of_rendering(wildcards):
    """The code that renders a set, of its own source alone."""
    source = rendered.SOURCES[DATASETS[wildcards.dataset]["source"]]
    return fingerprint("render_images.py", "stimuli.yaml", source)


def code_of_selection(wildcards):
    """The code that chooses the images of a set, of its own source alone."""
    source = SOURCES[DATASETS[wildcards.dataset]["source"]]
    return fingerprint("select_images.py", "sources.yaml", source)


def code_of_packing(wildcards):
    """The code that packs a set, with that of its source where this opens the images."""
    reader = READERS.get(DATASETS[wildcards.dataset]["source"])
    return fingerprint("pack_images.py", "sources.yaml", reader)


def selection_parameters(wildcards):
    """What the choice of a dataset's images depends on."""
    later = ("licence", "encoding", "bad_images", "grey")
    dataset = DATASETS[wildcards.dataset]
    followed = FOLLOWED if dataset["source"] == "folder" else {}
    return canonical({k: dataset[k] for k in dataset if k not in later} | followed)


def packing_parameters(wildcards):
    """What the packing of the chosen images depends on."""
    used = ("root", "size", "encoding", "bad_images", "grey")
    dataset = dataset_parameters(wildcards)
    # Images that are in no files of their own are opened by their source.
    used += ("source", "name") if dataset["source"] in READERS else ()
    return {k: dataset[k] for k in dataset if k in used}


def lists_of(wildcards):
    """The files that say which images a source has or a set may use; a missing one is for the step to report."""
    dataset = DATASETS[wildcards.dataset]
    named = [dataset[key] for key in ("table", "only", "apart_from") if key in dataset]
    of_source = ("*.txt", "*.csv", "meta/*.txt", "ILSVRC2012_devkit_t12/data/*.*")
    found = [
        path for pattern in of_source for path in Path(dataset["root"]).glob(pattern)
    ]
    files = {*named, *(map(str, found) if dataset["source"] in DISTRIBUTED else [])}
    return sorted(path for path in files if Path(path).is_file())


def images_of(wildcards):
    """The images that a folder offers; those of large sets are not followed one by one, and faults are for the step."""
    return images_in_folder(wildcards.dataset)


@cache
def images_in_folder(name):
    """What images_of returns, listed once and not for every rule that asks."""
    dataset = DATASETS[name]
    if dataset["source"] != "folder":
        return []
    try:
        offered = folder.offer(Path(dataset["root"]), dataset | FOLLOWED)
    except InputError:
        return []
    splits = (offered.train, offered.test or {}, offered.heldout or {})
    return sorted(
        os.path.join(dataset["root"], path)
        for split in splits
        for paths in split.values()
        for path in paths
    )
