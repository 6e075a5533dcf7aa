"""Somebody who asks any service, as the sandbox or a script plays it."""

from dataclasses import replace
from itertools import islice

from linernotes.config.settings import Settings
from linernotes.core.values import Found, Outcome, WorkItem
from linernotes.providers import open_provider
from linernotes.providers.http import open_client
from linernotes.sandbox import Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge
from tests.clocks import FakeClock
from tests.providers.asking import kinds
from tests.samples import ID, settings

ABBA = WorkItem("any", "artist", ID, name="ABBA")


class Round:
    """A provider over a line of its own, at a rate that nobody has to wait for."""

    def __init__(self, name: str, /, **environ: str) -> None:
        upper = name.upper()
        self.everything: Settings = settings(**{f"LINERNOTES_{upper}__PER_SECOND": "100000", **environ})
        self.settings = self.everything.configs.provider(name)
        self.clock = FakeClock()
        self.client = open_client(self.settings, self.clock, "test")
        self.secrets = self.everything.credentials(self.settings)
        self.provider = open_provider(self.settings, self.secrets, self.client.session, None)

    def ask(self, *items: WorkItem) -> list[Outcome]:
        """All outcomes."""
        return list(self.provider.fetch(items))

    def kinds(self, *items: WorkItem) -> dict[str, tuple[str, str | None, int | None]]:
        """The outcomes by key: kind, reason, status."""
        return kinds(self.ask(*items))

    def kind(self, item: WorkItem = ABBA) -> tuple[str, str | None, int | None]:
        """The outcome of one item."""
        (outcome,) = self.kinds(item).values()
        return outcome

    def found(self, item: WorkItem = ABBA) -> Found:
        """What is found of one item."""
        (outcome,) = self.ask(item)
        assert isinstance(outcome, Found), outcome
        return outcome


def facts_of(sandbox: Sandbox, number: int = 12) -> list[Facts]:
    """What the sandbox knows of the first artists that it has under their own id."""
    knowledge = Knowledge(sandbox.catalogue)
    found = ((key, knowledge.of(key)) for key in sandbox.catalogue.ids())
    return list(islice((facts for key, facts in found if facts and facts.artist.id == key), number))


def known(sandbox: Sandbox, number: int = 1, *, mbid: bool = False) -> list[WorkItem]:
    """The same artists as work, with their names."""
    return [
        replace(ABBA, key=facts.artist.id, name=facts.artist.name, mbid=facts.mbid if mbid else None)
        for facts in facts_of(sandbox, number)
    ]
