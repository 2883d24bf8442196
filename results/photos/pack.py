"""Makes the file that comes with the package of a checkpoint: compact, and without the places of the machine.

python results/photos/pack.py CHECKPOINT [TEXT.tsv]

The ids of pictures whose captions were read without the picture are added to those of the training pictures, so that
nobody scores the captioner on them by accident.
"""

import sys
from dataclasses import replace
from pathlib import Path

from captionkit.data import DataConfig
from captionkit.model import checkpoint_file, compact, read_checkpoint, save_atomically
from captionkit.pretrain import read_text
from captionkit.run import RunConfig, from_plain, to_plain
from captionkit.train import TrainConfig

KEPT = ("model_state_dict", "config", "active_ids", "preprocess", "normalize_caption", "stage", "val_loss")


def main(checkpoint, text=None):
    content = read_checkpoint(checkpoint)
    seen = list(content["train_image_ids"])
    if text:
        seen += [int(name) for name in read_text(Path(text))]
    trained = from_plain(TrainConfig, content["train_config"])
    here = {"save_dir", "cache_dir", "cache_features", "cache_views", "precision", "num_workers"}  # of the machine
    run = replace(trained.run, **{name: getattr(RunConfig(), name) for name in here})
    trained = replace(trained, data=DataConfig(), start=None, run=run)
    packed = compact({name: content[name] for name in KEPT})
    packed |= {"train_image_ids": list(dict.fromkeys(seen)), "train_config": to_plain(trained)}
    save_atomically(packed, checkpoint_file("photos"))
    print(f"{checkpoint_file('photos').name}: {checkpoint_file('photos').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
