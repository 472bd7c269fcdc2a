"""The page of the command works as its reader uses it."""

import columns as given
from segregation.command.entry import main


def test_the_explorer_shows_every_pair_of_groups(chromium, tmp_path):
    given.make(tmp_path)
    assert main(given.arguments(tmp_path, "faces", "objects", "cars")) == 0
    page, complaints, asked = chromium.new_page(), [], set()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.add(request.url))
    address = (tmp_path / "lesions/page.html").as_uri()
    page.goto(address)
    pairs = ["faces and objects", "faces and cars", "objects and cars"]
    assert page.locator("#network option").all_inner_texts() == pairs
    for pair, index in zip(pairs, ("0.00 [0.00, 0.00]", "1.00 [1.00, 1.00]", "1.00 [1.00, 1.00]"), strict=True):
        page.select_option("#network", label=pair)
        assert page.locator("#said").inner_text().endswith(f"The combined segregation index is {index}.")
        assert f"{pair} images, filters" in page.locator("#numbers").inner_text()
        page.select_option("#ranking", "random")
        assert "With a random 14% of filters silenced in filters" in page.locator("#said").inner_text()
        page.select_option("#ranking", "greedy")
    assert page.evaluate("[...document.images].filter(i => i.src && !i.naturalWidth).length") == 0
    page.close()
    assert complaints == [] and {url for url in asked if not url.startswith("data:image/")} == {address}
