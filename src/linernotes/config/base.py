"""The base of all models of configs/: unknown keys are errors, and names are safe to use in SQL."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# Names that are safe in SQL; everything else is a bound value.
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
# A base URL; adapters append paths that begin with a slash. No name and password in it: URLs are shown and logged.
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/@]+(/\S*)?$")]
Seconds = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
# A language tag; it is written into queries verbatim.
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")]


class Strict(BaseModel):
    """A frozen model in which unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")
