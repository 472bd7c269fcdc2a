"""What tests of sources ask for, and which classes are chosen."""


def parameters(source, root, classes, train, test, heldout=0, heldout_images=1, seed=1, **more):
    """Return a section of the configuration; heldout counts classes."""
    numbers = {"classes": classes, "heldout_classes": heldout, "train_images": train, "test_images": test}
    return {"source": source, "root": str(root), "heldout_images": heldout_images, "seed": seed} | numbers | more


def classes_of(chosen, split):
    return sorted({image.class_name for image in chosen if image.split == split})
