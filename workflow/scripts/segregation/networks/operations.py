"""Operations of torch by name, by what they do to maps: function, method, operator and variant in place have one name."""

# ruff: noqa: SIM905, one a line these are pages

CONVOLVING = tuple(f"{kind}{n}d" for kind in ("conv", "conv_transpose") for n in (1, 2, 3))
MULTIPLYING = ("linear", "addmm", "matmul", "mm", "bilinear")
ATTENDING = ("multi_head_attention_forward", "embedding")  # units last, as behind a linear layer
NORMS = ("batch_norm", "instance_norm", "group_norm", "layer_norm", "rms_norm", "local_response_norm", "normalize")
POOLINGS = tuple(f"{kind}_pool{n}d" for kind in ("max", "avg", "adaptive_avg", "adaptive_max") for n in (1, 2, 3))
JOINING = ("add", "sub", "mul", "cat")  # values at the same place
ACTIVATIONS = frozenset(
    """relu relu6 leaky_relu rrelu prelu elu celu selu gelu silu mish hardswish sigmoid tanh hardsigmoid hardtanh softplus
    softsign logsigmoid softshrink hardshrink tanhshrink threshold""".split()
)
# Without effect on a value in evaluation, but for its type.
PASSING = frozenset("dropout alpha_dropout feature_dropout contiguous to float half bfloat16 double type clone".split())
AVERAGING = frozenset("mean var var_mean std std_mean norm vector_norm linalg_vector_norm sum".split())
ARITHMETIC = frozenset("add sub mul div pow square sqrt rsqrt abs neg reciprocal clamp clamp_min addcmul exp".split())
SHAPING = frozenset(
    """permute transpose movedim view reshape unsqueeze squeeze expand flatten unflatten type_as view_as reshape_as expand_as
    repeat""".split()
)
