"""Somebody who asks a provider, whose service is the sandbox or a script."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from linernotes.core.values import Found, Outcome, WorkItem
from linernotes.providers import open_provider
from linernotes.providers.http import open_client
from linernotes.sandbox import Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge
from tests.clocks import FakeClock
from tests.samples import ID, configs, settings
from tests.service import Service

ABBA = WorkItem("any", "artist", ID, name="ABBA")
CONTACT = "linernotes/test (me@example.org)"
Kind = tuple[str, str | None, int | None]


class Asker:
    """A provider at a rate that nobody has to wait for.

    ``limits`` are settings of its YAML, or, in capitals, variables of the environment.
    """

    def __init__(
        self,
        name: str,
        environ: dict[str, str],
        /,
        *,
        access_mode: str | None = None,
        user_agent: str = CONTACT,
        **limits: str,
    ) -> None:
        variables = {limit: value for limit, value in limits.items() if limit.isupper()}
        of_yaml = {"per_second": "100000"} | {limit: limits[limit] for limit in limits if not limit.isupper()}
        given = settings(**{**environ, **variables, **overrides(name, of_yaml)})
        self.settings = given.configs.provider(name)
        self.secrets = given.credentials(self.settings)
        self.clock = FakeClock()
        self.client = open_client(self.settings, self.clock, user_agent)
        self.provider = open_provider(self.settings, self.secrets, self.client.session, access_mode)

    def ask(self, *asked: WorkItem | str) -> list[Outcome]:
        """The outcomes of items, or of keys, in the order they came."""
        entity = self.settings.entity
        items = [WorkItem(self.settings.name, entity, each) if isinstance(each, str) else each for each in asked]
        return list(self.provider.fetch(items))

    def by_key(self, *keys: str) -> dict[str, Outcome]:
        """The outcomes by key."""
        return {outcome.item.key: outcome for outcome in self.ask(*keys)}

    def kinds(self, *asked: WorkItem | str) -> dict[str, Kind]:
        """The outcomes by key: kind, reason, status."""
        return kinds(self.ask(*asked))

    def kind(self, asked: WorkItem | str = ABBA) -> Kind:
        """The outcome of one item."""
        (outcome,) = self.kinds(asked).values()
        return outcome

    def found(self, asked: WorkItem | str = ABBA) -> Found:
        """What is found of one item."""
        (outcome,) = self.ask(asked)
        assert isinstance(outcome, Found), outcome
        return outcome


def overrides(name: str, limits: Mapping[str, str]) -> dict[str, str]:
    """The variables that change these settings of a provider's YAML."""
    return {f"LINERNOTES_{name.upper()}__{limit.upper()}": value for limit, value in limits.items()}


def environment_of(name: str, service: Service) -> dict[str, str]:
    """The environment of somebody who has every credential, and whose service is this script."""
    provider = configs().provider(name)
    urls = {f"urls__{role}": service.url + urlsplit(url).path for role, url in provider.urls.items()}
    secrets = {variable: f"canary-{role}" for role, variable in provider.credentials.items()}
    needs = {variable: "yes" if option == "enabled" else "5" for option, variable in provider.needs.items()}
    return {**secrets, **needs, **overrides(name, urls), "LINERNOTES_CONTACT": "me@example.org"}


Asks = Callable[..., Asker]
AsksScript = Callable[..., tuple[Asker, Service]]


def kinds(outcomes: Iterable[Outcome]) -> dict[str, Kind]:
    """The outcomes by key: kind, reason, status."""
    return {
        outcome.item.key: (
            type(outcome).__name__,
            None if isinstance(outcome, Found) else outcome.reason,
            None if isinstance(outcome, Found) else outcome.http_status,
        )
        for outcome in outcomes
    }


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
