"""`python -m captionkit` is the `captionkit` command, also under `torchrun` and `accelerate launch`."""
from captionkit.cli import main

if __name__ == "__main__":
    main()
