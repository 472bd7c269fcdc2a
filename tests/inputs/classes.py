"""Class lists as users have them: kind, member, bytes (and a name) of the file, and what is expected.

Expected is the order of the outputs that the tasks x: tench, y: goldfish, shark get, or a part of the one message.
"""

import json

TASKS = {"x": ["tench"], "y": ["goldfish", "great white shark"]}
WNIDS = {"x": ["n01440764"], "y": ["n01443537", "n01484850"]}
SYNSETS = "n01484850 great white shark, white shark\nn01440764 tench, Tinca tinca\nn01443537 goldfish, Carassius auratus\n"
INDEX = {"0": ["n01484850", "great white shark"], "1": ["n01440764", "tench"], "2": ["n01443537", "goldfish"]}
PLAIN = "great white shark\ntench\ngoldfish\n"
ORDER = [1, 2, 0]
CAFE = {"x": ["caf\u00e9"], "y": ["b"]}

CASES = {
    "ImageNet's lists": {
        "n01440764 tench, ..., by name": (SYNSETS, TASKS, ORDER),
        "n01440764 tench, ..., by number": (SYNSETS, WNIDS, ORDER),
        "n01440764 tench, ..., by the second name": (SYNSETS, {"x": ["Tinca tinca"], "y": ["white shark"]}, [1, 0, 2]),
        "n01440764 tench, ..., by the whole line": (SYNSETS, {"x": ["n01440764 tench, Tinca tinca"]}, [1, 0, 2]),
        "0 n01440764": ("0 n01484850\n1 n01440764\n2 n01443537\n", WNIDS, ORDER),
        "0, tench": ("0,great white shark\n1,tench\n2,goldfish\n", TASKS, ORDER),
        "0: tench": ("0: great white shark\n1: tench\n2: goldfish\n", TASKS, ORDER),
        "from 1": ("1 great white shark\n2 tench\n3 goldfish\n", TASKS, ORDER),
        "n02119789 1 kit_fox": ("n01484850 1 shark\nn01440764 2 tench\n", {"x": ["tench"], "y": ["n01484850"]}, [1, 0]),
        "imagenet_class_index.json": (json.dumps(INDEX), WNIDS, ORDER),
        "imagenet_class_index.json, by name": (json.dumps(INDEX), TASKS, ORDER),
        "a dictionary in another order": (json.dumps(dict(reversed(INDEX.items()))), TASKS, ORDER),
        "a list in JSON": (json.dumps(PLAIN.splitlines()), TASKS, ORDER),
        "from name to output": (json.dumps({"tench": 1, "goldfish": 2, "great white shark": 0}), TASKS, ORDER),
        "a dictionary of Python": ("{0: 'great white shark, white shark',\n 1: 'tench', 2: 'goldfish'}", TASKS, ORDER),
        "names that are numbers": ("7\n5\n9\n", {"x": ["5"], "y": ["9", "7"]}, ORDER),
        "names that begin with numbers": ("2 euro\n1 cent\n5 cent\n", {"x": ["1 cent"], "y": ["5 cent", "2 euro"]}, ORDER),
        "numbers out of order": (
            "2 n01484850\n0 n01440764\n1 n01443537\n",
            WNIDS,
            "not in their order; sort them by number",
        ),
        "a number left out": (json.dumps({"0": "tench", "2": "goldfish"}), TASKS, "numbered 0, 1, 2, ... without a gap"),
        "two outputs of one name": (
            "n02012849 crane\nn03126707 crane\n",
            {"x": ["crane"], "y": ["n03126707"]},
            "crane is the name of several outputs",
        ),
        "one output by two names": (SYNSETS, {"x": ["tench"], "y": ["Tinca tinca"]}, "Tinca tinca, tench in both x and y"),
        "a name nearby": (SYNSETS, {"x": ["Tench"], "y": ["goldfish"]}, "'Tench' (nearest: 'tench')"),
    },
    "encodings": {
        "a byte order mark": (b"\xef\xbb\xbf" + PLAIN.encode(), TASKS, ORDER),
        "of 16 bits": (PLAIN.encode("utf-16"), TASKS, ORDER),
        "Windows line ends": (PLAIN.replace("\n", "\r\n"), TASKS, ORDER),
        "old Macintosh line ends": (PLAIN.replace("\n", "\r"), TASKS, ORDER),
        "spaces at the ends": (PLAIN.replace("\n", " \t\n") + "\n\n", TASKS, ORDER),
        "decomposed in the list": ("b\ncafe\u0301\n", CAFE, [1, 0]),
        "decomposed in the folder": ("b\ncaf\u00e9\n", {"x": ["cafe\u0301"], "y": ["b"]}, [1, 0]),
        "a byte order mark before JSON": (b"\xef\xbb\xbf" + json.dumps(INDEX).encode(), TASKS, ORDER),
        "Latin-1": ("b\ncaf\u00e9\n".encode("latin-1"), CAFE, "cannot be read ('utf-8' codec"),
        "of 16 bits without a mark": (PLAIN.encode("utf-16-le"), TASKS, "cannot be read (no text, it holds bytes of zero)"),
        "an image": (b"\x89PNG\r\n\x1a\n\0\0\0\xff", TASKS, "cannot be read ('utf-8' codec"),
    },
    "faults": {
        "nothing": ("", TASKS, "the file is empty"),
        "blank": (" \n\n", TASKS, "the file is empty"),
        "an empty line": ("a\n\nb\n", TASKS, "line 2 is empty"),
        "a class twice": ("a\nb\na\n", TASKS, "a more than once"),
        "twice in two forms": ("caf\u00e9\ncafe\u0301\n", CAFE, "more than once"),
        "an empty list": ("[]", TASKS, "expected a list of names, or a dictionary"),
        "an empty name": ('["a", ""]', TASKS, "expected a list of names, or a dictionary"),
        "numbers in a list": ("[1, 2, 3]", TASKS, "expected a list of names, or a dictionary"),
        "other things in a dictionary": ('{"classes": ["a"], "version": 1}', TASKS, "numbered 0, 1, 2, ..."),
        "nested deeply": ("[" * 5000, TASKS, "lacks 3 of the 3 classes"),
        "a header above": ("class\ngreat white shark\ntench\ngoldfish\n", {"x": ["name"]}, "lacks 1 of the 1 classes of x"),
    },
}
