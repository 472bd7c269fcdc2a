"""What each job of a study computes, counted from its configuration and its networks.

Operations are multiply-adds times two of convolutions and linear layers. Left out are other operations (normalisation,
pooling, softmax), the movement of data, and the mean maps of `lesion: mean`. Pairs whose unit is silent are counted though
the lesion engine does not compute them. Behind a layer means behind in the order in which layers are run, which counts too
much in networks with branches.
"""

from dataclasses import dataclass, fields

import numpy as np

from segregation.lesions.counting import Layer, rounds_of
from segregation.lesions.memory import KEPT, MEMORY
from segregation.networks.architectures import CONVOLUTIONS, resolved
from segregation.planning.jobs import Job

SCORED = 3 * 2  # methods of score_filters, tasks


@dataclass(frozen=True)
class Work:
    """What a job computes: operations of networks in training, lesioned and intact; images by what is done to them; rows."""

    training: float = 0.0
    lesioned: float = 0.0
    intact: float = 0.0
    read: float = 0.0  # images of a packed set that are decoded
    packed: float = 0.0
    rendered: float = 0.0
    responses: float = 0.0  # rows of tables of responses
    fits: float = 0.0  # of linear classifiers: images x units x classes x folds

    def __add__(self, other: "Work") -> "Work":
        return Work(*(getattr(self, of.name) + getattr(other, of.name) for of in fields(self)))

    def times(self, factor: float) -> "Work":
        """Return as much of it."""
        return Work(*(factor * getattr(self, of.name) for of in fields(self)))


@dataclass(frozen=True)
class Depth:
    """Operations for an image: up to a layer and with it, in the layer that reads it, behind that one."""

    before: float
    following: float
    behind: float
    units: int
    kept_bytes: int  # of what the following layer reads

    @property
    def lesioned(self) -> float:
        """Operations for an image and a lesion, from the layer's maps on."""
        return self.following + self.behind


class Study:
    """The work of the jobs of a study.

    config is the merged configuration. epochs are those that a network is taken to be trained for where a plateau schedule
    decides, at most those of the configuration. raced is the share of pairs that a racing search computes, by some numbers
    of images, memory how many bytes the lesion engine uses.
    """

    def __init__(self, config: dict, epochs: int, raced: dict[int, float], memory: float = MEMORY):
        self.config, self.epochs, self.raced, self.memory = config, epochs, raced, memory
        self._layers: dict[str, tuple[list[Layer], object]] = {}

    def work(self, job: Job) -> Work:
        """Return what a job computes; nothing for one whose time does not depend on images or networks."""
        of_rule = getattr(self, f"_{job.rule}", None)
        return of_rule(job) if of_rule else Work()

    def images(self, dataset: str) -> int:
        """Return the number of images of a set."""
        s = self.config["datasets"][dataset]
        return s["classes"] * (s["train_images"] + s["test_images"]) + s["heldout_classes"] * s["heldout_images"]

    def training_images(self, network: str) -> tuple[float, float]:
        """Return how many images a network is trained on, and how many it is validated on."""
        of, share = self.config["networks"][network], self.config["training"]["validation_fraction"]
        sets = self.config["datasets"]
        have = [n * sets[task]["train_images"] for task, n in self._classes(network).items()]
        shown = sum(min(n, of.get("train_images", n)) for n in have)
        return (1 - share) * shown, share * shown

    def test_images(self, network: str, most: int | None = None) -> int:
        """Return the number of test images of a network, or of at most some a class."""
        shown = {task: self.config["datasets"][task]["test_images"] for task in self.config["networks"][network]["tasks"]}
        return sum(n * min(shown[task], most or shown[task]) for task, n in self._classes(network).items())

    def epochs_of(self, network: str) -> int:
        """Return the epochs of a network: as assumed under a plateau schedule, else those of the configuration."""
        most = self.config["networks"][network].get("epochs", self.config["training"]["epochs"])
        return min(most, self.epochs) if self.config["training"]["schedule"] == "plateau" else most

    def passes(self, network: str) -> float:
        """Return the operations of a pass of one image through a network."""
        return 2.0 * sum(layer.multiply_adds for layer in self._run(network)[0])

    def depth(self, network: str, layer: str) -> Depth:
        """Return the operations before and behind a layer of a network."""
        run, whole = self._run(network)
        if layer in CONVOLUTIONS["vgg16"]:
            at = CONVOLUTIONS["vgg16"].index(layer)
        else:
            inside = set(whole.get_submodule(layer).modules())
            at = max(i for i, of in enumerate(run) if of.module in inside)
        counts = [2.0 * of.multiply_adds for of in run]
        before, behind = sum(counts[: at + 1]), sum(counts[at + 2 :])
        return Depth(before, counts[at + 1], behind, run[at].units, 4 * run[at + 1].reads)

    def search(self, at: Depth, n_images: int, until: float, kept: bool) -> float:
        """Return the operations of a greedy search over some images, by what the lesion engine does.

        A candidate and image cost one unit's part of the layer that reads the maps, and what lies behind. That layer itself
        is computed once a round, and the maps once if they are kept, else once a round.
        """
        settings = self.config["ranking"]
        rounds = rounds_of(at.units, max(1, int(settings["step"] * at.units + 1e-9)), until)
        pairs = (sum(rounds) + len(rounds)) * n_images  # with those without a candidate
        share = self.share_raced(n_images) if settings["search"] == "racing" else 1.0
        once = n_images * (at.before * (1 if kept else len(rounds)) + at.following * len(rounds))
        return once + share * pairs * (at.following / at.units + at.behind)

    def share_raced(self, n_images: int) -> float:
        """Return the share of pairs that a race over so many images computes: a power of their number."""
        sizes, shares = zip(*sorted(self.raced.items()), strict=True)
        return float(np.exp(np.interp(np.log(n_images), np.log(sizes), np.log(shares))))

    def _render_images(self, job: Job) -> Work:
        return Work(rendered=self.images(job.wildcards["dataset"]))

    def _pack_images(self, job: Job) -> Work:
        return Work(packed=self.images(job.wildcards["dataset"]))

    def _train(self, job: Job) -> Work:
        network = job.wildcards["network"]
        shown, held = self.training_images(network)
        epoch = Work(training=(3 * shown + held) * self.passes(network), read=shown + held)  # backward costs two passes
        return epoch.times(self.epochs_of(network))

    def _rank_filters(self, job: Job) -> Work:
        at = self.depth(job.wildcards["network"], job.wildcards["layer"])
        n_images, until = self.config["ranking"]["images"], self.config["ranking"]["until"]
        return Work(lesioned=self.search(at, n_images, until, self._keeps(at, n_images)), read=n_images)

    def _score_filters(self, job: Job) -> Work:
        """Count a round of the search, a pass forward and backward from the maps on, and a pass of held-out images."""
        at, n_images = self.depth(job.wildcards["network"], job.wildcards["layer"]), self.config["ranking"]["images"]
        round_ = at.before + at.following + (at.units + 1) * (at.following / at.units + at.behind)
        a_task = n_images * (round_ + at.before + 3 * at.lesioned)
        return Work(lesioned=2 * a_task, intact=self._heldout() * at.before, read=2 * n_images + self._heldout())

    def _evaluate_lesions(self, job: Job) -> Work:
        network, tests = job.wildcards["network"], self.test_images(job.wildcards["network"])
        work = Work(intact=tests * self.passes(network), read=tests, responses=tests)
        if n := self.lesions(job):
            at = self.depth(network, job.wildcards["layer"])
            work += Work(lesioned=tests * (at.before + n * at.lesioned), read=tests, responses=n * tests)
        return work

    def lesions(self, job: Job) -> int:
        """Return the number of lesions in a job of evaluate_lesions, by the files that it reads."""
        asked, folders = self.config["evaluation"], [path.split("/") for path in job.inputs]
        ranked, scored = (sum(name in of for of in folders) for name in ("rankings", "scores"))
        if not ranked:
            return 0
        severities, draws = len(asked["severities"]), asked["random_draws"]
        return severities * (ranked + SCORED * scored) + draws * (severities if scored else 1)

    def _lesion_pseudo_tasks(self, job: Job) -> Work:
        """Count a search a task and assignment, each over a task's share of all images, and its lesions on test images."""
        network, n_images = job.wildcards["network"], self.config["ranking"]["images"]
        at, tests = self.depth(network, self._layers_of(network)[-1]), self.test_images(network)
        k = len(self.config["networks"][network]["tasks"])
        search = self.search(at, n_images, self.config["evaluation"]["headline"], self._keeps(at, k * n_images))
        evaluation = tests * (at.before + (k + 1) * at.lesioned)
        n = self.config["evaluation"]["pseudo_assignments"]
        return Work(lesioned=n * (k * search + evaluation), read=k * n_images + n * tests)

    def _lesion_single_filters(self, job: Job) -> Work:
        """Count each filter's lesion and the intact network on the test images of the map, from the layer's maps on."""
        network, most = job.wildcards["network"], self.config["evaluation"].get("map_images")
        at, tests = self.depth(network, job.wildcards["layer"]), self.test_images(network, most)
        return Work(lesioned=tests * (at.before + (at.units + 1) * at.lesioned), read=tests)

    def _show_new_classes(self, job: Job) -> Work:
        return Work(intact=self._heldout() * self.passes(job.wildcards["network"]), read=self._heldout())

    def _decode(self, job: Job) -> Work:
        network, sets = job.wildcards["network"], self.config["datasets"]
        units, folds = self._run(network)[0][-1].reads, self.config["evaluation"]["folds"]
        tasks = [sets[task] for task in self.config["networks"][self.config["figures"]["main"]]["tasks"]]
        return Work(fits=sum(of["heldout_classes"] ** 2 * of["heldout_images"] * units * folds for of in tasks))

    def _find_preferred(self, job: Job) -> Work:
        """Count passes of test images up to each layer, and gradient ascent on them for each filter."""
        from segregation.readout.preferred import STEPS  # takes seconds to import

        figures = self.config["figures"]
        main, work = figures["main"], Work()
        for layer in figures["preferred_layers"]:
            before, tests = self.depth(main, layer).before, self.test_images(main)
            made = len(self.config["networks"][main]["tasks"]) * figures["preferred_filters"] * STEPS * 3
            work += Work(intact=(tests + made) * before, read=tests)
        return work

    def _bootstrap_accuracy(self, job: Job) -> Work:
        return Work(responses=len(job.inputs) * self.test_images(job.wildcards["network"]))

    def _bootstrap_segregation(self, job: Job) -> Work:
        network, asked = job.wildcards["network"], self.config["evaluation"]
        n_tasks, main = len(self.config["networks"][network]["tasks"]), self.config["figures"]["main"]
        lesions = len(job.inputs) * (n_tasks * len(asked["severities"]) + asked["random_draws"])
        if network == main and n_tasks == 2:
            lesions += self._seeds(job, network) * self._more(asked)
        return Work(responses=self.test_images(network) * (len(job.inputs) + lesions))

    def _compare_tasks(self, job: Job) -> Work:
        return self._bootstrap_segregation(job)

    def _compare_with_nulls(self, _job: Job) -> Work:
        asked, main = self.config["evaluation"], self.config["figures"]["main"]
        tests, n_tasks = self.test_images(main), len(self.config["networks"][main]["tasks"])
        lesions = n_tasks * len(asked["severities"]) + asked["random_draws"]
        lesions += self._more(asked) if n_tasks == 2 else 0
        return Work(responses=len(self.config["seeds"]) * tests * (1 + lesions))

    @staticmethod
    def _more(asked: dict) -> int:
        """Return how many more lesions the main network's last layer has than others: by scores, and random ones."""
        return SCORED * len(asked["severities"]) + asked["random_draws"] * (len(asked["severities"]) - 1)

    def _seeds(self, job: Job, network: str) -> int:
        return len(job.inputs) // max(1, len(self._layers_of(network)))

    def _heldout(self) -> int:
        sets, tasks = self.config["datasets"], self.config["networks"][self.config["figures"]["main"]]["tasks"]
        return sum(sets[task]["heldout_classes"] * sets[task]["heldout_images"] for task in tasks)

    def _layers_of(self, network: str) -> list[str]:
        of = self.config["networks"][network]
        return of.get("layers", self.config["layers"]) if len(of["tasks"]) > 1 else []

    def _classes(self, network: str) -> dict[str, int]:
        of, sets = self.config["networks"][network], self.config["datasets"]
        return {task: sets[task]["classes"] - len(of.get("without", {}).get(task, ())) for task in of["tasks"]}

    def _run(self, network: str) -> tuple[list[Layer], object]:
        if network not in self._layers:
            import torch  # takes seconds to import

            from segregation.lesions.counting import layers_run
            from segregation.networks import building, models

            size = self.config["image_size"]
            own = resolved(self.config["networks"][network].get("architecture", self.config["architecture"]))
            empty = building.empty(own, size, sum(self._classes(network).values())).eval().to("meta")
            image = torch.empty(1, 3, size, size, device="meta")
            self._layers[network] = models.run_empty(empty, image, layers_run), empty
        return self._layers[network]

    def _keeps(self, at: Depth, n_images: int) -> bool:
        """Return whether the lesion engine keeps the maps of as many images, as lesions.memory plans."""
        return n_images * at.kept_bytes <= KEPT * self.memory
