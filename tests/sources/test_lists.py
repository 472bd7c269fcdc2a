"""The lists of ILSVRC-2012 classes: what is in them, and the rule that makes them, on a hierarchy written by hand."""

import importlib.util
import re

import pytest

from studies import ROOT

LISTS = ROOT / "workflow/lists"
INANIMATE, NO_CARS = "ilsvrc_inanimate.txt", "ilsvrc_inanimate_no_food_no_cars.txt"
README = (LISTS / "README.md").read_text(encoding="utf-8")

ALIVE_OR_NATURAL = {
    "n01440764": "tench",
    "n02012849": "crane, the bird",
    "n02099601": "golden retriever",
    "n02113186": "Cardigan, the dog",
    "n02123045": "tabby",
    "n09835506": "ballplayer",
    "n10148035": "groom",
    "n10565667": "scuba diver",
    "n11939491": "daisy",
    "n12998815": "agaric",
    "n12267677": "acorn",
    "n09246464": "cliff",
    "n09472597": "volcano",
}
FOOD = {
    "n07565083": "menu",
    "n07579787": "plate, the dish",
    "n07614500": "ice cream",
    "n07714990": "broccoli",
    "n07734744": "mushroom",
    "n07753592": "banana",
    "n07873807": "pizza",
    "n07920052": "espresso",
    "n07930864": "cup, the punch",
}
OBJECTS = {
    "n02690373": "airliner",
    "n02776631": "bakery",
    "n02835271": "bicycle-built-for-two",
    "n02951358": "canoe",
    "n02963159": "cardigan",
    "n03126707": "crane",
    "n03710637": "maillot",
    "n03710721": "maillot",
    "n03775546": "mixing_bowl",
    "n04147183": "schooner",
    "n04398044": "teapot",
    "n04399382": "teddy",
    "n06359193": "web_site",
    "n06794110": "street_sign",
    "n06874185": "traffic_light",
    "n09229709": "bubble",
    "n15075141": "toilet_tissue",
}
CARS = {
    "n02701002": "ambulance",
    "n02930766": "cab",
    "n02965783": "car_mirror",
    "n02974003": "car_wheel",
    "n03100240": "convertible",
    "n03459775": "grille",
    "n03594945": "jeep",
    "n03769881": "minibus",
    "n03770679": "minivan",
    "n03930630": "pickup",
    "n04065272": "recreational_vehicle",
    "n04146614": "school_bus",
    "n04285008": "sports_car",
    "n04467665": "trailer_truck",
}

# The roots have WordNet's offsets, the hierarchy is cut short. A hot dog is food by its second parent alone, a van a box and
# a car; a robot dog has an animal for a second parent; Rocinante is an instance of a car.
NOUNS = """\
  1 This line stands for the licence, which begins every line with two blanks.
00001740 03 n 01 entity 0 002 ~ 00002684 n 0000 ~ 00021265 n 0000 | that which is
00002684 03 n 02 object 0 physical_object 0 001 @ 00001740 n 0000 | a thing | seen and touched
00004258 03 n 02 living_thing 0 animate_thing 0 001 @ 00002684 n 0000 | what lives
00019128 03 n 01 natural_object 0 002 @ 00002684 n 0000 ! 00021939 n 0101 | not made
00021265 03 n 02 food 0 nutrient 0 001 @ 00001740 n 0000 | what is eaten
07555863 13 n 02 food 0 solid_food 0 001 @ 00001740 n 0000 | what is chewed
00021939 03 n 02 artifact 0 artefact 0 001 @ 00002684 n 0000 | made
09287968 17 n 02 geological_formation 0 formation 1 001 @ 00002684 n 0000 | of the earth
03575240 06 n 02 instrumentality 0 instrumentation 1 001 @ 00021939 n 0000 | made for a purpose
04341686 06 n 02 structure 0 construction 0 001 @ 00021939 n 0000 | built
03051540 06 n 0c clothing 0 a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 j 0 k 0 001 @ 00021939 n 0000 | worn; twelve words
04524313 06 n 01 vehicle 0 001 @ 03575240 n 0000 | carries
04576211 06 n 01 wheeled_vehicle 0 001 @ 04524313 n 0000 | rolls
04170037 06 n 01 self-propelled_vehicle 0 001 @ 04576211 n 0000 | drives itself
03791235 06 n 02 motor_vehicle 0 automotive_vehicle 0 002 @ 04170037 n 0000 %p 00000014 n 0000 | off the rails
02958343 06 n 02 car 0 auto 0 001 @ 03791235 n 0000 | four wheels
02924116 06 n 02 bus 0 coach 0 001 @ 03575240 n 0000 | many seats
00000011 06 n 01 teapot 0 001 @ 03575240 n 0000 | pours
00000012 06 n 02 van 0 van_with_a_lid 0 002 @ 03575240 n 0000 @ 02958343 n 0000 | a box and a car
00000013 06 n 01 minibus 0 001 @ 02924116 n 0000 | few seats
00000014 06 n 01 gauge 0 002 @ 03575240 n 0000 #p 03791235 n 0000 | miles
00000015 06 n 01 gun 0 002 @ 03575240 n 0000 #p 04170037 n 0000 | part of a tank, which is no motor vehicle
00000016 13 n 01 hot_dog 0 002 @ 00021939 n 0000 @ 07555863 n 0000 | a bun
00000017 05 n 01 robot_dog 0 002 @ 03575240 n 0000 @ 00000018 n 0000 | barks
00000018 05 n 01 dog 0 001 @ 00004258 n 0000 | barks too
00000019 17 n 01 hill 0 001 @ 09287968 n 0000 | high
00000020 20 n 01 acorn 0 001 @ 00019128 n 0000 | falls
00000021 10 n 02 signpost 0 guidepost 0 001 @ 00001740 n 0000 | communication
00000022 06 n 01 Rocinante 0 001 @i 02958343 n 0000 | a certain car
00000023 13 n 01 soup 0 001 @ 00021265 n 0000 | hot
00000024 06 n 01 oxcart 0 001 @ 04576211 n 0000 | pulled
"""
CLASSES = "".join(f"n000000{number}\n" for number in (24, *range(11, 24)))


def lines(name):
    """Return the comments of a list and its other lines."""
    text = (LISTS / name).read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert "\r" not in text
    every = text.splitlines()
    comments = [line for line in every if line.startswith("#")]
    assert every[: len(comments)] == comments
    return comments, every[len(comments) :]


def classes(name):
    """Return the words of a list's classes by wnid."""
    return dict(line.split("  ") for line in lines(name)[1])


@pytest.fixture
def script():
    """The script that makes the lists, which is no module of the package."""
    spec = importlib.util.spec_from_file_location("make_lists", LISTS / "make_lists.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def given(tmp_path):
    """The files that the script reads: nouns and classes."""
    (tmp_path / "data.noun").write_text(NOUNS.replace("\n", "  \n"))  # as in WordNet's file
    (tmp_path / "classes.txt").write_text(CLASSES)
    return tmp_path / "data.noun", tmp_path / "classes.txt"


@pytest.mark.parametrize("name", [INANIMATE, NO_CARS])
def test_a_list_is_sorted_and_has_a_class_and_its_word_a_line(name):
    found = lines(name)[1]
    assert all(re.fullmatch(r"n\d{8}  \S+", line) for line in found)
    wnids = [line.split()[0] for line in found]
    assert wnids == sorted(set(wnids))


@pytest.mark.parametrize(("name", "number"), [(INANIMATE, 526), (NO_CARS, 488)])
def test_the_lists_have_as_many_classes_as_they_and_their_page_say(name, number):
    comments, found = lines(name)
    assert len(found) == number
    assert comments[-1].startswith(f"# {number} classes;")
    rows = [line for line in README.splitlines() if line.startswith("|") and f"`{name}`" in line]
    assert len(rows) == 2  # the table of the lists and the table of the rules
    assert all(f"| {number} |" in row for row in rows)


def test_the_lists_are_long_enough_for_the_paper():
    assert len(classes(INANIMATE)) >= 423 + 100
    assert len(classes(NO_CARS)) >= 393


def test_the_second_list_is_the_first_without_the_38_classes_that_the_page_counts():
    first, second = (set(lines(name)[1]) for name in (INANIMATE, NO_CARS))
    assert second < first
    counted = re.search(r"vehicle\* \((\d+) classes\), \*bus\* \((\d+):.*?\((\d+): car mirror", " ".join(README.split()))
    assert [int(number) for number in counted.groups()] == [31, 3, 4]
    assert len(first - second) == 38


@pytest.mark.parametrize("name", [INANIMATE, NO_CARS])
def test_nothing_alive_no_food_and_no_landscape_is_in_a_list(name):
    assert not classes(name).keys() & (ALIVE_OR_NATURAL | FOOD).keys()


@pytest.mark.parametrize("name", [INANIMATE, NO_CARS])
def test_objects_are_in_both_lists_by_their_words(name):
    assert OBJECTS.items() <= classes(name).items()


def test_cars_are_in_the_first_list_alone():
    assert CARS.items() <= classes(INANIMATE).items()
    assert not classes(NO_CARS).keys() & CARS.keys()


def test_the_rule_walks_every_path(script, given, tmp_path, capsys):
    script.main([*map(str, given), "--to", str(tmp_path)])
    first, second = ((tmp_path / name).read_text().splitlines() for name in (INANIMATE, NO_CARS))
    assert [line for line in first if not line.startswith("#")] == [
        "n00000011  teapot",
        "n00000012  van",
        "n00000013  minibus",
        "n00000014  gauge",
        "n00000015  gun",
        "n00000021  signpost",
        "n00000022  Rocinante",
        "n00000024  oxcart",
    ]
    assert [line for line in second if not line.startswith("#")] == [
        "n00000011  teapot",
        "n00000015  gun",
        "n00000021  signpost",
        "n00000024  oxcart",
    ]
    assert "# 8 classes; written by make_lists.py, explained in README.md." in first
    table = capsys.readouterr().out.splitlines()
    assert table[:4] == ["| rule | classes |", "|---|---|", "| all | 14 |", "| no living thing | 12 |"]
    assert "| artifact | 9 |" in table  # the lists' but the signpost, with the hot dog and the robot
    assert "| inanimate without self-propelled vehicles | 6 |" in table


def test_the_page_has_the_rules_that_the_script_counts(script, given):
    nouns = script.read_nouns(given[0])
    rules = script.count(script.read_classes(given[1], nouns), nouns)
    table = README.split("| rule | classes |\n|---|---|\n")[1].split("\n\n")[0]
    assert re.findall(r"^\| (.+) \| \d+ \|$", table, re.MULTILINE) == list(rules)


def test_the_lists_begin_with_the_comments_that_the_script_writes(script):
    for name in (INANIMATE, NO_CARS):
        assert lines(name)[0][:-1] == [f"# {line}" for line in script.HEADERS[name]]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("n00000011\nn00000099\n", "no nouns of WordNet 3.0: n00000099"),
        ("n00000011\nn00000012\nn00000011\n", "more than once: n00000011"),
        ("00000011\n", "no nouns of WordNet 3.0: 00000011"),
    ],
)
def test_bad_classes_are_named(script, given, bad, message):
    given[1].write_text(bad)
    with pytest.raises(SystemExit, match=message):
        script.main([*map(str, given), "--to", str(given[0].parent)])


@pytest.mark.parametrize(("old", "new"), [("02924116 06 n", "02924117 06 n"), ("n 02 bus 0", "n 02 omnibus 0")])
def test_nouns_of_another_wordnet_are_told(script, given, old, new):
    assert old in NOUNS
    given[0].write_text(NOUNS.replace(old, new))
    with pytest.raises(SystemExit, match=r"02924116 is not 'bus'; expected the data.noun of WordNet 3.0"):
        script.main([*map(str, given)])


def test_words_that_differ_from_imagenets_are_named(script, given):
    words = given[0].with_name("words.txt")
    nouns = script.read_nouns(given[0])
    words.write_text("n00000012\tvan, van with a lid\nn00000011\tteapot\n")
    script.check_words(words, ["n00000011", "n00000012"], nouns)
    words.write_text("n00000012\tvan\nn00000011\tteapot\n")
    with pytest.raises(ValueError, match="n00000012 is 'van'; WordNet has 'van, van with a lid'"):
        script.check_words(words, ["n00000011", "n00000012"], nouns)
