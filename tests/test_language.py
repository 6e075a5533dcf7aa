"""Help texts and messages keep clear of phrases that a native speaker would not write.

The list is the residue of a person's reading of every text, not its replacement: a text that passes may still be poor.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import linernotes
from linernotes.cli.app import cli
from linernotes.core import errors

ROOT = Path(linernotes.__file__).parent
# Patterns, each with a suggestion.
BANNED = {
    r"(?<!there )\bis no\b(?! longer\b)": "is not a",
    r"\bno (?:whole number|text|object|value of|share of)\b": "not a whole number, not text",
    r"\bso many\b": "a number, or at most N",
    r"\btells? (?:of|all|more|whom|who|what)\b": "shows, lists",
    r"\blets us (?:not )?in\b": "access denied",
    r"\bunder way\b": "active, running",
    r"\bbr(?:ings?|ought) in\b": "adds, imports",
    r"\bgo(?:es)? on\b": "continues",
    r"\bnobody (?:is|has|was|else)\b": "a sentence with a subject",
    r"\b(?:nobody|somebody|everybody)\b": "the artist, the provider or the service that is meant",
    r"\bstands? (?:twice|beside|in)\b": "is",
    r"\bparked\b": "cooling down",
    r"\bwalk\b": "run",
    r"\bdescribed\b": "enriched",
    r"\bwhom\b": "the service or the artist that is meant",
    r"^(?:what|who|which) (?!.*\?)": "a verb or a noun",
    r"\b(?:is|are) called\b": "is named, or unknown X",
    r"\bif it stays so\b": "if it persists",
    r"\b(?:our|the) credit there\b": "out of credit",
}
ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type)}


def banned_in(text: str) -> list[str]:
    """Each banned phrase of a text, with a suggestion."""
    plain = " ".join(text.split())
    return [
        f"{match[0]!r} -> {better}: {plain}"
        for pattern, better in BANNED.items()
        if (match := re.search(pattern, plain, re.IGNORECASE))
    ]


def help_texts(command: click.Command) -> Iterator[str]:
    """The help of a command, of its options and of every command below it."""
    yield command.help or ""
    yield from (parameter.help or "" for parameter in command.params if isinstance(parameter, click.Option))
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from help_texts(inner)


def message_texts(source: str) -> Iterator[str]:
    """The literals that a module passes to errors, findings and progress, directly or through a name."""
    module = ast.parse(source)
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and callee(node) in {*ERRORS, "Finding", "say"}:
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                passed = named.get(argument.id, []) if isinstance(argument, ast.Name) else [argument]
                yield from filter(None, map(literal, passed))


def callee(call: ast.Call) -> str:
    function = call.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def literal(value: ast.expr) -> str:
    """The literal text in an expression, with ``{}`` for each value filled in."""
    if isinstance(value, ast.JoinedStr):
        return "".join(literal(part) if isinstance(part, ast.Constant) else "{}" for part in value.values)
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else ""
    return " ".join(filter(None, (literal(part) for part in ast.iter_child_nodes(value) if isinstance(part, ast.expr))))


def test_help_texts_are_plain_english() -> None:
    texts = list(help_texts(cli))
    assert "Import your own data." in texts
    assert [found for text in texts for found in banned_in(text)] == []


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_messages_are_plain_english(path: Path) -> None:
    assert [found for text in message_texts(path.read_text("utf-8")) for found in banned_in(text)] == []


@pytest.mark.parametrize(
    "source",
    [
        'raise ConfigurationError(f"{day} is no date")',
        'remedy = "see who is asked; it tells more"\nraise AccessRefused("denied", remedy=remedy)',
        'workspace.progress.say(f"{name}: parked until {until}")',
        'yield Finding("lease", "ok", "no other run is under way")',
        'raise Busy("busy", f"wait {n} s" if n else "nobody is there")',
    ],
)
def test_a_banned_phrase_is_found_wherever_a_message_is_made(source: str) -> None:
    assert [found for text in message_texts(source) for found in banned_in(text)]
