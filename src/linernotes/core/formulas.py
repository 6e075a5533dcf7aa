"""Text that a spreadsheet would run as a formula, and the apostrophe that keeps it from doing so."""

# The last four are those of a Japanese keyboard.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
GUARD = "'"


def is_live(text: str) -> bool:
    """Whether a spreadsheet would run a text, also behind leading spaces."""
    return text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)


def guarded(text: str) -> str:
    """The text for a cell of a CSV file."""
    return f"{GUARD}{text}" if is_live(text) else text


def unguarded(cell: str) -> str:
    """The text that stands in such a cell."""
    return cell[1:] if cell.startswith(GUARD) and is_live(cell[1:]) else cell
