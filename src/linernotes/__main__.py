"""``python -m linernotes``."""

from linernotes.cli import entry

if __name__ == "__main__":
    entry()
