"""What a configuration may say, and how it is refused."""

import copy

import pytest
import yaml

from segregation.steps.reporting import InputError
from segregation.study.configuration import SCHEMA, check, drop_nulls
from studies import ROOT, run_snakemake

CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text())
GIVEN = {"tasks": ["face", "object"], "weights": "w.pt", "classes": "c.txt", "architecture": {"name": "resnet18"}}
GIVEN |= {"layers": ["layer4"]}


def changed(path, value):
    config = copy.deepcopy(CONFIG)
    *parents, last = path.split(".")
    part = config
    for name in parents:
        part = part[name]
    part[last] = value
    return config


def merged(config, overlay):
    """Lay an overlay over a configuration as Snakemake does: mappings are merged, all else is replaced."""
    for key, value in overlay.items():
        config[key] = merged(config.get(key, {}), value) if isinstance(value, dict) else value
    return config


def objects(schema):
    """Yield every object of a schema, also of those that it refers to."""
    if schema.get("type") == "object":
        yield schema
    defined = (part for part in schema.get("$defs", {}).values() if "properties" in part)
    for part in (*schema.get("properties", {}).values(), schema.get("additionalProperties"), *defined):
        if isinstance(part, dict):
            yield from objects(part)


def test_the_default_and_all_studies_are_accepted():
    check(CONFIG)
    studies = list((ROOT / "studies").glob("*.yaml"))
    assert studies
    for study in studies:
        config = merged(copy.deepcopy(CONFIG), yaml.safe_load(study.read_text()))
        drop_nulls(config)
        check(config)


def test_every_object_is_closed_and_every_key_described():
    for part in objects(yaml.safe_load(SCHEMA.read_text())):
        assert part["additionalProperties"] is False or isinstance(part["additionalProperties"], dict)
        assert all(key.get("description") for key in part.get("properties", {}).values())


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("sedes", "top level: unknown key 'sedes', did you mean 'seeds'?"),
        ("datasets.face.clases", "datasets.face: unknown key 'clases', did you mean 'classes'?"),
        ("networks.dual.task", "networks.dual: unknown key 'task', did you mean 'tasks'?"),
        ("architecture.widht", "architecture: unknown key 'widht', did you mean 'width'?"),
        ("training.learning_rat", "training: unknown key 'learning_rat', did you mean 'learning_rate'?"),
        ("ranking.image", "ranking: unknown key 'image', did you mean 'images'?"),
        ("evaluation.severity", "evaluation: unknown key 'severity', did you mean"),
        ("statistics.draw", "statistics: unknown key 'draw', did you mean 'draws'?"),
    ],
)
def test_misspelt_keys_are_refused_at_every_level(path, message):
    with pytest.raises(InputError) as raised:
        check(changed(path, 1))
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("training.epochs", 0, "training.epochs: 0 is less than the minimum of 1 (Passes over the training images.)"),
        ("training.learning_rate", "1e-3", "training.learning_rate: '1e-3' is not of type 'number'"),
        ("image_size", 16, "image_size: 16 is less than the minimum of 32"),
        ("seeds", [1, 1], "seeds: [1, 1] has non-unique elements"),
        ("architecture.name", "vgg61", "architecture.name: no architecture is called 'vgg61'; did you mean vgg19 or vgg16"),
        ("architecture.name", "xyz", "architecture.name: no architecture is called 'xyz'; there are alexnet, convnext_base"),
        ("architecture.name", "alexnet", "architecture.width: 0.125, but only vgg16 comes in other widths; write width: 1"),
        ("architecture.name", "alexnet", "layers: conv1_1, conv1_2, "),
        ("networks.dual.architecture", {"name": "alexnet"}, "networks.dual.layers: is missing; a network with its own"),
        ("networks.dual.architecture", {"name": "alexnt"}, "networks.dual.architecture.name: no architecture is called"),
        ("networks.dual.mean", [0.5, 0.5, 0.5], "networks.dual.mean: belongs to a network with weights"),
        ("networks.dual.weights", "w.pt", "networks.dual.classes: is missing; a network with weights needs it"),
        ("networks.dual.weights", "w.pt", "networks.dual.architecture: is missing; a network with weights needs it"),
        ("networks.mine", GIVEN | {"epochs": 3}, "networks.mine.epochs: does not go with weights"),
        ("networks.mine", GIVEN | {"mean": [124, 117, 104]}, "networks.mine.mean.0: 124 is greater than the maximum of 1"),
        ("networks.mine", GIVEN | {"std": [0.2, 0.2]}, "networks.mine.std: [0.2, 0.2] is too short"),
        ("networks.mine", GIVEN | {"layers": ["conv5_3"]}, "networks.mine.layers: conv5_3 of vgg16; layers of resnet18 are"),
        (
            "networks.mine",
            GIVEN | {"architecture": {"name": "resnet18", "width": 1}},
            "networks.mine.architecture.width: does not go with weights",
        ),
        (
            "networks.mine",
            GIVEN | {"layers": ["intact", "layer4"]},
            "networks.mine.layers: 'intact' stands for a network without lesions",
        ),
        (
            "networks.dual.tasks",
            ["face", "fcae"],
            "networks.dual.tasks: no dataset is called 'fcae' (datasets: face, object, portrait",
        ),
        ("layers", ["conv1_1", "conv9_1"], "layers: vgg16 has no layer 'conv9_1' (it has conv1_1"),
        ("layers", ["conv5_3", "conv1_1"], "layers: not in order"),
        ("datasets.face.source", "folder", "datasets.face.root: is missing; source folder needs it"),
        ("datasets.face.source", "vggface2", "datasets.face.root: is missing; source vggface2 needs it"),
        ("datasets.face.source", "table", "datasets.face.table: is missing; source table needs it"),
        ("datasets.face.root", "images", "datasets.face.root: belongs to source folder or table or vggface2"),
        ("datasets.face.most", 10, "datasets.face.most: belongs to source casia, and this one is heads"),
        ("datasets.face.source", "torchvision", "datasets.face.name: is missing; source torchvision needs it"),
        ("datasets.face.name", "CIFAR11", "datasets.face.name: 'CIFAR11' is not one of ['CIFAR10', "),
        ("datasets.face.name", "CelebA", "datasets.face.name: belongs to source torchvision, and this one is heads"),
        ("datasets.face.download", True, "datasets.face.download: belongs to source torchvision or sklearn_lfw"),
        ("datasets.face.apart_from", "list", "datasets.face.apart_from: belongs to source casia or torchvision or sklearn"),
        ("networks.dual.train_images", 1921, "networks.dual.train_images: 1921, but face has 1920 training images"),
        ("datasets.face.encoding", "gif", "datasets.face.encoding: 'gif' is not one of ['png', 'jpeg']"),
        ("training.stop_below", 0.001, "training.stop_below: belongs to schedule plateau"),
        ("training.optimizer", "muon", "training.muon_learning_rate: is missing; optimizer muon needs one"),
        (
            "training",
            CONFIG["training"] | {"optimizer": "muon", "muon_learning_rate": 0.02, "precision": "float16"},
            "training.precision: float16 is not for optimizer muon",
        ),
        ("training.precision", "half", "training.precision: 'half' is not one of ['float32', 'bfloat16', 'float16']"),
        ("stored_size", 40, "stored_size: 40 is smaller than image_size (48)"),
        ("evaluation.headline", 0.22, "evaluation.severities: the headline severity 0.22 is missing"),
        ("ranking.until", 0.3, "evaluation.severities: 0.5 asks for more filters than are ranked (ranking.until is 0.3)"),
        ("networks", {"face": {"tasks": ["face"]}}, "networks: none has two tasks or more"),
        (
            "networks.face.without",
            {"object": ["car"]},
            "networks.face.without: 'object' is not a task of this network (face)",
        ),
        ("networks.dual.layers", ["conv5_3", "conv5_1"], "networks.dual.layers: not in order"),
        ("networks.car_object.seeds", [2], "networks.car_object.seeds: 2 is not a seed of the study (1)"),
        ("networks.dual.seeds", [1], "networks.dual.seeds: the main network and those of figures.decoded have all seeds"),
        ("networks.dual.without", {"face": ["head_0001"]}, "networks.dual.without: the main network leaves no classes out"),
        ("figures.same_kind", "dual", "figures.same_kind: is the main network"),
        ("datasets.face.heldout_classes", 1, "datasets.face.heldout_classes: the main network's tasks need at least 2"),
        ("evaluation.folds", 11, "datasets.face.heldout_images: 10 a class are fewer than evaluation.folds"),
        ("ranking.until", 0.4, "ranking.until: 0.4 is less than the half of a layer"),
        ("networks.dual.layers", ["conv6_1"], "networks.dual.layers: layers has no layer 'conv6_1'"),
        ("figures.main", "face", "figures.main: 'face' is not a lesioned network of two tasks or more (those are dual"),
        ("figures.main", "untrained", "figures.main: 'untrained' is not a lesioned network"),
        ("figures.same_kind", "faces", "figures.same_kind: 'faces' is not a lesioned network of two tasks"),
        ("figures.decoded", [], "figures.decoded: is empty; figure 1 shows decoding from at least one network"),
        ("figures.decoded", ["fcae"], "figures.decoded: no network is called 'fcae'"),
        ("figures.capacity", ["faces_faces", "food_object"], "figures.capacity: the main network, dual, is one of them"),
        ("figures.capacity", ["dual", "food_object"], "figures.capacity: the tasks of 'food_object' have not as many"),
        ("figures.capacity", ["dual", "untrained"], "figures.capacity: 'untrained' is not a lesioned network of two tasks"),
        ("figures.capacity", ["dual", "wide"], "figures.capacity: 'wide' is not a lesioned network of two tasks"),
        ("figures.preferred_layers", ["conv7_1"], "figures.preferred_layers: dual has no layer 'conv7_1'"),
        ("datasets.a_by_b", {}, "datasets: 'a_by_b' does not match"),
    ],
)
def test_values_that_cannot_be_are_refused(path, value, message):
    with pytest.raises(InputError) as raised:
        check(changed(path, value))
    assert message in str(raised.value)


def test_a_network_without_a_width_has_no_place_in_the_figure_of_capacity():
    config = changed("figures.capacity", ["dual", "residual"])
    config["networks"]["residual"] = {
        "tasks": ["face", "object"],
        "architecture": {"name": "resnet18"},
        "layers": ["layer1.0.conv1"],
    }
    with pytest.raises(InputError, match=r"figures\.capacity: the architecture of 'residual' has no width"):
        check(config)
    config["networks"]["residual"] = {
        "tasks": ["face", "object"],
        "architecture": {"name": "vgg16", "width": 0.5},
        "layers": ["conv5_3"],
    }
    check(config)


def test_a_main_network_of_more_tasks_is_told_what_is_not_drawn_of_it():
    config = changed("networks.dual.tasks", ["face", "object", "car"])
    config["networks"]["dual"]["without"] = {"object": ["car"]}
    with pytest.raises(InputError) as raised:
        check(config)
    said = "and the main network, dual, has 3 tasks (face, object, car)"
    assert f"figures.same_kind: figure S3 needs a main network of two tasks, {said}; leave it out" in str(raised.value)
    assert f"figures.decoded: figure 1, and decoding with it, needs a main network of two tasks, {said}; write []." in str(
        raised.value
    )
    assert str(raised.value).count("\n") == 2, "held-out classes and left-out ones matter to two tasks alone"
    config["figures"] |= {"decoded": [], "capacity": ["dual", "food_object"]}
    del config["figures"]["same_kind"]
    with pytest.raises(InputError, match=r"figures\.capacity: the figure of it needs a main network of two tasks"):
        check(config)
    del config["figures"]["capacity"]
    check(config)


def test_weights_are_those_of_one_seed():
    config = changed("networks.mine", GIVEN | {"seeds": [1, 2]})
    config["seeds"] = [1, 2]
    with pytest.raises(InputError, match=r"networks\.mine\.seeds: 2, but weights are those of one network"):
        check(config)
    config["networks"]["mine"] = GIVEN
    check(config)
    config["figures"]["decoded"].append("mine")
    with pytest.raises(InputError, match=r"networks\.mine\.seeds: the main network .* weights are those of one seed"):
        check(config)


def test_a_network_may_have_an_architecture_of_its_own():
    own = {"tasks": ["face", "object"], "architecture": {"name": "convnext_tiny"}, "layers": ["features.7.2"]}
    check(changed("networks.other", own))
    check(changed("networks.wide", own | {"architecture": {"name": "vgg16"}, "layers": ["conv5_3"]}))


def test_all_faults_are_told_at_once():
    config = changed("training.epochs", 0)
    config["seeds"], config["architecture"]["widht"] = [], 1
    with pytest.raises(InputError) as raised:
        check(config)
    assert all(part in str(raised.value) for part in ("training.epochs", "seeds", "widht"))


@pytest.mark.slow
def test_snakemake_says_it_without_a_traceback():
    printed = run_snakemake(ROOT, "--dry-run", "--config", "sedes=1", check=False)
    assert "unknown key 'sedes', did you mean 'seeds'?" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("networks/duall/1/weights.safetensors", "unknown network"),
        ("rankings/dual/1/conv9_9/face.csv", "unknown layer"),
        ("rankings/dual/1/conv5_3/fcae.csv", "unknown task"),
    ],
)
@pytest.mark.slow
def test_what_the_study_does_not_have_cannot_be_asked_for(target, what):
    printed = run_snakemake(ROOT, "--dry-run", f"results/default/{target}", check=False)
    assert "MissingRuleException" in printed and target in printed and "Traceback" not in printed


def test_null_takes_away_what_the_default_study_has():
    overlay = {"networks": {"car_object": None}, "datasets": {"car": None, "face": {"seed": 2}}}
    config = merged(copy.deepcopy(CONFIG), overlay)
    drop_nulls(config)
    assert not {"car_object", "car"} & {*config["networks"], *config["datasets"]} and config["datasets"]["face"]["seed"] == 2
    check(config)
    assert config["networks"].keys() == CONFIG["networks"].keys() - {"car_object"}
