# Needs: common.smk. Yields: what datasets are made of, as functions of wildcards.


def dataset_parameters(wildcards):
    """What a dataset is made of."""
    dataset = DATASETS[wildcards.dataset]
    usual = {}
    if wildcards.dataset in PACKED:
        lossless = dataset["source"] in ("folder", "table")
        usual = {"encoding": "png" if lossless else "jpeg", "bad_images": 0}
    return canonical(usual | dataset | {"size": config["stored_size"]})


def selection_parameters(wildcards):
    """What the choice of a dataset's images depends on."""
    later = ("licence", "encoding", "bad_images")
    dataset = DATASETS[wildcards.dataset]
    return canonical({k: dataset[k] for k in dataset if k not in later})


def lists_of(wildcards):
    """The files that say which images a source has or a set may use; a missing one is for the step to report."""
    dataset = DATASETS[wildcards.dataset]
    named = [dataset[key] for key in ("table", "only", "apart_from") if key in dataset]
    return [path for path in named if Path(path).is_file()]


def images_of(wildcards):
    """The files of a folder that a dataset is read from; those of large sets are not followed one by one."""
    dataset = DATASETS[wildcards.dataset]
    if dataset["source"] != "folder":
        return []
    return sorted(str(path) for path in Path(dataset["root"]).rglob("*.*") if path.is_file())  # fmt: skip
