"""What keeps a page from being read by everybody, as its text tells it: the rules of WCAG that need no browser."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

LANDMARKS = {"header", "main", "footer", "nav", "aside"}
VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr", "source"}
LISTS = {"ul", "ol", "menu"}
FETCHING = {"script", "link", "img", "iframe", "object", "embed", "source", "video", "audio", "track", "base"}


@dataclass
class Element:
    """An element with what is in it, and what it is in."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: "list[Element]" = field(default_factory=list)
    own_text: str = ""

    def everything(self) -> "Iterator[Element]":
        """The element and all within it, in their order."""
        yield self
        for child in self.children:
            yield from child.everything()

    def above(self) -> "Iterator[Element]":
        """What it is in, from the inside out."""
        if self.parent:
            yield self.parent
            yield from self.parent.above()

    @property
    def text(self) -> str:
        """All text in it."""
        return " ".join(" ".join(each.own_text for each in self.everything()).split())

    def __str__(self) -> str:
        """How it is named in a finding."""
        key = self.attributes.get("id") or self.attributes.get("class") or ""
        return f"<{self.tag}{' ' + key if key else ''}>"


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Element("", {})
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        if self.here.tag != tag or not self.here.parent:
            self.wrong.append(f"</{tag}> closes {self.here}")
        else:
            self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.own_text += data


def faults(page: str) -> list[str]:
    """Everything that is wrong with a page, one finding a line; none for a good one."""
    tree = _Tree()
    tree.feed(page)
    tree.close()
    found = list(tree.root.everything())
    if tree.here is not tree.root:
        tree.wrong.append(f"{tree.here} is not closed")
    return [
        *tree.wrong, *_document(found), *_headings(found), *_landmarks(found), *_names(found), *_tables(found),
        *_ids(found), *_strangers(found),
    ]  # fmt: skip


def _of(found: list[Element], *tags: str) -> list[Element]:
    return [each for each in found if each.tag in tags]


def _document(found: list[Element]) -> Iterator[str]:
    (document,) = _of(found, "html")
    if not document.attributes.get("lang"):
        yield "the page names no language"
    titles = [each for each in _of(found, "title") if each.parent and each.parent.tag == "head"]
    if [bool(each.text) for each in titles] != [True]:
        yield "the page has no title"
    views = [each.attributes["content"] for each in _of(found, "meta") if each.attributes.get("name") == "viewport"]
    if len(views) != 1 or "width=device-width" not in views[0] or "scal" in views[0].replace("initial-scale=1", ""):
        yield f"the page does not follow the width of the screen, or cannot be enlarged: {views}"


def _headings(found: list[Element]) -> Iterator[str]:
    headings = _of(found, "h1", "h2", "h3", "h4", "h5", "h6")
    levels = [int(each.tag[1]) for each in headings]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"the page begins with no h1, or has several: {levels}"
    for before, after, heading in zip(levels, levels[1:], headings[1:], strict=False):
        if after > before + 1:
            yield f"h{after} {heading.text!r} follows h{before}"
    yield from (f"{each} is empty" for each in headings if not each.text)


def _landmarks(found: list[Element]) -> Iterator[str]:
    if len(_of(found, "main")) != 1:
        yield f"the page has {len(_of(found, 'main'))} main parts"
    (body,) = _of(found, "body")
    for each in body.children:
        if each.tag not in LANDMARKS and each.attributes.get("aria-hidden") != "true" and each.text:
            yield f"{each} is in no landmark"
    if body.own_text.strip():
        yield "text is in no landmark"
    for each in _of(found, "header", "footer"):
        if any(outer.tag == "main" for outer in each.above()):
            yield f"{each} of the page is within main"


def _names(found: list[Element]) -> Iterator[str]:
    for each in found:
        label = each.attributes.get("aria-label", "").strip()
        if each.tag == "svg" and (each.attributes.get("role") != "img" or not label):
            yield f"{each} says nothing to those who do not see it"
        if each.tag in {"a", "button", "summary"} and not (each.text or label):
            yield f"{each} has no name"
        if "tabindex" in each.attributes and not (each.attributes.get("role") and label):
            yield f"{each} can be reached by keyboard and has no name"
        if each.tag == "details" and [child.tag for child in each.children][:1] != ["summary"]:
            yield f"{each} has no summary"
        if each.tag == "li" and not (each.parent and each.parent.tag in LISTS):
            yield f"{each} is in no list"
        if each.tag == "img" and "alt" not in each.attributes:
            yield f"{each} has no text"


def _tables(found: list[Element]) -> Iterator[str]:
    for table in _of(found, "table"):
        headings = [each for each in table.everything() if each.tag == "th"]
        if not headings or not all(each.attributes.get("scope") in {"col", "row"} for each in headings):
            yield f"{table} has headings that say not what they are of"
        if len({len(_of(row.children, "th", "td")) for row in _of(list(table.everything()), "tr")}) > 1:
            yield f"{table} has rows of different lengths"


def _ids(found: list[Element]) -> Iterator[str]:
    ids = Counter(each.attributes["id"] for each in found if "id" in each.attributes)
    yield from (f"id {key!r} is there {times} times" for key, times in ids.items() if times > 1)
    for each in found:
        for name in ("aria-labelledby", "aria-describedby"):
            for key in each.attributes.get(name, "").split():
                if key not in ids:
                    yield f"{each} is named by {key!r}, which is not there"


def _strangers(found: list[Element]) -> Iterator[str]:
    """Whatever makes a browser ask another machine."""
    for each in found:
        if each.tag in FETCHING:
            yield f"{each} fetches or runs something"
        yield from (
            f"{each} has {name}" for name in each.attributes if name.startswith("on") or name in {"src", "srcset"}
        )
        styles = each.attributes.get("style", "") + (each.own_text if each.tag == "style" else "")
        if "url(" in styles or "@import" in styles:
            yield f"{each} fetches by its style"
