"""How well does a plain stack of Hugging Face's parts caption, on the same pictures, features and protocol?

    python benchmarks/peer.py --data_root images --karpathy_split dataset_flickr8k.json --backbone efficientnet_b4 \\
        --backbone_weights FILE [--image_size 224] [--tap trunk] [--seed 0]

A Transformer encoder and a GPT-2 decoder with cross-attention, 3 layers each of width 256, over the cached features of
a frozen CNN; AdamW at 6e-4 with warm-up and cosine, label smoothing 0.1, dropout 0.1, 64 pictures with 5 captions a
step, 12 epochs. It writes tokens that occur in the training captions, by Hugging Face's beam search (3 beams, 20
tokens). captionkit gives the data, the features and the scores.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import nn
from tqdm.auto import tqdm
from transformers import GPT2Config, GPT2LMHeadModel, get_cosine_schedule_with_warmup

from captionkit.data import (
    CaptionDataset,
    Preprocess,
    active_vocabulary,
    decode_ids,
    epoch_batches,
    load_splits,
    load_tokenizer,
    make_loader,
)
from captionkit.features import autocast, cached_features, choose_precision
from captionkit.metrics import score_captions
from captionkit.run import to_device
from captionkit.train import build_model, default_settings

EPOCHS, BATCH, WIDTH, LAYERS, LR, SMOOTHING, DROPOUT = 12, 64, 256, 3, 6e-4, 0.1, 0.1


class Peer(nn.Module):
    """Features `[B, N, C]` and rows of the vocabulary `[B, K, T]` to logits `[B * K, T, A]`."""

    def __init__(self, cells, channels, active, end):
        super().__init__()
        self.register_buffer("ids", torch.tensor(active))
        self.project, self.position = nn.Linear(channels, WIDTH), nn.Parameter(0.02 * torch.randn(cells, WIDTH))
        layer = nn.TransformerEncoderLayer(WIDTH, 8, 4 * WIDTH, DROPOUT, "gelu", batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, LAYERS, nn.LayerNorm(WIDTH), enable_nested_tensor=False)
        self.end = active.index(end)
        self.decoder = GPT2LMHeadModel(
            GPT2Config(
                vocab_size=len(active),
                n_positions=64,
                n_embd=WIDTH,
                n_layer=LAYERS,
                n_head=8,
                add_cross_attention=True,
                attn_implementation="eager",
                resid_pdrop=DROPOUT,
                embd_pdrop=DROPOUT,
                attn_pdrop=DROPOUT,
                bos_token_id=self.end,
                eos_token_id=self.end,
                pad_token_id=self.end,
            )
        )

    def encode(self, features):
        return self.encoder(self.project(features) + self.position)

    def rows(self, ids):
        """Rows of the vocabulary; an id that it lacks becomes -100."""
        at = torch.searchsorted(self.ids, ids).clamp(max=len(self.ids) - 1)
        return torch.where(self.ids[at] == ids, at, -100)

    def loss(self, batch, smoothing):
        """Mean over the target tokens."""
        labels = self.rows(batch["labels"]).flatten(0, 1)
        memory = self.encode(batch["features"].float()).repeat_interleave(batch["labels"].shape[1], 0)
        input_rows = self.rows(batch["input_ids"]).flatten(0, 1).clamp(min=0)
        logits = self.decoder(input_rows, encoder_hidden_states=memory).logits
        return nn.functional.cross_entropy(logits.float().flatten(0, 1), labels.flatten(), label_smoothing=smoothing)

    def generate(self, features):
        start = torch.full((len(features), 1), self.end, device=features.device)
        rows = self.decoder.generate(
            start,
            attention_mask=torch.ones_like(start),
            num_beams=3,
            max_new_tokens=20,
            do_sample=False,
            encoder_hidden_states=self.encode(features.float()),
        )
        return self.ids[rows[:, 1:]]


def main():
    options = argparse.ArgumentParser()
    for name in ("--data_root", "--karpathy_split", "--backbone_weights", "--cache_dir"):
        options.add_argument(name, type=Path)
    options.add_argument("--backbone", default="efficientnet_b1")
    options.add_argument("--image_size", type=int, default=224)
    options.add_argument("--tap", default="trunk")
    options.add_argument("--seed", type=int, default=0)
    options = options.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    precision = choose_precision("auto", torch.device(device))

    config = default_settings(
        data_root=options.data_root,
        karpathy_split=options.karpathy_split,
        backbone=options.backbone,
        backbone_weights=str(options.backbone_weights or "imagenet"),
        tap=options.tap,
        image_size=options.image_size,
    )
    splits, eyes = load_splits(config.data), build_model(config)
    preprocess, tokenizer = Preprocess(options.image_size), load_tokenizer()
    cache = options.cache_dir or Path("checkpoints/features")
    features, datasets, lengths = {}, {}, {}
    for split in ("train", "val"):
        features[split] = cached_features(splits[split], eyes, preprocess, cache, device=device)
        datasets[split] = CaptionDataset(splits[split], tokenizer, preprocess, [features[split]])
        lengths[split] = [[len(tokens) for tokens in captions] for captions in datasets[split].tokens]
    active = active_vocabulary(ids for captions in datasets["train"].tokens for ids in captions)

    torch.manual_seed(options.seed)
    model = Peer(*features["train"].shape[1:], active, tokenizer.eos_token_id).to(device)
    size = sum(p.numel() for p in model.parameters()) / 1e6
    print(f"{size:.1f} M parameters, features of {options.image_size} px, {options.tap}")
    optimizer = torch.optim.AdamW(model.parameters(), lr=LR)
    steps = EPOCHS * -(-len(datasets["train"]) // BATCH)
    schedule = get_cosine_schedule_with_warmup(optimizer, steps // 20, steps)
    for epoch in range(EPOCHS):
        model.train()
        batches = epoch_batches(lengths["train"], BATCH, 5, options.seed, epoch)
        for batch in tqdm(make_loader(datasets["train"], batches), total=len(batches), desc=f"epoch {epoch + 1}"):
            with autocast(precision, device):
                loss = model.loss(to_device(batch, device), SMOOTHING)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        model.eval()
        losses = []
        for batch in make_loader(datasets["val"], epoch_batches(lengths["val"], BATCH, shuffle=False)):
            with torch.inference_mode(), autocast(precision, device):
                losses.append(model.loss(to_device(batch, device), 0.0).item())
        print(f"epoch {epoch + 1}: validation loss {np.mean(losses):.3f}", flush=True)

    captions = {}
    with torch.inference_mode(), autocast(precision, device):
        for start in range(0, len(splits["val"]), 50):
            examples = splits["val"][start : start + 50]
            written = model.generate(torch.from_numpy(np.array(features["val"][start : start + 50])).to(device))
            captions |= {
                example.image_id: decode_ids(tokenizer, ids.tolist()) for example, ids in zip(examples, written)
            }
    scores = score_captions({example.image_id: example.references for example in splits["val"]}, captions)
    words = np.mean([len(text.split()) for text in captions.values()])
    print(
        f"CIDEr {100 * scores['CIDEr']:.1f}, BLEU-4 {100 * scores['BLEU-4']:.1f}, {words:.1f} words a caption, "
        f"{scores['signature']}"
    )


if __name__ == "__main__":
    main()
