"""A round over all heads of attention, by the engine and by full passes with a head's slice of the projection zero."""

import torch
from timing import compare
from torch import nn
from torch.nn import functional as F

from segregation.lesions.engine import Engine

IMAGES, PIXELS = 4, 224
LAYERS = [
    ("vit_b_16", "encoder.layers.encoder_layer_2.self_attention", "out_proj"),
    ("vit_b_16", "encoder.layers.encoder_layer_9.self_attention", "out_proj"),
    ("swin_t", "features.5.3.attn", "proj"),
]


def a_round(name: str, layer: str, projection: str) -> dict:
    """Compare a round with nothing silenced before, for images of noise and a network with fresh weights."""
    from torchvision.models import get_model

    torch.manual_seed(0)
    network = get_model(name, weights=None, num_classes=100).eval().requires_grad_(False)
    if name == "vit_b_16":
        nn.init.normal_(network.heads.head.weight, 0, 0.3)  # torchvision's is zero
    images, targets = torch.randn(IMAGES, 3, PIXELS, PIXELS), torch.arange(IMAGES)
    engine = Engine(network, layer, images, units="heads")
    weight, size = network.get_submodule(f"{layer}.{projection}").weight, engine.parts.size

    def ours():
        return engine.losses(targets, [], range(engine.n_units), torch.arange(IMAGES)).losses

    def peer():
        losses = []
        for head in range(engine.n_units):
            of_head = weight[:, head * size : (head + 1) * size]
            kept = of_head.clone()
            of_head.zero_()
            with torch.inference_mode():
                losses.append(F.cross_entropy(network(images), targets, reduction="none"))
            of_head.copy_(kept)
        return torch.stack(losses)

    return {"network": name, "layer": layer, "heads": engine.n_units, "way": engine.kind, "images": IMAGES} | compare(
        ours, peer
    )
