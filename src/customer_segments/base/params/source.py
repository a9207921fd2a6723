"""Where the tables come from."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Strict, model_validator

from customer_segments.base.params.section import Day, Section, Share, Texts


class DemoSource(Section):
    """The embedded demo shop."""

    kind: Literal["demo"]
    customers: Annotated[int, Field(ge=100, le=1_000_000)] = 6000
    months: Annotated[int, Field(ge=6, le=60)] = 24
    first_day: Day = date(2024, 1, 1)
    dirt: Share = 1.0


class ColumnNames(Section):
    """The business's column names, by the name this project uses, null for none; what is not named is recognised."""

    customers: dict[str, str | None] = {}
    transactions: dict[str, str | None] = {}


def _one_sign(text: str) -> str:
    if len(text) != 1 or text in '"\r\n':
        raise ValueError("write one sign, neither a quote nor a line end")
    return text


Sign = Annotated[str, AfterValidator(_one_sign)]


class Format(Section):
    """How one table is written; what is not set is found out."""

    encoding: str | None = None
    delimiter: Sign | None = None
    decimal: Literal[".", ","] | None = None
    day_first: bool | None = None
    header: bool | None = None  # whether the first line holds the columns' names
    sheet: str | None = None
    as_text: Texts = ()  # columns of the file that are kept as written, such as codes that look like numbers


class Formats(Section):
    """How each table is written."""

    customers: Format = Format()
    transactions: Format = Format()


Name = Annotated[str, Field(min_length=1)]


def _by_name(told: Any) -> Any:
    """Names of columns that are called alike in both tables, else what each is called there, as the latter."""
    told = [told] if isinstance(told, str) else told
    alike = isinstance(told, list | tuple) and all(isinstance(each, str) for each in told)
    pairs = {name: name for name in told} if alike else told
    if not isinstance(pairs, dict) or not pairs:
        raise ValueError("write the key's column, a list of columns, or `column: what it is called there`")
    return pairs


class Joined(Section):
    """A further table, of which each row gets the one that has its key: an item its order, an order its customer."""

    table: Name  # where it is, as for the table that it is joined to
    by: Annotated[dict[Name, Name], BeforeValidator(_by_name)]
    encoding: str | None = None
    delimiter: Sign | None = None
    header: bool | None = None
    sheet: str | None = None

    @property
    def written(self) -> Format:
        """How it is opened; its cells are read with those of the table that it is joined to."""
        return Format(**{name: getattr(self, name) for name in ("encoding", "delimiter", "header", "sheet")})


JoinedTables = Annotated[tuple[Joined, ...], Strict(False)]


class Joins(Section):
    """By table, those that belong to it, in the order in which they are joined."""

    customers: JoinedTables = ()
    transactions: JoinedTables = ()


class TablesSource(Section):
    """What all sources of a business's own tables have in common: one table or both, each put together of several."""

    customers: Annotated[str, Field(min_length=1)] | None = None
    transactions: Annotated[str, Field(min_length=1)] | None = None
    joined: Joins = Joins()
    columns: ColumnNames = ColumnNames()
    formats: Formats = Formats()

    @property
    def places(self) -> list[str]:
        """Where all tables are that the source reads."""
        main = filter(None, (self.customers, self.transactions))
        return [*main, *(each.table for each in (*self.joined.customers, *self.joined.transactions))]

    @model_validator(mode="after")
    def _some_table_is_named(self) -> Self:
        if self.customers is None and self.transactions is None:
            raise ValueError("name where to find `customers`, `transactions`, or both")
        for table in ("customers", "transactions"):
            if getattr(self, table) is None and getattr(self.joined, table):
                raise ValueError(f"tables are joined to `{table}`, which is not named: name where to find it")
        return self


class FilesSource(TablesSource):
    """For each table a file, a folder or a pattern such as `data/external/2024-*.csv`."""

    kind: Literal["files"]


class DatabaseSource(TablesSource):
    """For each table the name of a table or a query; passwords stand in the environment, as in `${SEGMENTS_DB}`."""

    kind: Literal["database"]
    secrets: Texts = ()  # which variables of the environment may be used besides SEGMENTS_…
    url: Annotated[str, Field(min_length=1)]


class Pagination(Section):
    """How a web API hands out its records page by page."""

    by: Literal["next_link", "page", "cursor"]
    field: str | None = None  # where the next link or cursor stands in an answer, e.g. `meta.next`
    parameter: str | None = None  # what the page or the cursor is called in the request
    first_page: Annotated[int, Field(ge=0)] = 1


class WebSource(TablesSource):
    """For each table the address of a JSON API; tokens stand in the environment, as in `${SEGMENTS_TOKEN}`."""

    kind: Literal["web"]
    secrets: Texts = ()  # which variables of the environment may be used besides SEGMENTS_…
    token: str | None = None
    records: str | None = None  # where the list of records stands in an answer, e.g. `data.items`; null = found out
    pagination: Pagination | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0
    retries: Annotated[int, Field(ge=0, le=20)] = 4
    most_pages: Annotated[int, Field(ge=1)] = 10_000


SourceParams = Annotated[DemoSource | FilesSource | DatabaseSource | WebSource, Discriminator("kind")]
