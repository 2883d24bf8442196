"""The real server for the tests of the page, and pictures to show it: python server.py FOLDER"""
import os
import sys
from pathlib import Path

import torch
import uvicorn
from PIL import Image

from captionkit.captioner import Captioner, Origin
from captionkit.data import Preprocess, encode_caption, load_coco, load_tokenizer, make_synthetic
from captionkit.model import CaptionModel, ModelConfig
from captionkit.serve import ServeConfig, create_app

folder = Path(sys.argv[1])
examples = load_coco(make_synthetic(folder / "shapes", n_train=40, n_val=8, size=240, seed=5))
Image.open(examples["val"][0].path).resize((3000, 2400)).save(folder / "large.png")
Image.open(examples["val"][0].path).resize((600, 300)).save(folder / "wide.jpg")
(folder / "text.jpg").write_text("this is not a picture")

if os.environ.get("CAPTIONKIT_CHECKPOINT"):
    captioner = Captioner.load()
else:  # untrained: it speaks nonsense in the words of the shapes, at length, but by the same rules
    torch.manual_seed(0)
    tokenizer = load_tokenizer()
    captions = [caption for example in examples["train"] for caption in example.captions]
    active = sorted({i for caption in captions for i in encode_caption(tokenizer, caption)})
    model = CaptionModel(ModelConfig.small(width=32, n_heads=4), active)
    model.decoder.tokens.weight.data[tokenizer.eos_token_id] = 0
    captioner = Captioner(model, Preprocess(128), origin=Origin("shapes.pt", model.config.backbone, shapes=True))
uvicorn.run(create_app(ServeConfig(), captioner), port=8765, log_level="warning")
