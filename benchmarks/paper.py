"""An estimate on paper, `python benchmarks/run.py paper`: COCO's training stages and a billion captions on GPUs.

Floating-point operations and calls of operators are counted here, on the default model and real sizes of batches. The
CPU's seconds of reading pictures and of the reward are those that `run.py` measured. What a GPU makes of them is
assumed, in `GPUS`. Nobody has timed this.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode
from works import WORKS, caption_batch

from captionkit.decode import DecodeConfig, generate
from captionkit.model import CaptionModel, ModelConfig
from captionkit.settings import RunConfig, ScstConfig
from captionkit.train import CaptionLoss

PICTURES, VALIDATED, BATCH, VOCABULARY = 113_287, 5_000, 64, 9_000  # Karpathy's train and val of COCO
CNN_STAGES, WRITTEN_AT_ONCE = 3, 256


@dataclass(frozen=True)
class Gpu:
    """What is assumed of a machine."""

    count: int
    flops: float  # a second and GPU, that the Transformer reaches
    cnn: float  # pictures a second and GPU that EfficientNet-B1 sees at 240 px
    call: float  # seconds that a call of an operator takes at least
    cores: float  # in units of one here


# The CNN is bound by memory: timm's table has 994 pictures a second for B4 at 384 px on an RTX 3090 (936 GB/s, AMP,
# channels last), whose activations are 4.6 times B1's at 240 px; T4 320 GB/s, H200 4,800 GB/s. The Transformer: an
# eighth of the peak in half precision (65 and 989 TFLOP/s), for its matrices are small.
GPUS = {
    "T4 × 2 (Kaggle)": Gpu(2, 8e12, 994 * 4.6 * 320 / 936, 15e-6, 4 / 1.5),
    "H200, 16 cores": Gpu(1, 124e12, 994 * 4.6 * 4800 / 936, 6e-6, 16),
}


class Calls(TorchDispatchMode):
    """Counts calls of operators that compute."""

    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.count += not function.is_view
        return function(*args, **(kwargs or {}))


def counted(work):
    """Operations and calls of `work`."""
    with FlopCounterMode(display=False) as flops, Calls() as calls:
        work()
    return flops.get_total_flops(), calls.count


def count_pieces():
    """Operations and calls of a batch, by the piece of work."""
    config = ModelConfig(dropout=0.0)
    model = CaptionModel(config, [*range(VOCABULARY), config.end_id])
    h, w, channels = model.backbone.grid_shape(config.image_size)
    batch = caption_batch(BATCH, 5, VOCABULARY) | {"features": torch.randn(BATCH, h * w, channels)}
    loss, memory = CaptionLoss(model), torch.randn(WRITTEN_AT_ONCE, h * w, config.width)
    cnn = model.backbone.eval().requires_grad_(False)
    picture = torch.zeros(1, 3, config.image_size, config.image_size)
    samples = DecodeConfig("sample", max_length=20)
    with torch.no_grad():
        before = cnn.features[:-CNN_STAGES](picture)
        pieces = {
            "sampling": counted(lambda: generate(model, memory[:BATCH], samples, n=5)),
            "beam search": counted(lambda: generate(model, memory, DecodeConfig("beam", beam_width=3, max_length=12))),
            "CNN, a picture": counted(lambda: cnn.grid(picture)),
            "its last stages": counted(lambda: cnn.features[-CNN_STAGES:](before)),
            "encoder": counted(lambda: model.encoder(torch.randn(WRITTEN_AT_ONCE, h * w, channels))),
        }
    return pieces | {"training step": counted(lambda: loss(batch)[0].backward())}


def seconds(gpu, piece):
    """Of a batch on one GPU: the operations or the calls, whichever takes longer."""
    flops, calls = piece
    return max(flops / gpu.flops, calls * gpu.call)


def hours(gpu, pieces, reading, reward):
    """Of the three stages with their default epochs, and GPU hours for a billion pictures."""
    epochs, scst = RunConfig().epochs, ScstConfig().run.epochs
    steps, read = PICTURES / BATCH / gpu.count, reading / gpu.cores
    features = max((PICTURES + VALIDATED) * read, (PICTURES + VALIDATED) / gpu.cnn / gpu.count)
    step = 1.2 * seconds(gpu, pieces["training step"])  # the optimizer and what several GPUs exchange
    learned = pieces["its last stages"][0] / pieces["CNN, a picture"][0]
    live = step + BATCH / gpu.cnn * (1 + 2 * learned)
    live = max(live, 3 * BATCH * gpu.count * read)  # augmented pictures take three times as long to read
    critical = step + seconds(gpu, pieces["sampling"]) + reward / (gpu.cores / gpu.count)
    validate = VALIDATED / WRITTEN_AT_ONCE / gpu.count * seconds(gpu, pieces["beam search"])
    written = seconds(gpu, pieces["beam search"]) + seconds(gpu, pieces["encoder"]) + WRITTEN_AT_ONCE / gpu.cnn
    stages = {
        "frozen, with features": features + epochs * steps * step,
        "fine-tuned, 5 epochs": 5 * (steps * live + VALIDATED / gpu.cnn / gpu.count),
        "self-critical": features + scst * (steps * critical + validate),
    }
    billion = 1e9 / WRITTEN_AT_ONCE * written
    return {name: value / 3600 for name, value in stages.items()} | {
        "a billion pictures, GPU hours": billion / 3600,
        "hours of a core like one here to read them": 1e9 * reading / 3600,
    }


def estimate(options):
    """Counts and hours, from what `run.py` measured before."""
    measured = json.loads((Path(__file__).resolve().parent.parent / "results" / "speed.json").read_text())
    reading = measured["read"]["rows"]["captionkit"]["cpu"] / WORKS["read"].units[0]
    reward = measured["reward"]["rows"]["captionkit"]["cpu"]
    pieces = count_pieces()
    found = {name: hours(gpu, pieces, reading, reward) for name, gpu in GPUS.items()}
    alone = {}
    for precision, one in measured.get("quality", {"rows": {}})["rows"].items():
        alone[precision] = one["reading"] + one["seeing"] + one["ways"]["beam 3"]["writing"]
    return {"pieces": pieces, "hours": found, "alone": alone}


def table(found):
    """Markdown: what was counted, and the hours."""
    lines = ["| piece | GFLOP | calls |", "|---|---|---|"]
    lines += [f"| {name} | {flops / 1e9:.3g} | {calls:,} |" for name, (flops, calls) in found["pieces"].items()]
    rows = found["hours"]
    lines += ["", f"| hours | {' | '.join(rows)} |", "|---" * (len(rows) + 1) + "|"]
    for name in next(iter(rows.values())):
        lines.append(f"| {name} | {' | '.join(f'{row[name]:,.3g}' for row in rows.values())} |")
    alone = [f"{1e9 * value / 3600:,.0f} in {precision}" for precision, value in found["alone"].items()]
    sentence = f"The built-in captioner on a core like one here, hours for a billion pictures: {', '.join(alone)}."
    return "\n".join([*lines, "", sentence])
