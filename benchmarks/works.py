"""The pieces of work that `run.py` times: the same work done by captionkit and by others.

A piece of work is a function of `who` does it, and settings. It prepares everything and returns a function; calling
that is what is timed. What the first call returns is compared before anything is timed.
"""

import random
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from collections.abc import Callable

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from captionkit.captioner import autocast, choose_precision, for_inference
from captionkit.decode import DecodeConfig, generate
from captionkit.model import CaptionModel, ModelConfig, copy_gpt2

OURS, INT8, BF16 = "captionkit", "captionkit, int8", "captionkit, bf16"
ACTIVE, FULL = "Hugging Face, active ids", "Hugging Face, full vocabulary"
ACTIVE_BF16 = f"{ACTIVE}, bf16"
COCO, TORCHVISION, IMPORT = "pycocoevalcap", "torchvision", "import torch, torchvision"
LOADER, DECODER = "torchvision, default loader", "torchvision.io.decode_image"
CELLS, CHANNELS, N_ACTIVE, END = 49, 448, 7000, 50256
HAS_BF16 = choose_precision("auto", torch.device("cpu")) == "bf16"
PHOTOGRAPHS = sorted(Path(__file__).resolve().parent.parent.joinpath("images").glob("*.jpg"))


@dataclass
class Work:
    title: str
    prepare: Callable  # who -> a function that does the work once
    goals: dict[str, float]  # others, and how many times as fast ours is to be
    units: tuple[int, str]  # how much is done at once, and of what
    ours: tuple[str, ...] = (OURS,)
    same: tuple[str, ...] = ()  # whose first result must be that of captionkit
    tolerance: float = 0.0  # largest difference between numbers
    settings: dict = field(default_factory=dict)


@lru_cache
def twins(who, width, layers, std, vocabulary):
    """The same decoder, ours or Hugging Face's; random weights so large that its probabilities differ clearly."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    settings = dict(n_positions=64, n_embd=width, n_layer=layers, n_head=8, add_cross_attention=True, pad_token_id=END)
    theirs = GPT2LMHeadModel(GPT2Config(**settings, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0))
    with torch.no_grad():
        for parameter in theirs.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=std)
    active = [*range(vocabulary), END]
    config = ModelConfig(
        "efficientnet_b4",
        image_size=224,
        width=width,
        encoder_layers=layers,
        decoder_layers=layers,
        feed_forward=4 * width,
        dropout=0.0,
    )
    ours = CaptionModel(config, active)
    assert not copy_gpt2(ours.decoder, theirs.state_dict())
    if who in (ACTIVE, ACTIVE_BF16):
        rows = theirs.transformer.wte.weight.data[active]
        theirs.resize_token_embeddings(len(active), mean_resizing=False)
        theirs.transformer.wte.weight.data = rows
        theirs.tie_weights()
    return ours, theirs


def write(who, pictures, width, layers, max_length, beam_width=1, samples=0, vocabulary=N_ACTIVE):
    """Captions of random memories: the best of beam search, or `samples` of each."""
    ours, theirs = twins(who, width, layers, 0.08, vocabulary)
    torch.manual_seed(1)
    memory = torch.randn(pictures, CELLS, width)
    if who in (OURS, INT8):
        model = for_inference(ours.eval(), torch.device("cpu"), "int8" if who == INT8 else "fp32")
        config = DecodeConfig("sample" if samples else "beam", max_length=max_length, beam_width=beam_width)

        @torch.inference_mode()
        def work():
            captions = generate(model, memory, config, n=samples or 1)
            return [list(row[0].ids) for row in captions]

        return work
    model, end = theirs.eval(), theirs.config.vocab_size - 1
    start = torch.full((pictures, 1), end)
    options = dict(attention_mask=torch.ones_like(start), max_new_tokens=max_length, eos_token_id=end, pad_token_id=end)
    if samples:
        options |= dict(do_sample=True, top_k=0, num_return_sequences=samples)
    else:
        options |= dict(do_sample=False, num_beams=beam_width, early_stopping="never")

    @torch.inference_mode()
    def work():
        ids = model.generate(start, encoder_hidden_states=memory, **options)[:, 1:].tolist()
        return [row[: row.index(end)] if end in row else row for row in ids]

    return work


def caption_batch(pictures, captions, vocabulary, longest=31):
    """Random tokens in captions as long as Flickr8k's: of 31 places in a row 12.5 are filled."""
    rng = np.random.default_rng(0)
    lengths = np.clip(np.exp(rng.normal(np.log(11.9), 0.31, (pictures, captions))).round(), 3, longest).astype(int)
    lengths[0, 0] = longest
    ids = torch.from_numpy(rng.integers(0, vocabulary, (pictures, captions, longest)))
    real = torch.arange(longest) < torch.from_numpy(lengths)[..., None]
    inputs, labels = torch.full_like(ids, END), ids.masked_fill(~real, -100)
    inputs[..., 1:] = torch.where(real, ids, END)[..., :-1]
    return {"input_ids": inputs, "labels": labels, "weights": torch.ones(pictures, captions)}


def train(who, pictures, width, layers, captions=5, vocabulary=N_ACTIVE):
    """A step on cached features: encoder (captionkit's for all), decoder, loss, gradients, AdamW."""
    from captionkit.train import CaptionLoss

    ours, theirs = twins(who, width, layers, 0.02, vocabulary)
    torch.manual_seed(1)
    batch = caption_batch(pictures, captions, vocabulary) | {"features": torch.randn(pictures, CELLS, CHANNELS)}
    labels, is_ours, in_bf16 = batch["labels"].clone(), who in (OURS, BF16), who in (BF16, ACTIVE_BF16)
    if is_ours:
        parts, loss_of = [ours.encoder, ours.decoder], CaptionLoss(ours)
        del theirs
    else:
        parts, encoder, inputs = [ours.encoder, theirs], ours.encoder, batch["input_ids"].flatten(0, 1)
        del ours
        if who != FULL:
            inputs = inputs.clamp(max=vocabulary)

    def their_loss():
        memory = encoder(batch["features"]).repeat_interleave(captions, 0)
        logits = theirs(inputs, encoder_hidden_states=memory).logits
        return cross_entropy(logits.flatten(0, 1), labels.flatten())

    def our_loss():
        total, count = loss_of(batch)
        return total / count

    optimizer = torch.optim.AdamW([p for part in parts for p in part.parameters()], lr=1e-4, fused=True)

    def work():
        with autocast("bf16" if in_bf16 else "no", "cpu"):
            loss = (our_loss if is_ours else their_loss)()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return [loss.item()]

    return work


def reward(who, pictures):
    """CIDEr-D of 5 samples a picture, idf from the references for both; references prepared before, as in training."""
    from pycocoevalcap.cider.cider import Cider

    from captionkit.metrics import CiderD, DocumentFrequencies, cider_d

    rng = random.Random(0)
    words = [f"word{i}" for i in range(3000)]
    often = [1 / (i + 5) for i in range(len(words))]
    references = {i: [rng.choices(words, often, k=rng.randint(8, 14)) for _ in range(5)] for i in range(pictures)}
    ids = [i for i in references for _ in range(5)]
    samples = [[w if rng.random() < 0.7 else rng.choice(words) for w in rng.choice(references[i])] for i in ids]
    if who == OURS:
        scorer = CiderD(references, DocumentFrequencies.of(references[i] for i in ids))
        return lambda: cider_d(scorer, ids, samples).tolist()
    texts = {n: [" ".join(tokens) for tokens in references[i]] for n, i in enumerate(ids)}
    guesses = {n: [" ".join(tokens)] for n, tokens in enumerate(samples)}
    return lambda: Cider().compute_score(texts, guesses)[1].tolist()


def read(who, pictures, size):
    """JPEG files of that size to one batch at 240 px; the result is each picture's mean."""
    from PIL import Image
    from torchvision.datasets.folder import default_loader
    from torchvision.io import ImageReadMode, decode_image
    from torchvision.transforms import v2

    from captionkit.data import Preprocess

    folder, paths = tempfile.TemporaryDirectory(), []
    for i in range(pictures):
        paths.append(Path(folder.name) / f"{i}.jpg")
        Image.open(PHOTOGRAPHS[i % len(PHOTOGRAPHS)]).convert("RGB").resize(size).save(paths[-1], quality=92)
    preprocess = Preprocess(240)
    resize = v2.Resize((240, 240), antialias=True)
    finish = v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(preprocess.mean, preprocess.std)]
    )
    ways = {
        OURS: preprocess,
        LOADER: lambda path: finish(resize(default_loader(path))),
        DECODER: lambda path: finish(resize(decode_image(str(path), ImageReadMode.RGB))),
    }

    def work():
        assert folder
        return torch.stack([ways[who](path) for path in paths]).mean((1, 2, 3)).tolist()

    return work


def cnn(who, pictures):
    """Pictures of noise at 224 px to the grid of an EfficientNet-B4; the result: their means in deviations."""
    import torchvision

    from captionkit.model import Backbone, fold_batch_norms

    torch.manual_seed(0)
    ours = Backbone(ModelConfig(backbone="efficientnet_b4")).eval()
    theirs = torchvision.models.efficientnet_b4(weights=None).features[:-1].eval()
    theirs.load_state_dict(ours.features.state_dict())
    fold_batch_norms(ours)
    images = torch.randn(pictures, 3, 224, 224).contiguous(memory_format=torch.channels_last)

    @torch.inference_mode()
    def work():
        grid = (ours(images) if who == OURS else theirs(images)).flatten(1)
        return (grid.mean(1) / grid.std(1)).tolist()

    return work


def shell(who):
    """A command in a fresh process, to its end."""
    command = ["-c", IMPORT] if who == IMPORT else ["-m", "captionkit", "caption", str(PHOTOGRAPHS[0])]
    threads = {"OMP_NUM_THREADS": str(torch.get_num_threads())}

    def work():
        subprocess.run([sys.executable, *command], check=True, capture_output=True, env=os.environ | threads)
        return []

    return work


big = dict(width=512, layers=6, max_length=16, beam_width=5)
small = dict(width=256, layers=3)
writers = dict(ours=(OURS, INT8), same=(ACTIVE,))


def beam(pictures, active, full):
    title = f"beam 5, 16 tokens, width 512, 6 layers, {pictures} picture{'s' * (pictures > 1)}"
    goals, units = {ACTIVE: active, FULL: full}, (pictures, "captions")
    return Work(title, partial(write, pictures=pictures, **big), goals, units, **writers)


def reading(title, pictures, size):
    goals, same = {LOADER: 2, DECODER: 2}, (LOADER, DECODER)
    prepare = partial(read, pictures=pictures, size=size)
    return Work(title, prepare, goals, (pictures, "pictures"), same=same, tolerance=0.02)


WORKS = {
    "beam1": beam(1, 3, 6),
    "beam8": beam(8, 3, 6),
    "beam32": beam(32, 2.5, 5),
    "sample": Work(
        "5 samples of 20 tokens, width 256, 3 layers, 64 pictures",
        partial(write, pictures=64, max_length=20, samples=5, **small),
        {ACTIVE: 3, FULL: 6},
        (320, "captions"),
        ours=(OURS, INT8),
    ),
    "train": Work(
        "training step, 64 pictures × 5 captions, width 256, 3 + 3 layers",
        partial(train, pictures=64, **small),
        {ACTIVE: 3, FULL: 10} | ({ACTIVE_BF16: 3} if HAS_BF16 else {}),
        (320, "captions"),
        ours=(OURS, BF16) if HAS_BF16 else (OURS,),
        same=(ACTIVE,),
        tolerance=1e-5,
    ),
    "reward": Work(
        "CIDEr-D of 64 pictures × 5 samples",
        partial(reward, pictures=64),
        {COCO: 20},
        (320, "captions"),
        same=(COCO,),
        tolerance=1e-9,
    ),
    "read": reading("JPEG files of 640 × 480 to a batch at 240 px", 64, (640, 480)),
    "phone": reading("the same of 4000 × 3000", 4, (4000, 3000)),
    "cnn": Work(
        "EfficientNet-B4 at 224 px, a batch of 32",
        partial(cnn, pictures=32),
        {TORCHVISION: 1.5},
        (32, "pictures"),
        same=(TORCHVISION,),
        tolerance=1e-4,
    ),
    "shell": Work("first caption from the shell, cold", shell, {IMPORT: 1 / 1.3}, (1, "captions")),
}
