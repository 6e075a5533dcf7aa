"""What every provider does, whichever service it asks: a provider's test file inherits from ``Conformance``.

The service is a script on loopback, and outcomes go where a run puts them: through ``fetch_batch`` into a spool, which
checks them against the dataset's contract and writes them down. So every test also holds that each item has exactly one
outcome, that it can be stored, that no answer was one that "nobody foresaw", and that no secret was logged.
"""

import base64
import copy
import gzip
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

from linernotes.config.datasets import Dataset
from linernotes.config.providers import ProviderSettings
from linernotes.config.settings import Settings
from linernotes.core.errors import AccessRefused, ConfigurationError, CoolingDown
from linernotes.core.values import Failed, Found, Missing, Outcome, WorkItem
from linernotes.landing.spool import Spool
from linernotes.providers import open_provider, parser_of
from linernotes.providers.http import ServiceClient, open_client
from linernotes.providers.port import CheckedProvider
from linernotes.runs.enrich.extraction import fetch_batch
from linernotes.runs.enrich.results import BatchResult
from linernotes.sandbox import Sandbox
from linernotes.storage.lakes.folder import FolderLake
from tests.clocks import START, FakeClock
from tests.providers.asking import Asker, environment_of, overrides
from tests.samples import RUN, settings
from tests.service import TOKEN, Answer, Script, Service

Fields = Mapping[str, Any]
PAGE = b"<html><body>We will be right back</body></html>"
NEW_FIELDS = (f"field_{number}" for number in count())
ODD: tuple[Any, ...] = (5, "x", True, [], {}, [5], [None], {"x": 1})
HALF_A_PAIR = "\ud83d"  # JSON can write it, UTF-8 cannot
BROKEN = {
    "a page": Answer(200, PAGE),
    "nothing": Answer(200, b""),
    "null": Answer(200, b"null"),
    "nested without end": Answer(200, b"[" * 100_000 + b"]" * 100_000),
    "half, as promised": Answer(200, b'{"id": 12, "na'),
    "half, more promised": Answer(200, b'{"id": 12, "name": "ABBA"}', cut=7),
}
HOLLOW: tuple[Any, ...] = (
    {},
    [],
    [None],
    [{}],
    "x",
    5,
    {"error": {}},
    {"error": {"code": HALF_A_PAIR, "message": HALF_A_PAIR}},
)
NOT_ABOUT_AN_ITEM = (
    *(PAGE, b"", b"{}", b"[]", b"Not Found", b"Resource not found"),
    *(b'{"message": "no route"}', b'{"detail": "Not Found"}', b'{"error": "Bad Request"}', b'{"error": "Not Found"}'),
    b'{"error": {"code": 404, "message": "Not Found"}}',
    b'{"error": {"status": %d, "message": "Service not found"}}',
    b'{"error": {"status": %d, "message": "Not found."}}',
    b'{"error": {"status": %d}}',
)
"""Bodies under 400 or 404 that are no service's own sentence about an item; ``%d`` is the status."""


@dataclass
class Asked:
    """One batch: the answers, the outcomes as they were recorded, and the paths that were asked for without tokens."""

    answers: BatchResult
    recorded: list[Outcome]
    client: ServiceClient
    seen: list[str]

    @property
    def outcome(self) -> Outcome:
        """The only outcome."""
        (outcome,) = self.recorded
        return outcome


Ask = Callable[..., Asked]
Opened = Callable[..., tuple[CheckedProvider, ServiceClient]]


class Conformance:
    """Subclasses are named ``Test...`` and say how their service is asked, and how it answers."""

    name: ClassVar[str]
    item: ClassVar[WorkItem]
    invalid: ClassVar[tuple[WorkItem, ...]]
    """Items that are never sent."""

    thing: ClassVar[dict[str, Any]]
    """The service's own object for ``item``, with every field that is read."""

    essential: ClassVar[frozenset[str]] = frozenset()
    """Fields of ``thing`` without which nobody knows what it says about whom."""

    deciding: ClassVar[frozenset[str]] = frozenset()
    """Fields of ``thing`` that can say that the service does not know ``item``."""

    unknown: ClassVar[Any]
    """How the service says that it does not know ``item``: an answer, or a function of the path."""

    not_about_an_item: ClassVar[tuple[bytes, ...]] = ()
    """Errors in the service's own form that say nothing about an item, although they look like it."""

    tombstone: ClassVar[tuple[str, int]] = ("not_found", 200)
    refusals: ClassVar[tuple[Answer, ...]] = (Answer(401, {"message": "no"}), Answer(403, {"message": "no"}))
    limits: ClassVar[dict[str, str]] = {}
    """Settings of its YAML that these tests need."""

    pays_per_call: ClassVar[bool] = False

    def body(self, path: str, thing: Any) -> Any:
        """What the service answers at a path if it knows this thing."""
        raise NotImplementedError

    # How a test asks.

    @pytest.fixture(scope="class")
    @classmethod
    def service(cls) -> Iterator[Service]:
        with Service(Answer(500)) as service:
            yield service

    @pytest.fixture(scope="class")
    @classmethod
    def given(cls, service: Service) -> Settings:
        """The settings of somebody who has every credential."""
        limits = overrides(cls.name, {"per_second": "100000", **cls.limits})
        return settings(**environment_of(cls.name, service), **limits)

    @pytest.fixture(scope="class")
    @classmethod
    def of(cls, given: Settings) -> ProviderSettings:
        return given.configs.provider(cls.name)

    @pytest.fixture(scope="class")
    @classmethod
    def contract(cls, given: Settings, of: ProviderSettings) -> Dataset:
        return given.configs.dataset(f"{of.name}/{of.dataset}")

    @pytest.fixture
    def opened(self, given: Settings, of: ProviderSettings, clock: FakeClock) -> Opened:
        """The provider and its client; ``changed`` settings take the place of those of its YAML."""

        def make(**changed: Any) -> tuple[CheckedProvider, ServiceClient]:
            used = of.model_copy(update=changed)
            client = open_client(used, clock, given.user_agent)
            return open_provider(used, given.credentials(used), client.session, None), client

        return make

    @pytest.fixture
    def spool(self, contract: Dataset, clock: FakeClock, tmp_path: Path) -> Iterator[Spool]:
        spool = Spool(FolderLake(tmp_path / "lake"), tmp_path / "spool", contract, RUN, clock)
        yield spool
        spool.seal()

    @pytest.fixture
    def ask(self, opened: Opened, service: Service, spool: Spool, caplog: pytest.LogCaptureFixture) -> Iterator[Ask]:
        """Ask a service of this script about items, ``self.item`` if none is given."""
        caplog.set_level(logging.DEBUG, "linernotes")

        def ask(*script: Script, items: tuple[WorkItem, ...] = (), **changed: Any) -> Asked:
            service.play(*script, token=TOKEN)
            provider, client = opened(**changed)
            asked = list(items or (self.item,))
            answers = fetch_batch(provider, asked)
            if not isinstance(answers.trouble, AccessRefused) and not answers.unasked:
                told = Counter(outcome.item.key for outcome in answers.outcomes)
                assert told == Counter(item.key for item in asked)
            recorded = [spool.answer(outcome) for outcome in answers.outcomes]
            return Asked(answers, recorded, client, [path for path in service.seen if path != "/api/token"])

        yield ask
        assert "canary" not in caplog.text
        assert "unexpected " not in caplog.text

    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    def knows(self, thing: Any) -> Script:
        """A service that knows this thing."""
        return lambda path: Answer(200, self.body(path, thing))

    def without(self, field: str) -> dict[str, Any]:
        return {name: value for name, value in self.thing.items() if name != field}

    # What is known, and what is not.

    def test_a_known_item_is_found_with_all_columns_of_the_contract_that_do_not_follow_from_others(
        self, ask: Ask, contract: Dataset
    ) -> None:
        found = ask(self.knows(self.thing)).outcome
        assert isinstance(found, Found), found
        told = {column.name for column in contract.columns if not column.derived}
        assert set(found.record) | {contract.instant} == told

    def test_an_archived_answer_gives_the_same_record_again(self, ask: Ask) -> None:
        found, parse = ask(self.knows(self.thing)).outcome, parser_of(self.name)
        assert isinstance(found, Found)
        assert parse is not None
        archived = json.dumps(found.raw)
        raw = json.loads(archived)
        assert [parse(self.item.key, raw), parse(self.item.key, raw)] == [found.record, found.record]
        assert json.dumps(raw) == archived

    def test_an_unknown_item_is_a_tombstone(self, ask: Ask) -> None:
        missing = ask(self.unknown).outcome
        assert isinstance(missing, Missing), missing
        assert (missing.reason, missing.http_status) == self.tombstone

    def test_an_invalid_item_is_never_sent(self, ask: Ask) -> None:
        for item in self.invalid:
            asked = ask(self.knows(self.thing), items=(item,))
            assert isinstance(asked.outcome, Missing), item
            assert asked.seen == []
        mixed = ask(self.knows(self.thing), items=(self.invalid[0], self.item))
        assert {type(outcome) for outcome in mixed.recorded} == {Missing, Found}

    def test_json_under_another_content_type_is_read(self, ask: Ask) -> None:
        asked = ask(lambda path: Answer(200, self.body(path, self.thing), Content_Type="text/html"))
        assert isinstance(asked.outcome, Found)

    # Answers of another shape.

    def test_a_field_that_vanished_is_null(self, ask: Ask) -> None:
        for field in self.thing:
            outcome = ask(self.knows(self.without(field))).outcome
            assert isinstance(outcome, Failed if field in self.essential else Found), (field, outcome)

    def test_a_new_field_is_warned_of_once_and_archived(self, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
        field = next(NEW_FIELDS)
        for _ in range(2):
            found = ask(self.knows({**self.thing, field: {"deep": [1]}})).outcome
            assert isinstance(found, Found)
            assert field in json.dumps(found.raw)
        told = [record.getMessage() for record in caplog.records if field in record.getMessage()]
        assert len(told) == 1
        assert told[0].endswith("; it is archived but not loaded")

    def test_a_value_of_any_shape_has_an_outcome(self, ask: Ask) -> None:
        for field in self.thing.keys() - self.deciding:
            for odd in (*ODD, HALF_A_PAIR):
                assert not isinstance(ask(self.knows({**self.thing, field: odd})).outcome, Missing), (field, odd)

    def test_a_value_of_another_shape_costs_its_field_alone(self, ask: Ask) -> None:
        whole = ask(self.knows(self.thing)).outcome
        for field in self.thing.keys() - self.essential - self.deciding:
            gone = ask(self.knows(self.without(field))).outcome
            for odd in (*filter(None, ODD), 1.5, -1, "1985", 1985.0, 10**17):
                found = ask(self.knows({**self.thing, field: odd})).outcome
                assert _changed(whole, found) <= _changed(whole, gone), (field, odd, found)

    def test_a_value_that_is_nested_deeply_ends_nothing(self, ask: Ask) -> None:
        deep: Any = 1
        for _ in range(300):
            deep = [deep]
        for field in self.thing.keys() - self.deciding:
            assert isinstance(ask(self.knows({**self.thing, field: deep})).outcome, Found | Failed), field
        assert isinstance(ask(self.knows({**self.thing, next(NEW_FIELDS): deep})).outcome, Found | Failed)

    def test_text_that_cannot_be_encoded_fails_its_item_alone(self, ask: Ask) -> None:
        for field in self.thing:
            outcome = ask(self.knows({**self.thing, field: _unencodable(self.thing[field])})).outcome
            assert isinstance(outcome, Found | Failed), (field, outcome)

    def test_a_hollow_answer_says_nothing_about_an_item(self, ask: Ask) -> None:
        for hollow in HOLLOW:
            assert isinstance(ask(Answer(200, hollow)).outcome, Failed), hollow
        hollow_things: tuple[Any, ...] = ({}, [], "x")
        for thing in hollow_things:
            assert isinstance(ask(self.knows(thing)).outcome, Failed), thing

    @pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
    def test_a_broken_body_is_asked_for_again_and_then_a_failure(
        self, ask: Ask, broken: Answer, of: ProviderSettings
    ) -> None:
        asked = ask(broken)
        assert asked.outcome == Failed(self.item, "broken_body", asked.outcome.http_status)  # type: ignore[union-attr]
        assert len(asked.seen) == (1 if self.pays_per_call else of.attempts)

    # Refusals and trouble.

    def test_refused_credentials_end_the_run_and_leave_the_items_in_the_queue(
        self, ask: Ask, opened: Opened, service: Service
    ) -> None:
        for refusal in self.refusals:
            asked = ask(refusal)
            assert isinstance(asked.answers.trouble, AccessRefused), refusal.body
            assert (asked.recorded, asked.client.calls().errors) == ([], 0)
            service.play(refusal)
            with pytest.raises(AccessRefused) as refused:
                opened()[0].check()
            assert refused.value.remedy
            assert "canary" not in f"{asked.answers.trouble} {refused.value} {refused.value.remedy}"

    def test_a_long_retry_after_is_never_slept(self, ask: Ask, clock: FakeClock) -> None:
        asked = ask(Answer(429, PAGE, Retry_After="3600"))
        assert isinstance(asked.answers.trouble, CoolingDown)
        assert abs(asked.answers.trouble.until - START - timedelta(hours=1)) < timedelta(seconds=1)
        assert asked.outcome == Failed(self.item, "rate_limited", 429)
        assert (len(asked.seen), sum(clock.slept) < 1) == (1, True)

    @pytest.mark.parametrize("status", [500, 502, 503])
    def test_a_server_error_is_retried_and_then_a_failure(self, ask: Ask, status: int, of: ProviderSettings) -> None:
        asked = ask(Answer(status, PAGE))
        assert asked.outcome == Failed(self.item, f"http_{status}", status)
        assert len(asked.seen) == (1 if self.pays_per_call else of.attempts)

    def test_a_server_error_that_passes_costs_nothing_but_time(self, ask: Ask) -> None:
        asked = ask(Answer(503, PAGE), self.knows(self.thing))
        assert isinstance(asked.outcome, Failed if self.pays_per_call else Found)

    @pytest.mark.parametrize("status", [400, 404])
    def test_an_error_that_is_not_about_an_item_makes_no_tombstone(self, ask: Ask, status: int) -> None:
        for body in (*NOT_ABOUT_AN_ITEM, *self.not_about_an_item):
            asked = ask(Answer(status, body.replace(b"%d", str(status).encode())))
            assert not [each for each in asked.recorded if not isinstance(each, Failed)], body
            assert asked.recorded or asked.answers.trouble or asked.answers.unasked

    def test_a_redirect_is_not_followed(self, ask: Ask, service: Service) -> None:
        asked = ask(Answer(302, b"", Location=f"{service.url}/elsewhere"))
        assert asked.outcome == Failed(self.item, "redirected", 302)
        assert len(asked.seen) == 1

    def test_a_service_that_is_silent_is_given_up(self, ask: Ask) -> None:
        asked = ask(Answer(200, {}, late=0.3), timeout=0.05, attempts=1)
        assert asked.outcome == Failed(self.item, "timeout", None)

    def test_a_body_that_drips_is_given_up(self, ask: Ask) -> None:
        asked = ask(Answer(200, b" " * 100, late=0.02, drips="body"), answer_timeout=0.1, attempts=1)
        assert asked.outcome == Failed(self.item, "timeout", None)

    def test_headers_that_drip_are_given_up(self, ask: Ask) -> None:
        asked = ask(Answer(200, {}, late=0.02, drips="headers"), answer_timeout=0.1, attempts=1)
        assert asked.outcome == Failed(self.item, "timeout", None)

    def test_a_body_that_unpacks_to_more_than_an_answer_may_have_is_given_up(self, ask: Ask) -> None:
        packed = gzip.compress(json.dumps(self.body("/", self.thing)).encode() + b" " * 1_000_000)
        asked = ask(Answer(200, packed, Content_Encoding="gzip"), largest_answer=100_000, attempts=1)
        assert asked.outcome == Failed(self.item, "broken_body", None)

    # Letters and numbers.

    def test_letters_are_read_by_the_bytes_whatever_is_declared(self, ask: Ask) -> None:
        def answering(encoding: str, declared: str = "") -> Script:
            return lambda path: Answer(200, _encoded(self.body(path, thing), encoding), Content_Type=declared)

        thing = {**self.thing, next(NEW_FIELDS): {"deep": "Nïnny"}}
        for script in (
            answering("utf-8", "text/html; charset=iso-8859-1"),
            answering("utf-8-sig", "application/json"),
            answering("utf-16"),
            answering("latin-1", "application/json; charset=ISO-8859-1"),
        ):
            found = ask(script).outcome
            assert isinstance(found, Found)
            assert "Nïnny" in json.dumps(found.raw, ensure_ascii=False)

    def test_letters_are_never_guessed(self, ask: Ask) -> None:
        thing = {**self.thing, next(NEW_FIELDS): {"deep": "Nïnny"}}
        asked = ask(lambda path: Answer(200, _encoded(self.body(path, thing), "latin-1")), attempts=1)
        assert (asked.outcome.reason, asked.outcome.item) == ("broken_body", self.item)  # type: ignore[union-attr]

    def test_a_number_that_cannot_be_stored_costs_nothing_else(self, ask: Ask) -> None:
        field = next(NEW_FIELDS)
        for number in ("NaN", "-Infinity", "1e999", "9" * 30):
            found = ask(lambda path, number=number: self._with_number(path, field, number)).outcome
            assert isinstance(found, Found), number
        broken = ask(lambda path: self._with_number(path, field, "9" * 5000), attempts=1).outcome
        assert isinstance(broken, Failed)
        assert broken.reason == "broken_body"

    def _with_number(self, path: str, field: str, number: str) -> Answer:
        body = json.dumps(self.body(path, {**self.thing, field: {"deep": "a number"}}))
        return Answer(200, body.replace('"a number"', number).encode())

    # One item and the others; our own mistakes.

    @pytest.mark.parametrize("status", [405, 408, 409, 410, 422, 425, 451, 499])
    def test_an_error_that_nobody_foresaw_fails_the_item_and_ends_nothing(self, ask: Ask, status: int) -> None:
        asked = ask(Answer(status, PAGE))
        assert asked.answers.trouble is None
        assert [type(each) for each in asked.recorded] == ([] if asked.answers.unasked else [Failed])

    def test_a_password_in_netrc_is_sent_to_nobody(
        self, ask: Ask, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / ".netrc").write_text("default login anonymous password netrc-secret\n")
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        ask(self.knows(self.thing))
        sent = " ".join(headers.get("Authorization", "") for headers in service.headers)
        assert base64.b64encode(b"anonymous:netrc-secret").decode() not in sent

    def test_a_wrong_address_is_found_before_the_first_call(self, opened: Opened, of: ProviderSettings) -> None:
        for url in ("http://proxy..internal", "http://127.0.0.1:99999", "http://[::1", "http://" + "x" * 64):
            with pytest.raises(ConfigurationError, match="_URL is http"):
                opened(urls={role: url + urlsplit(given).path for role, given in of.urls.items()})

    # The service as the sandbox plays it.

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        """Items that the sandbox has answers for."""
        raise NotImplementedError

    def test_checking_is_one_call(self, sandbox: Sandbox) -> None:
        Asker(self.name, sandbox.environment()).provider.check()
        assert sandbox.calls()["total"] == 1

    def test_the_sandbox_answers_as_the_service_does(self, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
        somebody = Asker(self.name, sandbox.environment())
        with caplog.at_level(logging.WARNING):
            outcomes = [outcome for item in self.known(sandbox) for outcome in somebody.ask(item)]
        assert sum(isinstance(outcome, Found) for outcome in outcomes) > len(outcomes) / 2
        assert caplog.records == []


def _changed(before: Outcome, after: Outcome) -> set[str]:
    """The columns that had a value and have another one."""
    assert isinstance(before, Found)
    assert isinstance(after, Found), after
    return {column for column, value in before.record.items() if value is not None and after.record[column] != value}


def _encoded(body: Any, encoding: str) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode(encoding)


def _unencodable(value: Any) -> Any:
    """The value with half a surrogate pair in the first text that it holds, or instead of it."""
    value = copy.deepcopy(value)
    if isinstance(value, dict) and value:
        return {name: _unencodable(each) for name, each in value.items()}
    return [_unencodable(each) for each in value] if isinstance(value, list) and value else HALF_A_PAIR
