"""The page of the report works as its reader uses it."""

import json
import re

import numpy as np
import pandas as pd
import pytest
import yaml

from segregation.report import finding
from studies import ROOT

PAGE = "results/tiny/report.html"


@pytest.fixture
def page(tiny, chromium):
    """The report of the tiny study, opened; anything that it complains of, or asks for beside itself, fails the test."""
    opened, complaints, asked = chromium.new_page(viewport={"width": 1200, "height": 900}), [], set()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: asked.add(request.url))
    address = (tiny / PAGE).as_uri()
    opened.goto(address)
    yield opened
    opened.close()
    assert complaints == []
    assert {url for url in asked if not url.startswith("data:image/")} == {address}


OF_OTHERS = {f"draw_extra_{name}" for name in ("matrix", "seeds", "capacity")}  # of more tasks, seeds, widths


def test_every_figure_is_there_and_loads(page, tiny):
    broken = "[...document.images].filter(i => i.src && !i.naturalWidth).map(i => i.alt)"
    assert page.evaluate(broken) == [] and page.evaluate("document.images.length") > 15
    rules = {path.stem for path in (tiny / "workflow/scripts").glob("draw_*.py")} - OF_OTHERS
    assert {f"draw_{name}" for name in page.locator("#figures figure").evaluate_all("all => all.map(f => f.id)")} == rules
    for rule in rules:
        name, said = rule.removeprefix("draw_"), page.locator(f"#{rule.removeprefix('draw_')}").inner_text()
        assert (ROOT / f"workflow/report/{name}.rst").read_text().strip() in said
        assert rule in said and f"workflow/scripts/{rule}.py" in said
        for path in (tiny / "results/tiny/figures").glob(f"{name}*.csv"):
            assert f"results/tiny/figures/{path.name} ({len(pd.read_csv(path))} rows)" in said


def test_tables_and_records_are_those_of_the_study(page, tiny):
    results = tiny / "results/tiny"
    claims = pd.read_csv(results / "claims.csv")
    cells = page.locator("#claims tbody tr").evaluate_all("all => all.map(r => [...r.cells].map(c => c.textContent))")
    assert [row[0] for row in cells] == claims.claim.tolist()
    assert [row[-1].split(" ", 1)[1] for row in cells] == claims.verdict.tolist()
    assert page.locator("#made pre").text_content().strip() == (results / "config.yaml").read_text().strip()
    text, run = page.locator("#made").inner_text(), json.loads((results / "run.json").read_text())
    assert all(re.search(rf"{name}\s+{re.escape(version)}", text) for name, version in run["versions"].items())
    assert f"{run['steps']} steps took {run['minutes_total']} minutes" in text
    steps = pd.read_csv(results / "compute.csv").step.tolist()
    assert page.locator("#made .sortable tbody td:first-child").all_inner_texts() == steps
    assert "Rendered images are not photographs" in page.locator("#claims").inner_text()
    confidence = yaml.safe_load((results / "config.yaml").read_text())["statistics"]["confidence"]
    assert f"Brackets: {100 * confidence:.0f}% intervals" in page.locator("header").inner_text()
    assert "With one seed they tell of classes and images alone" in page.locator("header").inner_text()
    index = pd.read_csv(results / "statistics/dual/full/segregation.csv").set_index(["layer", "task", "variant"])
    last = index.loc["conv5_3", "combined", "contrast"]
    assert finding.with_interval(last, "index") in page.locator(".finding").inner_text()


def choices(page, name):
    return page.locator(f"#{name} option").all_inner_texts()


def percent(share: float) -> str:
    """As the page rounds: to four decimals in its data, then half up."""
    return "an unknown share" if np.isnan(share) else f"{int(100 * round(share, 4) + 0.5)}%"


def chosen(page):
    """Go through every network, layer, ranking and severity place that the explorer offers."""
    for network in choices(page, "network"):
        page.select_option("#network", label=network)
        for layer in choices(page, "layer"):
            page.select_option("#layer", label=layer)
            for ranking in page.locator("#ranking option").evaluate_all("all => all.map(o => o.value)"):
                page.select_option("#ranking", ranking)
                for place in range(int(page.locator("#severity").get_attribute("max")) + 1):
                    page.locator("#severity").fill(str(place))
                    yield network.replace(" ", "_"), layer, ranking, place


def test_the_explorer_shows_every_choice(page, tiny):
    """The numbers in the page are those of the tables, and choices show the same only where the tables say the same of them.

    In so small a network two rankings may choose the same filters.
    """
    severities = yaml.safe_load((tiny / "studies/tiny.yaml").read_text())["evaluation"]["severities"]
    folders, shows, tables = tiny / "results/tiny/statistics", [], []
    for network, layer, ranking, place in chosen(page):
        effects = pd.read_csv(folders / network / "full/effects.csv")
        tasks, severity = list(dict.fromkeys(effects.task)), severities[place]
        left = effects[effects.severity == severity].set_index(["layer", "lesion", "task"]).normalised
        said = page.locator("#said").inner_text()
        suffix = "" if ranking == "greedy" else f"_by_{ranking}"
        lesions = ["random"] if ranking == "random" else [task + suffix for task in tasks]
        numbers = effects[effects.lesion.isin(lesions)][["normalised", "low", "high"]]
        tables.append((network, layer, place, str(numbers.to_numpy().tolist())))
        for lesion in lesions:
            if (layer, lesion, tasks[0]) in left.index:
                shares = [f"{percent(left[layer, lesion, task])} of {task.replace('_', ' ')}" for task in tasks]
                assert " and ".join(shares) in said, (network, layer, ranking, severity)
            else:
                assert ranking == "random" and f"Not measured for random filters at {percent(severity)}" in said
        if ranking != "random":
            index = pd.read_csv(folders / network / "full/segregation_by_severity.csv")
            index = index.query("variant == 'contrast' and task == 'combined' and layer == @layer and ranking == @ranking")
            (value,) = index["index"][index.severity == severity]
            expected = "undefined" if np.isnan(value) else f"{round(value, 4):.2f}".replace("-", "\N{MINUS SIGN}")
            assert f"The combined segregation index is {expected}" in said, (network, layer, ranking, severity)
        shows.append(page.locator("#numbers").inner_html() + page.locator("#charts").inner_html())
    assert len(set(shows)) == len(set(tables)) == len({*zip(shows, tables, strict=True)}) > 20


def test_preferred_stimuli_follow_the_layer(page, tiny):
    table = pd.read_csv(tiny / "results/tiny/readout/preferred.csv")
    for layer in ("conv1_2", "conv5_3"):
        page.select_option("#layer", label=layer)
        said = page.locator("#stimuli").inner_text()
        for row in table[table.layer == layer].itertuples():
            assert f"{row.place}. filter {row.filter}: {100 * row.share_own:.0f}% {row.task}" in said
    page.select_option("#network", label="food object")
    assert page.locator("#stimuli li").count() == 0
    assert "made for the dual network, layers conv1_2, conv5_3" in page.locator("#stimuli-said").inner_text()


def test_tables_are_sorted_by_numbers_and_by_keyboard(page):
    rows = page.locator("#networks tbody tr")
    heading = page.locator("#networks th", has_text="accuracy")
    heading.locator("button").press("Enter")
    values = [float(v) for v in rows.locator("td:nth-child(4)").evaluate_all("all => all.map(c => c.dataset.value)")]
    assert values == sorted(values) and len(set(values)) > 3 and heading.get_attribute("aria-sort") == "ascending"
    heading.locator("button").press("Enter")
    turned = [float(v) for v in rows.locator("td:nth-child(4)").evaluate_all("all => all.map(c => c.dataset.value)")]
    assert turned == values[::-1] or sorted(turned, reverse=True) == turned
    assert heading.get_attribute("aria-sort") == "descending"


def test_all_works_by_keyboard(page):
    before = page.locator("#said").inner_text()
    page.locator("#severity").press("ArrowRight")
    assert (
        page.locator("#said").inner_text() != before and page.locator("#severity").get_attribute("aria-valuetext") == "50%"
    )
    dialog = page.locator("dialog")
    page.locator("#figure_2 .enlarge").press("Enter")
    assert dialog.is_visible() and dialog.locator("img").evaluate("i => i.naturalWidth") > 1000
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    named = "e.textContent.trim() || e.getAttribute('aria-label') || e.alt || e.labels?.length || e.closest('dialog')"
    unnamed = f"[...document.querySelectorAll('button, select, input, img, summary, svg[role=img]')].filter(e => !({named}))"
    assert page.evaluate(f"{unnamed}.length") == 0, "everything has a name for a screen reader"


@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_fits_a_phone_and_a_desktop(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_print_leaves_controls_out_and_keeps_figures(page):
    page.emulate_media(media="print")
    assert not page.locator(".controls").is_visible() and not page.locator("nav").is_visible()
    assert page.locator("#figure_2 img").is_visible() and page.locator("#charts").is_visible()
