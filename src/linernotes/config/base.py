"""The base of all models of configs/: unknown keys are errors, and names are safe to use in SQL."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


def written_as(pattern: str, what: str) -> AfterValidator:
    """A text of this pattern; the error says what it should be, and not the text, which may be a secret."""

    def check(text: str) -> str:
        if not re.search(pattern, text):
            raise ValueError(f"this is not {what}")
        return text

    return AfterValidator(check)


# Names that are safe in SQL; everything else is a bound value.
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
# A base URL; adapters append paths that begin with a slash. No name and password in it: URLs are shown and logged.
Url = Annotated[
    str,
    written_as(
        r"^https?://[^\s/@]+(/\S*)?$", "an address that begins with http:// or https://, without a name or password"
    ),
]
Seconds = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
# A language tag; it is written into queries verbatim.
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")]


class Strict(BaseModel):
    """A frozen model in which unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")
