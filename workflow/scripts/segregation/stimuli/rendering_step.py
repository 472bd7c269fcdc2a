"""The step that renders a set of images and packs it."""

import logging

from tqdm import tqdm

from segregation.images.store import Store, write_manifest, write_store
from segregation.stimuli.rendering import contents, licence_of, render


def render_images(parameters: dict, workers: int, store: str, manifest: str) -> None:
    """Render every image that the parameters of a set ask for."""
    classes = contents(parameters)
    images = sum(len(indices) for *_, indices in classes)
    logging.info("%d images of %d pixels by %d processes", images, parameters["size"], workers)

    def records():
        with tqdm(total=images, desc=f"render {parameters['source']}", unit="image", disable=None, leave=False) as bar:
            for done, of_class in enumerate(render(parameters, workers), 1):
                yield from of_class
                bar.update(len(of_class))
                if done % 16 == 0:
                    logging.info("%d of %d classes", done, len(classes))

    write_store(store, records())
    packed = Store(store).contents()
    write_manifest(manifest, parameters, licence_of(parameters["source"]), packed)
    logging.info("packed %.1f MB", packed["bytes"] / 1e6)
