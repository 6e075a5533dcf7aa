"""The context that dbt gives to macros, as far as sqlfluff needs it to read the models."""

from collections.abc import Callable
from types import SimpleNamespace

from jinja2 import pass_context
from jinja2.runtime import Context

Macro = Callable[..., str]


@pass_context
def _dispatch(context: Context, macro: str, _project: str = "") -> Macro:
    body: Macro = context[f"bigquery__{macro}"]
    return body


class _OwnMacros:
    """dbt's own macros, each as a call of a function by its name."""

    def __getattr__(self, macro: str) -> Macro:
        return lambda *arguments: f"dbt_{macro}({', '.join(arguments)})"


adapter = SimpleNamespace(dispatch=_dispatch)
dbt = _OwnMacros()
