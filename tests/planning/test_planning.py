"""The plan of a study: its jobs from the workflow, its work, its rates from tables, and what the command writes."""

import json
import re
import subprocess
import sys
from collections import Counter

import pandas as pd
import pytest
import yaml

from segregation.planning.jobs import Job, read_dry_run
from segregation.planning.rates import read_rates
from segregation.planning.work import Study, Work
from segregation.steps.reporting import InputError
from segregation.study.preflight import disk_needed
from studies import ROOT, copy_project, run_command, run_snakemake

pytestmark = pytest.mark.slow
RATES = yaml.safe_load((ROOT / "workflow/rates.yaml").read_text())
PAPER, RUNS = ROOT / "results/reference/paper", ROOT / "results/reference/default"
BENCHMARKS = ROOT / "results/reference/benchmarks"
COSTS = " ".join((ROOT / "docs/costs.md").read_text().split())
VGG16 = 15_346_630_656  # multiply-adds of the convolutions of VGG16 at 224 pixels, as published


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project."""
    return copy_project(tmp_path_factory.mktemp("plan") / "project")


def command(project, *arguments: str) -> str:
    """Return what the command prints; it writes to plan/ in the project."""
    code, said, error = run_command(project, "workflow/plan.py", *arguments)
    assert code == 0, error
    return said


@pytest.fixture(scope="module")
def printed(project):
    """What the command says of the paper's study."""
    return command(project, "studies/paper.yaml", "--to", "plan")


def study_of(project, *overlays: str) -> tuple[Study, list[Job]]:
    """Return the work of a study and its jobs, without a plateau schedule's assumption."""
    from snakemake.utils import update_config

    from segregation.study.configuration import drop_nulls

    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    for overlay in overlays:
        update_config(config, yaml.safe_load((ROOT / overlay).read_text()))
    drop_nulls(config)
    given = ["--configfile", *overlays] if overlays else []
    return Study(config, 60, {128: 0.25}), read_dry_run(run_snakemake(project, "--dry-run", "--forceall", *given))


@pytest.fixture(scope="module")
def paper(project):
    """The paper's study and its jobs."""
    return study_of(project, "studies/paper.yaml")


@pytest.fixture(scope="module")
def default(project):
    """The default study and its jobs."""
    return study_of(project)


def test_jobs_and_what_they_wait_for_are_snakemakes_own(project, paper):
    """Against Snakemake's two other ways of telling: its statistics, and its graph of jobs."""
    _, jobs = paper
    dry = run_snakemake(project, "--dry-run", "--configfile", "studies/paper.yaml")
    stats = dict(re.findall(r"(?m)^(\w+) +(\d+)$", dry[dry.index("Job stats") :]))
    del stats["all"], stats["total"]
    assert Counter(job.rule for job in jobs) == {rule: int(n) for rule, n in stats.items()}
    graph = run_snakemake(project, "--d3dag", "--configfile", "studies/paper.yaml")
    graph = json.loads(re.search(r'(?m)^\{"nodes".*$', graph)[0])
    rules = {node["id"]: node["value"]["rule"] for node in graph["nodes"]}
    edges = Counter((rules[e["u"]], rules[e["v"]]) for e in graph["edges"] if rules[e["v"]] != "all")
    rule_of = {job.number: job.rule for job in jobs}
    assert Counter((rule_of[number], job.rule) for job in jobs for number in job.after) == edges


def test_passes_are_counted_on_the_studys_own_networks(paper):
    study, _ = paper
    linear = 25088 * 4096 + 4096 * 4096
    assert study.passes("dual") == 2 * (VGG16 + linear + 4096 * (1714 + 423))
    last = study.depth("dual", "conv5_3")
    assert last.before == 2 * VGG16 and last.following == 2 * 25088 * 4096 and last.units == 512
    assert last.behind == 2 * (4096 * 4096 + 4096 * 2137) and last.kept_bytes == 4 * 25088
    assert study.depth("dual", "conv1_1").before == 2 * 224 * 224 * 27 * 64


def test_images_are_those_of_the_configuration(paper):
    study, jobs = paper
    shown = 2 * study.config["networks"]["dual"]["train_images"]  # fewer than either set has
    assert study.training_images("dual") == (pytest.approx(0.95 * shown), pytest.approx(0.05 * shown))
    assert study.training_images("face")[0] == pytest.approx(0.95 * 1714 * 247)
    assert study.test_images("dual") == 50 * (1714 + 423) and study.images("food") == 101 * 1000
    assert study.epochs_of("dual") == 60 and study.epochs_of("untrained") == 0
    work = next(study.work(job) for job in jobs if job.name == "train[dual, 1]")
    assert work.training == pytest.approx(60 * (3 * 0.95 + 0.05) * shown * study.passes("dual"))


def test_lesions_are_counted_by_hand(default, paper):
    """By layer 10 severities of two rankings and 20 random draws; in the last one 3 methods' scores, and draws at all."""
    for study, jobs in (default, paper):
        named = {job.name: job for job in jobs}
        of_layer = {layer: named[f"evaluate_lesions[dual, 1, {layer}]"] for layer in ("conv1_1", "conv5_3")}
        assert {layer: study.lesions(job) for layer, job in of_layer.items()} == {"conv1_1": 40, "conv5_3": 20 + 60 + 200}
        tests, seeds = study.test_images("dual"), len(study.config["seeds"])
        assert study.work(of_layer["conv5_3"]).responses == tests * (1 + 280)
        intact = study.work(named["evaluate_lesions[face, 1, intact]"])
        assert intact.responses == study.test_images("face") and intact.lesioned == 0
        read = {rule: study.work(named[rule]).responses for rule in named if rule.startswith("bootstrap")}
        assert read["bootstrap_segregation[dual, full]"] == seeds * tests * (13 + 12 * 40 + 280)
        assert read["bootstrap_accuracy[dual]"] == seeds * tests
        assert study.work(named["compare_with_nulls"]).responses == seeds * tests * (1 + 280)


def test_a_race_costs_by_the_number_of_its_images():
    study = Study({}, 60, {128: 0.25, 6400: 0.05})
    assert [study.share_raced(n) for n in (16, 128, 6400, 9000)] == pytest.approx([0.25, 0.25, 0.05, 0.05])
    assert study.share_raced(905) == pytest.approx((0.25 * 0.05) ** 0.5, rel=1e-3), "halfway between, by factors"


def test_every_rate_has_its_unit_and_source():
    entries = [*RATES["training"].values(), *RATES["processor_work"].values()]
    entries += [entry for device in RATES["devices"].values() for entry in device.values() if isinstance(entry, dict)]
    assert {key for device in RATES["devices"].values() for key in device if key not in ("kind", "about")} == {
        "start_s",
        "training_per_s",
        "intact_per_s",
        "lesioned_per_s",
        "fed_per_thread_s",
        "read_per_thread_s",
        "memory_bytes",
    }
    for entry in entries:
        assert entry.keys() == {"value", "unit", "source", "from"} and entry["source"] in ("measured", "assumed")
        for path in re.findall(r"results/\S+\.(?:csv|json)", entry["from"]):
            assert (ROOT / path).is_file()
    with pytest.raises(InputError, match="has no device 'abacus'; it has h200, h100, a100, processor"):
        read_rates(ROOT / "workflow/rates.yaml", "abacus")


def test_measured_rates_are_those_of_their_tables(default):
    study, jobs = default
    made, run = (json.loads((RUNS / f"{name}.json").read_text())["minutes_by_rule"] for name in ("run_rates", "run"))
    total = {rule: sum((study.work(job) for job in jobs if job.rule == rule), Work()) for rule in {job.rule for job in jobs}}
    own, usual = RATES["devices"]["processor"], RATES["processor_work"]
    assert own["training_per_s"]["value"] == pytest.approx(total["train"].training / (60 * made["train"]), rel=0.01)
    lesions = pd.read_csv(BENCHMARKS / "lesions.csv").query("network == 'default'")
    counted = sum(study.search(study.depth("dual", row.layer), row.images, 0.5, True) for row in lesions.itertuples())
    assert own["lesioned_per_s"]["value"] == pytest.approx(counted / lesions.engine_s.sum() / 2, rel=0.01)
    rendered = total["render_images"].rendered / (60 * made["render_images"]) / 2
    assert usual["rendered_per_core_s"]["value"] == pytest.approx(rendered, rel=0.01)
    fitting = 60 * made["decode"] - 4 * own["start_s"]["value"]
    assert usual["fits_per_s"]["value"] == pytest.approx(total["decode"].fits / fitting, rel=0.02)
    seeds = len(json.loads((RUNS / "run.json").read_text())["seeds"])
    assert own["start_s"]["value"] == pytest.approx(60 * run["show_new_classes"] / (4 * seeds), rel=0.1)
    loading = pd.read_csv(BENCHMARKS / "loading.csv").set_index("case").ours_images_per_s
    for device in RATES["devices"].values():
        slower = loading[loading.index.str.endswith("ready for a GPU")].min() / 2
        assert device["read_per_thread_s"]["value"] == pytest.approx(slower, rel=0.01)
    draws = [seeds * (total[rule].responses) / (60 * run[rule]) for rule in ("bootstrap_accuracy", "bootstrap_segregation")]
    assert min(draws) <= usual["responses_per_s"]["value"] <= max(draws)


def test_measured_rates_of_a_gpu_are_those_of_its_table(paper):
    study, _ = paper
    table = pd.read_csv(BENCHMARKS / "gpu.csv").set_index("what")
    own, passes = (
        {k: of["value"] for k, of in RATES["devices"]["h200"].items() if isinstance(of, dict)},
        study.passes("face"),
    )
    assert set(table.device) == {"NVIDIA H200"}
    assert own["training_per_s"] == pytest.approx(3 * passes * table.value["training, images in memory, compiled"], rel=0.02)
    assert own["fed_per_thread_s"] == pytest.approx(table.value["training, images decoded, compiled"] / 15, rel=0.01)
    tf32 = table[(table.precision == "tf32") & (table.network == "vgg16")]
    assert own["intact_per_s"] == pytest.approx(passes * tf32.value["intact passes"], rel=0.02)
    rate = table[table.precision == "tf32"].value["matrix product"]
    assert own["lesioned_per_s"] == pytest.approx(tf32.share["round of a ranking"].mean() * rate, rel=0.01)
    few, many = RATES["training"]["raced"]["value"][128], RATES["training"]["raced"]["value"][6400]
    assert many == pytest.approx(table.value["pairs of a race"].mean(), rel=0.01)
    racing = pd.read_csv(BENCHMARKS / "racing.csv").query("images == 128")
    assert few == pytest.approx(racing.racing_pairs.sum() / racing.exact_pairs.sum(), abs=0.005)


def test_the_page_says_what_the_gpu_did():
    table = pd.read_csv(BENCHMARKS / "gpu.csv")
    at = dict(list(table[table.network == "dual"].groupby("precision")))
    shared = {p: of[of.what == "top 20% shared with the processor"].value for p, of in at.items()}
    processor = table[table.what == "index, processor"].set_index(["layer", "task"]).value
    apart = {
        p: (of[of.what == "index, same weights"].set_index(["layer", "task"]).value - processor).abs().max()
        for p, of in at.items()
    }
    assert len(shared["tf32"]) == 6 and (shared["tf32"] == 1).all() and "in all of 6 rankings" in COSTS
    assert f"differ by {apart['tf32']:.3f} at most" in COSTS and apart["float32"] < 1e-5
    assert f"it shares {100 * shared['bfloat16'].min():.0f}% of one top 20%" in COSTS
    assert f"one index differs by {apart['bfloat16']:.2f}" in COSTS
    of = table.set_index("what")
    for what, said in (("images in memory", "from memory ({:,.0f} images a second)"), ("images decoded", "({:,.0f})")):
        row = of.loc[f"training, {what}, compiled"]
        assert f"{100 * row.share:.0f}% " in COSTS and said.format(row.value) in COSTS
    assert f"{100 * of.value['pairs of a race'].mean():.0f}% of the pairs of an exact search at 6,400 images" in COSTS


def test_the_command_writes_the_reference(project, printed):
    for name in ("plan", "plan_wall"):
        pd.testing.assert_frame_equal(
            pd.read_csv(project / f"plan/{name}.csv"), pd.read_csv(PAPER / f"{name}.csv"), rtol=1e-4
        )
    assert (project / "plan/plan.png").stat().st_size > 10_000 and (PAPER / "plan.png").stat().st_size > 10_000
    assert f"{pd.read_csv(PAPER / 'plan.csv').jobs.sum()} jobs" in printed
    assert "Longest chain" in printed and "Disk: about " in printed


def test_the_page_says_what_the_tables_say(paper):
    rules, wall = (pd.read_csv(PAPER / f"{name}.csv") for name in ("plan", "plan_wall"))
    gpu, cpu = rules.gpu_hours, rules.cpu_hours
    assert f"{rules.jobs.sum()} jobs, {gpu.sum():.0f} GPU hours and {cpu.sum():.1f} hours without a GPU" in COSTS
    shown = rules[gpu + cpu >= 0.1]
    rows = [
        f"| `{r.rule}` | {r.jobs} | {r.gpu_hours:.1f} | {r.cpu_hours:.1f} | {r.longest_hours:.1f} |"
        for r in shown.itertuples()
    ]
    assert f"|---|---|---|---|---| {' '.join(rows)} With" in COSTS
    rows = [f"| {row.gpus} | {row.wall_hours:.1f} |" for row in wall.itertuples()]
    assert f"|---|---| {' '.join(rows)} !" in COSTS and wall.gpus.tolist() == [1, 4, 16, 64]
    assert f"its longest chain, {wall.critical_hours[0]:.1f} hours: `{wall.critical_path[0]}`" in COSTS
    by_rule, epochs = rules.set_index("rule").gpu_hours, RATES["training"]["epochs"]["value"]
    assert f"**Epochs**: {epochs}." in COSTS and f"takes {by_rule.train / epochs:.2f} GPU hours an epoch" in COSTS
    assert f"{by_rule.train:.0f} with {epochs}, {by_rule.train / epochs * 200:.0f} with 200" in COSTS
    h200, h100 = (RATES["devices"][name] for name in ("h200", "h100"))
    for rate in ("training_per_s", "intact_per_s", "lesioned_per_s"):
        assert h100[rate]["value"] == pytest.approx(0.85 * h200[rate]["value"], rel=0.01)
    assert f"the longest takes {rules.set_index('rule').longest_hours.evaluate_lesions:.1f} hours" in COSTS
    assert by_rule.sum() <= 45 and wall.critical_hours[0] <= 8 and rules.set_index("rule").longest_hours.evaluate_lesions < 2
    assert f"about {disk_needed(paper[0].config, ROOT) / 1e9:.0f} GB" in COSTS


def test_the_plan_of_the_reference_run_is_near_what_it_took(project):
    command(project, "studies/reference.yaml", "--device", "processor", "--cores", "2", "--to", "reference")
    run = json.loads((RUNS / "run.json").read_text())
    planned = 60 * pd.read_csv(project / "reference/plan.csv").set_index("rule").cpu_hours
    (wall,) = 60 * pd.read_csv(project / "reference/plan_wall.csv").wall_hours
    assert f"says {wall:.1f} minutes; [it took {run['minutes_total']:.1f}]" in COSTS
    assert f"the reference run of {len(run['seeds'])} seeds" in COSTS
    assert wall == pytest.approx(run["minutes_total"], rel=0.1)
    for rule in ("train", "rank_filters", "evaluate_lesions"):
        took = run["minutes_by_rule"][rule]
        assert f"| `{rule}` | {planned[rule]:.1f} | {took:.1f} |" in COSTS
        assert planned[rule] == pytest.approx(took, rel=0.25)
    assert not (project / "reference/plan.png").exists(), "there is no GPU to draw"


def test_one_seed_and_another_device(project):
    (project / "one.yaml").write_text("seeds: [1]\n")
    command(project, "studies/paper.yaml", "one.yaml", "--to", "one")
    command(project, "studies/paper.yaml", "--device", "a100", "--to", "other")
    one, other = (pd.read_csv(project / f"{name}/plan.csv").gpu_hours.sum() for name in ("one", "other"))
    assert f"it takes {one:.0f} GPU hours, and on an A100 {other:.0f} for three seeds" in COSTS and one <= 15


def test_a_study_whose_files_are_not_there_yet_is_planned(project):
    said = command(project, "studies/own.yaml", "--to", "own")
    assert "import_weights[mine, 1]" in said and "Written: plan.csv, plan_wall.csv, plan.png in own." in said


def test_bad_arguments_are_told_in_a_line(project):
    call = [sys.executable, "workflow/plan.py", "studies/paper.yaml", "--device", "abacus"]
    done = subprocess.run(call, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "has no device 'abacus'" in done.stderr and "Traceback" not in done.stderr
