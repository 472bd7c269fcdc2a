"""Small networks that the lesion engine must get right, each with something that is easily got wrong."""

import torch
from torch import nn
from torch.nn import functional as F

UNITS = 32


class Plain(nn.Module):
    """Convolution a, normalisation n, ReLU ra, convolution b, ReLU rb, means, linear h."""

    def __init__(self, norm=lambda: nn.BatchNorm2d(UNITS)):
        super().__init__()
        self.a, self.n, self.ra = nn.Conv2d(3, UNITS, 3, padding=1), norm(), nn.ReLU()
        self.b, self.rb, self.h = nn.Conv2d(UNITS, 36, 3, padding=1), nn.ReLU(), nn.Linear(36, 6)

    def front(self, x):
        return self.ra(self.n(self.a(x)))

    def forward(self, x):
        return self.h(self.rb(self.b(self.front(x))).mean((2, 3)))


class NormAct(nn.BatchNorm2d):
    """Normalises and activates in one, by functions."""

    def forward(self, x):
        return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.0, self.eps).relu()


class ByHand(nn.Module):
    """Root mean squares over units, written out."""

    def __init__(self, units=UNITS):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.rand(units)), nn.Parameter(torch.randn(units))

    def forward(self, x):
        scale = torch.rsqrt(x.pow(2).mean(1, keepdim=True) + 1e-6)
        return x * scale * self.weight[:, None, None] + self.bias[:, None, None]


class Functions(Plain):
    """The functional forms; the normalisation's modules hold its weights alone."""

    def front(self, x):
        n = self.n
        return F.relu(F.batch_norm(self.a(x), n.running_mean, n.running_var, n.weight, n.bias, False))


class ReadsShape(Plain):
    """Reads the shape of what the convolution puts out, and uses it."""

    def front(self, x):
        x = self.a(x)
        n, c, h, w = x.shape
        return self.ra(self.n(x)).reshape(n, c, h, w)


class Keeps(Plain):
    """Keeps what the convolution puts out, and computes a head that nobody reads."""

    def front(self, x):
        x = self.a(x)
        self.kept, _ = x.detach(), x.mean((2, 3)).softmax(1)
        return self.ra(self.n(x))


class Viewed(nn.Module):
    """Flattens by view, as tutorials do, with the size of the batch."""

    def __init__(self):
        super().__init__()
        self.a, self.ra, self.b, self.h = nn.Conv2d(3, UNITS, 3), nn.ReLU(), nn.Conv2d(UNITS, 36, 3), nn.Linear(36 * 16, 6)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.b(self.ra(self.a(x)))), 2)
        return self.h(x.view(x.size(0), -1))


class Tokens(nn.Module):
    """Tokens with a table of positions that depends on the size of the images, read in front and used behind."""

    def __init__(self):
        super().__init__()
        self.a, self.ra = nn.Conv2d(3, UNITS, 4, 4), nn.ReLU()
        self.attention, self.h = nn.MultiheadAttention(UNITS, 4, batch_first=True), nn.Linear(UNITS, 6)
        self.position = nn.Parameter(torch.randn(UNITS))

    def forward(self, x):
        n, _, h, w = x.shape
        table = torch.arange(h * w // 16, device=x.device)[:, None] * self.position
        tokens = self.ra(self.a(x)).reshape(n, UNITS, h * w // 16).permute(0, 2, 1) + table
        tokens = tokens + self.attention(tokens, tokens, tokens, need_weights=False)[0]
        return self.h(tokens.mean(1))


class Windows(nn.Module):
    """A linear layer in windows: several entries an image in the first dimension, put back by sizes read in front."""

    def __init__(self, outer=True):
        super().__init__()
        self.outer, self.a, self.ra, self.h = outer, nn.Linear(3, UNITS), nn.ReLU(), nn.Linear(UNITS, 6)

    def forward(self, x):
        n = x.shape[0]
        parts = torch.stack([x[..., :6], x[..., 6:]], 1 if self.outer else 0).flatten(0, 1)  # halves of images
        units = self.ra(self.a(parts.flatten(2).transpose(1, 2)))
        halves = units.view(n, 2, -1, UNITS).mean((1, 2)) if self.outer else units.view(2, n, -1, UNITS).mean((0, 2))
        return self.h(halves)


class TimeFirst(nn.Module):
    """Maps of time, images, units."""

    def __init__(self):
        super().__init__()
        self.a, self.ra, self.h = nn.Linear(36, UNITS), nn.ReLU(), nn.Linear(UNITS, 6)

    def forward(self, x):
        return self.h(self.ra(self.a(x.flatten(2).unflatten(2, (4, 36)).mean(1).transpose(0, 1))).mean(0))


class Low(Plain):
    """Its first layer in bfloat16."""

    def __init__(self):
        super().__init__()
        self.a.bfloat16()

    def front(self, x):
        return self.ra(self.n(self.a(x.bfloat16()).float()))


class High(Plain):
    """Its head in double precision."""

    def __init__(self):
        super().__init__()
        self.h.double()

    def forward(self, x):
        return self.h(self.rb(self.b(self.front(x))).mean((2, 3)).double())


class Whole(Plain):
    """Its first parameter is an integer; it has state that is no tensor, and a mask of minus infinity."""

    def __init__(self):
        super().__init__()
        self._parameters = {"k": nn.Parameter(torch.tensor([3]), requires_grad=False)}
        self.register_buffer("mask", torch.full((4, 4), -torch.inf).triu(1))

    def get_extra_state(self):
        return {"version": 1}

    def set_extra_state(self, _state):
        pass


class Cached(Plain):
    """Keeps what it computed from its weights, in a dictionary and in an attribute that was None."""

    def __init__(self):
        super().__init__()
        self.cache, self.table, self.bias = {}, None, nn.Parameter(torch.randn(UNITS, 1, 1))

    def front(self, x):
        key = str(x.device)
        if key not in self.cache:
            self.cache[key] = self.bias * 2
        if self.table is None:
            self.table = self.bias * 3
        return self.ra(self.n(self.a(x))) + self.cache[key] + self.table


class Shuffle(nn.Module):
    """Moves units: this is no normalisation."""

    def forward(self, x):
        return x.unflatten(1, (4, -1)).transpose(1, 2).flatten(1, 2)


class Areas(nn.Module):
    """The shape of CORnet-S (Kubilius et al., 2019): areas that are run several times, with a stride set in forward."""

    class Area(nn.Module):
        """An area, run so many times."""

        def __init__(self, inputs, outputs, times):
            super().__init__()
            self.times, self.conv_input = times, nn.Conv2d(inputs, outputs, 1, bias=False)
            self.skip, self.norm_skip = nn.Conv2d(outputs, outputs, 1, 2, bias=False), nn.BatchNorm2d(outputs)
            self.conv1, self.nonlin1 = nn.Conv2d(outputs, 2 * outputs, 1, bias=False), nn.ReLU(inplace=True)
            self.conv2, self.nonlin2 = nn.Conv2d(2 * outputs, outputs, 3, 2, 1, bias=False), nn.ReLU(inplace=True)
            self.output = nn.Identity()
            for t in range(times):
                setattr(self, f"norm1_{t}", nn.BatchNorm2d(2 * outputs))
                setattr(self, f"norm2_{t}", nn.BatchNorm2d(outputs))

        def forward(self, x):
            x = self.conv_input(x)
            for t in range(self.times):
                if t == 0:
                    skip, self.conv2.stride = self.norm_skip(self.skip(x)), (2, 2)
                else:
                    skip, self.conv2.stride = x, (1, 1)
                x = self.nonlin1(getattr(self, f"norm1_{t}")(self.conv1(x)))
                x = getattr(self, f"norm2_{t}")(self.conv2(x))
                x = self.nonlin2(x.add_(skip))
            return self.output(x)

    def __init__(self):
        super().__init__()
        self.V1 = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.V2, self.V4, self.IT = self.Area(8, 12, 2), self.Area(12, 16, 3), self.Area(16, 16, 2)
        self.decoder = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(1), nn.Linear(16, 6))

    def forward(self, x):
        return self.decoder(self.IT(self.V4(self.V2(self.V1(x)))))
