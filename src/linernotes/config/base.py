"""What every model of configs/ is made of: all its keys are known, and its words are safe to use."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# What may stand in SQL as a name; everything else is a bound value.
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
# A base URL; what an adapter adds to it begins with a slash.
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(/\S*)?$")]
Seconds = Annotated[float, Field(ge=0)]
# A language tag; it goes into a query as it is.
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")]


class Strict(BaseModel):
    """A frozen model that knows all its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
