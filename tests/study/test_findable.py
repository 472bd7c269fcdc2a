"""What archives, catalogues and search engines read: citation, software metadata, the crate of a study, the changelog."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from rocrate.rocrate import ROCrate

from segregation.study.crate import describe
from studies import ROOT

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text())
CODEMETA = json.loads((ROOT / "codemeta.json").read_text())
# Terms of CodeMeta 3.0 and those of schema.org that it takes over, as far as they are used here.
TERMS = {
    "@context",
    "@type",
    "name",
    "description",
    "version",
    "developmentStatus",
    "license",
    "author",
    "keywords",
    "readme",
}
TERMS |= {"programmingLanguage", "runtimePlatform", "operatingSystem", "softwareRequirements", "referencePublication"}


def test_the_citation_is_valid_by_its_published_schema(tmp_path):
    def valid(path: Path) -> bool:
        tool = Path(sys.executable).with_name("check-jsonschema")
        command = [tool, "--builtin-schema", "vendor.citation-file-format", path]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    assert valid(ROOT / "CITATION.cff")
    (tmp_path / "CITATION.cff").write_text(yaml.safe_dump({k: v for k, v in CITATION.items() if k != "authors"}))
    assert not valid(tmp_path / "CITATION.cff")


def test_the_metadata_say_what_the_citation_says():
    assert CODEMETA.keys() == TERMS and CODEMETA["@context"] == "https://w3id.org/codemeta/3.0"
    assert CODEMETA["name"] == CITATION["title"] and CODEMETA["description"] == CITATION["abstract"]
    assert CODEMETA["license"].endswith(f"/{CITATION['license']}") and CODEMETA["keywords"] == CITATION["keywords"]
    assert [author["name"] for author in CODEMETA["author"]] == [author["name"] for author in CITATION["authors"]]
    (paper,) = CITATION["references"]
    assert CODEMETA["referencePublication"]["@id"].endswith(paper["doi"])
    assert CODEMETA["referencePublication"]["name"] == paper["title"]
    wanted = re.findall(r"(?m)^([\w-]+)", (ROOT / "envs/requirements.in").read_text())
    assert set(CODEMETA["softwareRequirements"]) <= set(wanted)


def test_one_version_everywhere():
    (newest, *_) = re.findall(r"(?m)^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text())
    assert CITATION["version"] == CODEMETA["version"] == newest


def test_the_catalogue_is_told_what_is_there():
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert usage["software-stack-deployment"] == {"conda": True, "apptainer": False, "apptainer+conda": False}
    rules = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    assert "conda:" in rules and usage["report"] == ("report(" in rules)
    assert (ROOT / re.search(r"studies/\w+\.yaml", usage["mandatory-flags"]["desc"])[0]).exists()


@pytest.fixture(scope="module")
def study(tiny) -> Path:
    return tiny / "results/tiny"


def test_a_study_is_a_workflow_crate(study):
    crate = ROCrate(study)
    assert crate.mainEntity.id == "source/Snakefile" and "ComputationalWorkflow" in crate.mainEntity.type
    assert crate.mainEntity["programmingLanguage"]["name"] == "Snakemake"
    assert crate.root_dataset["license"]["@id"].endswith("/MIT") and crate.name.endswith("study tiny")
    files = {entity.id for entity in crate.data_entities}
    assert all((study / name).is_file() for name in files)
    figures = {path.relative_to(study).as_posix() for path in (study / "figures").iterdir()}
    tables = {path.relative_to(study).as_posix() for path in (study / "statistics").rglob("*.csv")}
    assert figures | tables | {"report.html", "run.json", "compute.csv", "claims.csv", "config.yaml"} <= files
    (action,) = (entity for entity in crate.contextual_entities if entity.type == "CreateAction")
    assert action["instrument"].id == "source/Snakefile"
    assert {entity.id for entity in action["object"]} == {"config.yaml", "source/code.zip"}
    assert action["startTime"] < action["endTime"]


def test_every_file_is_described_in_words_of_its_own(study):
    crate = ROCrate(study)
    for entity in crate.data_entities:
        if entity.id != "source/Snakefile":
            assert entity["description"].endswith("."), entity.id
    assert crate.get("figures/figure_2.png")["description"] == (ROOT / "workflow/report/figure_2.rst").read_text().strip()
    with pytest.raises(KeyError, match="nobody"):
        describe("nobody/knows.csv", {})


def test_what_made_the_study_lies_beside_it(study):
    assert (study / "source/Snakefile").read_text() == (ROOT / "Snakefile").read_text()
    with zipfile.ZipFile(study / "source/code.zip") as archive:
        names = archive.namelist()
        assert {"config.yaml", "LICENSE", "envs/requirements.txt", "workflow/scripts/train.py"} <= set(names)
        assert not [name for name in names if "__pycache__" in name or name.startswith(("/", "results", ".."))]
        assert archive.read("config.yaml") == (ROOT / "config.yaml").read_bytes()
