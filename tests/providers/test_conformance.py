"""Every configured provider passes the conformance suite."""

import pkgutil
from importlib import import_module

import pytest

import tests.providers
from linernotes.providers import parser_of
from tests.providers.conformance import Conformance
from tests.samples import configs


@pytest.mark.parametrize("name", configs().providers)
def test_a_configured_provider_has_a_case_in_the_suite(name: str) -> None:
    for module in pkgutil.iter_modules(tests.providers.__path__, "tests.providers."):
        if module.name.startswith("tests.providers.test_"):
            import_module(module.name)
    assert name in {case.name for case in _cases(Conformance)}


def test_who_answers_nothing_has_no_parser() -> None:
    assert parser_of("roster") is None


def _cases(of: type[Conformance]) -> list[type[Conformance]]:
    return [found for case in of.__subclasses__() for found in (case, *_cases(case))]
