"""Architectures that people have: torchvision's and timm's, a layer each, against full passes of the network by a hook."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from passes import uneven
from segregation.lesions.engine import Engine

pytestmark = pytest.mark.slow
# Name, layer, the module whose output the layer's is, axis of the units, pixels.
TORCHVISION = [
    ("alexnet", "features.6", "features.7", 1, 64),
    ("convnext_tiny", "features.5.1.block.3", "features.5.1.block.4", -1, 32),
    ("convnext_tiny", "features.0.0", "features.0.1", 1, 32),
    ("densenet121", "features.denseblock3.denselayer4", "features.denseblock3.denselayer4", 1, 32),
    ("efficientnet_b0", "features.6.1.block.1.0", "features.6.1.block.1.2", 1, 32),
    ("googlenet", "inception4b.branch2.0.conv", "inception4b.branch2.0.bn", 1, 32),
    ("inception_v3", "Mixed_6c.branch7x7_2", "Mixed_6c.branch7x7_2", 1, 75),
    ("mnasnet0_5", "layers.10.1.layers.3", "layers.10.1.layers.5", 1, 32),
    ("mobilenet_v2", "features.12.conv.1.0", "features.12.conv.1.2", 1, 32),
    ("mobilenet_v3_small", "features.9.block.2.fc1", "features.9.block.2.activation", 1, 32),
    ("regnet_y_400mf", "trunk_output.block3.block3-1.f.b.0", "trunk_output.block3.block3-1.f.b.2", 1, 32),
    ("resnet18", "layer3.0.conv2", "layer3.0.bn2", 1, 40),
    ("resnet18", "layer2", "layer2", 1, 40),
    ("resnext50_32x4d", "layer4", "layer4", 1, 32),
    ("shufflenet_v2_x0_5", "stage3.2.branch2.0", "stage3.2.branch2.2", 1, 32),
    ("squeezenet1_1", "features.5", "features.5", 1, 40),
    ("swin_t", "features.0.0", "features.0.0", 1, 32),
    ("swin_t", "features.3.0.attn", "features.3.0.attn", -1, 32),
    ("swin_t", "features.3.0.mlp.1", "features.3.0.mlp.1", -1, 32),
    ("swin_v2_t", "features.3.1", "features.3.1", -1, 32),
    ("vit_b_32", "encoder.layers.encoder_layer_9.mlp.0", "encoder.layers.encoder_layer_9.mlp.1", -1, 64),
    ("vgg11_bn", "features.11", "features.13", 1, 32),
]
TIMM = [
    ("cait_xxs24_224", "blocks.13.mlp.fc1", "blocks.13.mlp.act", -1, 32),
    ("convnextv2_atto", "stages.2.blocks.1.mlp.fc1", "stages.2.blocks.1.mlp.grn", 1, 32),
    ("crossvit_tiny_240", "blocks.1.blocks.1.2.mlp", "blocks.1.blocks.1.2.mlp", -1, 240),
    ("davit_tiny", "stages.2.blocks.0.1.cpe2", "stages.2.blocks.0.1.cpe2", 1, 32),
    ("dla34", "level4.tree1.tree2.conv1", "level4.tree1.tree2.bn1", 1, 64),
    ("dpn48b", "features.conv4_1.c3x3_b.conv", "features.conv4_1.c1x1_c.bn", 1, 32),
    ("edgenext_xx_small", "stages.2.blocks.2.mlp", "stages.2.blocks.2.mlp", -1, 64),
    ("efficientformer_l1", "stages.2.blocks.1", "stages.2.blocks.1", 1, 224),
    ("efficientnet_lite0", "conv_stem", "bn1", 1, 32),
    ("fastvit_t8", "stages.2.blocks.0.token_mixer", "stages.2.blocks.0.token_mixer", 1, 64),
    ("ghostnet_050", "blocks.6.2.ghost1.primary_conv", "blocks.6.2.ghost1.primary_conv", 1, 32),
    ("hrnet_w18_small", "stage4.0.branches.1.1.conv1", "stage4.0.branches.1.1.bn1", 1, 32),
    ("levit_128s", "stages.1.blocks.2.attn", "stages.1.blocks.2.attn", -1, 224),
    ("mobilenetv4_conv_small", "blocks.2.5.pw_exp.conv", "blocks.2.5.pw_exp.bn", 1, 64),
    ("mobilevit_xxs", "stages.3.0", "stages.3.0", 1, 64),
    ("nf_regnet_b0", "stages.2.3.conv2", "stages.2.3.conv2", 1, 32),
    ("poolformer_s12", "stages.2.blocks.1.mlp", "stages.2.blocks.1.mlp", 1, 64),
    ("regnetx_002", "s4.b1.conv1.conv", "s4.b1.conv1.bn", 1, 32),
    ("repvgg_a0", "stages.2.4.conv_kxk.conv", "stages.2.4.conv_kxk.bn", 1, 32),
    ("res2net50_14w_8s", "layer3.0.convs.2", "layer3.0.bns.2", 1, 32),
    ("resnet18d", "conv1.3", "conv1.5", 1, 32),
    ("seresnet33ts", "stages.2.1.attn", "stages.2.1.attn", 1, 32),
    ("vit_tiny_patch16_224", "patch_embed.proj", "patch_embed.proj", 1, 64),
    ("vovnet39a", "stages.2.blocks.0.conv_mid.2.conv", "stages.2.blocks.0.conv_mid.2.bn", 1, 32),
    ("xcit_nano_12_p16_224", "patch_embed.proj.2.0", "patch_embed.proj.2.1", 1, 64),
]
FULL = {"crossvit_tiny_240", "mobilevit_xxs"}  # they decide by sizes in Python, which tracing does not follow


def check(network, layer, hooked, axis, size, kind):
    images, targets = torch.randn(2, 3, size, size), torch.tensor([3, 1])
    lesioned, module = Engine(network, layer, images), network.get_submodule(hooked)
    assert lesioned.kind == kind
    with torch.no_grad():
        network(images)  # what a network keeps, it keeps
        units, taken = [2, 5, lesioned.n_units - 1], [0, 3]
        for some in ([], taken):
            found = lesioned.losses(targets, some, units, torch.arange(2)).losses
            for unit, losses in zip(units, found, strict=True):
                index = torch.tensor([*some, unit])
                handle = module.register_forward_hook(lambda m, i, o, index=index: o.clone().index_fill_(axis, index, 0))
                expected = F.cross_entropy(network(images), targets, reduction="none")
                handle.remove()
                assert torch.allclose(losses, expected, rtol=2e-4, atol=2e-4), (some, unit)


@pytest.mark.parametrize(("name", "layer", "hooked", "axis", "size"), TORCHVISION)
def test_torchvisions_architectures(name, layer, hooked, axis, size):
    from torchvision.models import get_model

    torch.manual_seed(0)
    more = {"aux_logits": False, "init_weights": False} if name in ("googlenet", "inception_v3") else {}
    more |= {"image_size": size} if name.startswith("vit") else {}
    network = get_model(name, weights=None, num_classes=6, **more)
    if name.startswith("vit"):
        nn.init.normal_(network.heads.head.weight, 0, 0.3)  # torchvision's is zero
    network = uneven(network, 1)
    for module in network.modules():  # a hook on a module that is then changed in place would see the change
        if isinstance(module, (nn.ReLU, nn.ReLU6, nn.SiLU, nn.Hardswish)):
            module.inplace = False
    check(network, layer, hooked, axis, size, "cut")


@pytest.mark.parametrize(("name", "layer", "hooked", "axis", "size"), TIMM)
def test_timms_architectures(name, layer, hooked, axis, size):
    timm = pytest.importorskip("timm", exc_type=ImportError)
    torch.manual_seed(0)
    try:
        network = timm.create_model(name, num_classes=6, img_size=size)
    except TypeError:  # of any size
        network = timm.create_model(name, num_classes=6)
    network = uneven(network, 1)
    for module in network.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    check(network, layer, hooked, axis, size, "full passes" if name in FULL else "cut")
