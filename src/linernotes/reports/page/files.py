"""Write a page, or a picture of a card, completely or not at all."""

import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from linernotes.core.errors import ConfigurationError
from linernotes.core.text import bounded, on_one_line
from linernotes.reports.page.page import Page, card, html

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
CARD = (1080, 1350)  # pixels; what the apps of social networks show whole
LONGEST = 60  # seconds
INSTALL = "install Chromium (Debian: apt install chromium), or choose an .html file and take the picture yourself"
# Nothing is fetched, reported or updated, and nothing of the person's own browser is read.
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def expect_page(path: Path, command: str) -> None:
    """Make sure that the file can be a page or a picture, before anything is read.

    Raises:
        ConfigurationError: the extension is another one, there is no browser to draw with, or no such folder.
    """
    if path.suffix.lower() not in {".html", ".htm", ".png"}:
        raise ConfigurationError(f"{command}: unsupported file type {path.name}", "use .html or .png with --out")
    if not path.parent.is_dir():
        message = f"{command}: folder {path.parent} does not exist"
        raise ConfigurationError(message, "create it, or choose another with --out")
    if path.suffix.lower() == ".png" and browser() is None:
        raise ConfigurationError(f"{command}: no browser to draw a picture with", INSTALL)


def write(path: Path, page: Page, shown: Sequence[str], scratch: Path) -> None:
    """Write the page; for a picture, a card with the first two of the figures named that it has.

    Raises:
        ConfigurationError: the file cannot be written, or the browser fails.
    """
    half = path.with_name(f".{path.name}.tmp")
    try:
        if path.suffix.lower() == ".png":
            half.write_bytes(_picture(card(page, shown), scratch))
        else:
            half.write_text(html(page), encoding="utf-8")
        half.replace(path)
    except OSError as error:
        raise ConfigurationError(f"cannot write {path}: {error.strerror}", "choose another file with --out") from None
    finally:
        with suppress(OSError):
            half.unlink()


def browser() -> str | None:
    """The browser that draws pictures; None if none is installed."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _picture(page: str, scratch: Path) -> bytes:
    """The page as a picture. Chromium's sandbox needs rights that containers lack; the page is ours alone."""
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        place, picture = Path(folder).resolve() / "card.html", Path(folder).resolve() / "card.png"
        place.write_text(page, encoding="utf-8")
        command = [
            browser() or BROWSERS[0],
            *FLAGS,
            "--no-sandbox",
            f"--user-data-dir={place.parent / 'profile'}",
            f"--window-size={CARD[0]},{CARD[1]}",
            f"--screenshot={picture}",
            place.as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ConfigurationError(f"the browser gave no picture: {on_one_line(str(error))}", INSTALL) from None
        if not picture.exists():
            said = bounded(on_one_line(done.stderr.strip().rpartition("\n")[2]))
            raise ConfigurationError(f"the browser gave no picture: {said or f'exit {done.returncode}'}", INSTALL)
        return picture.read_bytes()
