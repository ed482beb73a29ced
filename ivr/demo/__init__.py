"""A practice to try everything with."""

from pathlib import Path

DEMO_FILE = Path(__file__).parent / "pasteur.toml"
