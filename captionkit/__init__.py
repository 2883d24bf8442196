"""captionkit: train, measure and use an image captioner."""

__version__ = "0.1.0"
_HOMES = {"Captioner": "captioner", "find_data_root": "data", "Preprocess": "data", "CaptionModel": "model",
          "ModelConfig": "settings", "load_checkpoint": "model", "DecodeConfig": "settings", "TrainConfig": "settings",
          "score_captions": "metrics", "caption_folder": "folders"}
__all__ = list(_HOMES)


def __getattr__(name):
    """Import the public names when they are first used: PyTorch takes seconds."""
    if name not in _HOMES:
        raise AttributeError(f"module 'captionkit' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"captionkit.{_HOMES[name]}"), name)


def __dir__():
    return sorted([*globals(), *__all__])
