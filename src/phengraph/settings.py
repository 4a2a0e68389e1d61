"""Settings: what `phengraph.toml` may say, each with its default and unit.

A section is one class here. Unknown keys are refused with a suggestion, so a misspelt setting is never silently
ignored. Keys of services never stand here: they come from the environment only.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from phengraph.problems import SettingsError, nearest

DEFAULT_BASE = "https://w3id.org/phengraph/"


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class StatusSettings(Section):
    """Weights of the status rule. They move labels, so they are part of what a project says."""

    strong: Annotated[float, Field(gt=0, le=1)] = 0.9
    """Weight of one strong finding."""
    moderate: Annotated[float, Field(gt=0, le=1)] = 0.6
    """Weight of one moderate finding."""
    weak: Annotated[float, Field(gt=0, le=1)] = 0.3
    """Weight of one weak finding."""
    minority_share: Annotated[float, Field(gt=0, le=0.5)] = 0.25
    """A claim is contested when the lighter side has at least this share of the weight."""
    team_author_limit: Annotated[int, Field(ge=1)] = 30
    """Author lists longer than this do not link papers into one team."""

    @field_validator("strong", "moderate", "weak", "minority_share")
    @classmethod
    def _in_thousandths(cls, value: float) -> float:
        # The rule sums whole thousandths, so that no label hangs on the rounding of a sum.
        if round(value, 3) != value or value < 0.001:
            raise ValueError("must be at least 0.001 and have at most three decimals")
        return value


class LimitSettings(Section):
    """Limits of what is read, so that a strange file costs a sentence and not the machine."""

    file_bytes: Annotated[int, Field(ge=1_000)] = 2_000_000
    """The biggest file of graph/ that is read."""


class PaperRefreshSettings(Section):
    """What differs for one paper: `[refresh.papers.KEY]`."""

    citations: Literal["contexts", "ids", "none"] | None = None
    citations_in_text: Annotated[int, Field(ge=0)] | None = None


class RefreshSettings(Section):
    """How citations are fetched from Semantic Scholar, and how much of them is kept in text."""

    every_days: Annotated[float, Field(gt=0)] = 7
    """The cadence that the schedules use."""
    full_pass_days: Annotated[int, Field(ge=1)] = 30
    """Each paper's citations are read from end to end about this often; the papers are spread over these days."""
    seconds_between_requests: Annotated[float, Field(ge=0)] = 1.1
    """Of all processes on this machine together. The service allows one request a second with a key."""
    tries: Annotated[int, Field(ge=1)] = 6
    """How often one request is tried before the refresh stops."""
    patience_seconds: Annotated[float, Field(gt=0)] = 300
    """How long one request is tried, waits included, before the refresh stops."""
    answer_seconds: Annotated[float, Field(gt=0)] = 90
    """The longest that one answer may take from the first byte sent to the last byte received."""
    answer_bytes: Annotated[int, Field(ge=100_000)] = 64_000_000
    """The biggest answer that is read, unpacked. The service itself stops at 10 MB."""
    citations: Literal["contexts", "ids", "none"] = "contexts"
    """What the records keep of a citation: all with its sentences, only the ids, or nothing but the counts."""
    citations_in_text: Annotated[int, Field(ge=0)] = 2000
    """Of a paper's first record, this many of the newest citations are kept whole in text; the rest as ids, and whole
    in a compressed file outside git."""
    abstracts: Literal["all", "new", "none"] = "new"
    """Of which citing papers the records have abstracts: all, those that came after a paper's first record, or none."""
    summaries: bool = False
    """Whether one-sentence summaries (tldr) of citing papers are fetched, too. The lists of citations do not have them,
    so they cost one more request for 500 citing papers."""
    papers: dict[str, PaperRefreshSettings] = {}


class QuerySettings(Section):
    """What one query may cost on the command line; the server has limits of its own in `[serve]`."""

    timeout_seconds: Annotated[float, Field(ge=0, le=1_000_000)] = 60
    """A query is ended after this; 0 lets it run. `--timeout` says otherwise for one query."""
    memory_megabytes: Annotated[int, Field(ge=0, le=1_000_000_000)] = 4096
    """Beyond what the open dataset takes; 0 is no limit."""


class ServeSettings(Section):
    """What the server gives to whom; `docs/server.md` says what each protects."""

    allowed_hosts: list[str] = []
    """Names under which the server answers, beside the loopback names (a name, `*.example.org`, or `*` for any). When
    it is empty and the server listens on more than this machine, any name is answered."""
    workers: Annotated[int, Field(ge=0, le=64)] = 0
    """Queries that run at once; 0 is the number of processors, at least two."""
    long_workers: Annotated[int, Field(ge=0, le=64)] = 0
    """Further queries that may go on when they take longer than `long_after_seconds`; 0 is as many as `workers`."""
    long_after_seconds: Annotated[float, Field(gt=0)] = 1
    """A query that runs for longer counts as a long one; while others wait, a quarter of it."""
    timeout_seconds: Annotated[float, Field(gt=0)] = 30
    """A query is ended after this."""
    memory_megabytes: Annotated[int, Field(ge=16)] = 1024
    """Of one query, beyond what the dataset takes."""
    answer_megabytes: Annotated[int, Field(ge=1)] = 64
    """The longest answer; a longer one is broken off visibly."""
    query_characters: Annotated[int, Field(ge=100)] = 100_000
    """The longest query."""
    query_depth: Annotated[int, Field(ge=5)] = 100
    """Nesting of brackets."""
    query_tokens: Annotated[int, Field(ge=10)] = 10_000
    """Words and signs."""
    request_kilobytes: Annotated[int, Field(ge=1)] = 1024
    """The longest body of a request."""
    address_characters: Annotated[int, Field(ge=200)] = 16_384
    """The longest path and query string."""
    waiting: Annotated[int, Field(ge=1)] = 512
    """Queries that may wait for a worker; of more, the client with the most waiting is sent away first."""
    waiting_seconds: Annotated[float, Field(gt=0)] = 15
    """A query that got no worker in this time is sent away with 503."""
    long_per_client: Annotated[int, Field(ge=0)] = 0
    """Long queries of one address that go on at once; 0 leaves one of the places to the others."""
    connections: Annotated[int, Field(ge=1)] = 1000
    """Requests that are served at once; more are answered with 503."""
    slow_client_seconds: Annotated[float, Field(gt=0)] = 30
    """A client that takes nothing of its answer, or sends nothing of its request, for so long is dropped."""
    watch_seconds: Annotated[float, Field(ge=0)] = 2
    """How often the project's files are looked at; 0 never, the dataset stays as it was at the start."""
    page_cache_megabytes: Annotated[int, Field(ge=0)] = 32
    """Pages and documents of the current state that are kept as they were sent, so that the next one who asks for the
    same gets them at once; 0 makes each anew."""
    metrics: bool = True
    """`/metrics` for Prometheus."""


class SuggestWeights(Section):
    """What the parts of a suggestion's score weigh against each other; `docs/suggestions.md` says what each is."""

    words: Annotated[float, Field(ge=0)] = 30
    """How much of the claim the paper's title, abstract and summary say (BM25)."""
    sentence: Annotated[float, Field(ge=0)] = 30
    """How much of the claim its best citing sentence says (BM25)."""
    cues: Annotated[float, Field(ge=0)] = 12
    """Words of contrast, failed replication, confirmation, negation or scale in a citing sentence."""
    result: Annotated[float, Field(ge=0)] = 10
    """Semantic Scholar takes a citation for one of a result."""
    influential: Annotated[float, Field(ge=0)] = 4
    """Semantic Scholar takes a citation for an influential one."""
    cited: Annotated[float, Field(ge=0)] = 6
    """It cites evidence of the claim, and several papers of the phenomenon."""
    names: Annotated[float, Field(ge=0)] = 4
    """It names models or data sets of the claim's evidence."""
    vectors: Annotated[float, Field(ge=0)] = 4
    """SPECTER2 takes it for near to the claim's evidence; only where a refresh brought its vector."""

    @model_validator(mode="after")
    def _something_counts(self) -> SuggestWeights:
        if not sum(self.model_dump().values()) > 0:
            raise ValueError("at least one weight must be above 0")
        return self


class SuggestSettings(Section):
    """Which citing papers are suggested for which claims. It moves no status."""

    weights: SuggestWeights = SuggestWeights()
    """The table `[suggest.weights]`; only their proportions matter."""
    floor: Annotated[float, Field(ge=0, le=1)] = 0.2
    """Suggestions with a lower score are not shown."""
    per_claim: Annotated[int, Field(ge=1)] = 200
    """At most so many suggestions for one claim, the best; further ones come as these are decided."""
    stance_guesses: Literal["never", "measured"] = "measured"
    """`measured`: a suggestion says `reads like: contrast` or `confirmation` where the words that it rests on were
    right often enough in the decisions of this project's curators. Until there are enough of them nothing is said."""
    measured_cues: list[str] = []
    """Names of stance cues that were measured elsewhere (`phengraph suggestions --evaluate`), shown in any case."""
    search_context: list[str] = [
        "language model",
        "language models",
        "transformer",
        "transformers",
        "neural network",
        "neural networks",
        "deep learning",
    ]
    """`discover` searches for papers that have the words of a phenomenon's name and one of these phrases."""


class StoreSettings(Section):
    """An external SPARQL store that `build --push` fills and that `query` and `serve` answer from; `docs/store.md` has
    the settings of each. Credentials never stand here: PHENGRAPH_STORE_USER and PHENGRAPH_STORE_PASSWORD, or
    PHENGRAPH_STORE_TOKEN."""

    query_url: str = ""
    """Where it answers queries by the SPARQL 1.1 Protocol; empty is no store."""
    graphs_url: str = ""
    """Where it takes graphs by the Graph Store Protocol, without `?graph=`; only `build --push` needs it."""
    software: Literal["oxigraph", "virtuoso", "fuseki", "graphdb", "qlever", "other"] = "other"
    """What it is: how it is told the time limit and the default graph, and how its cut answers are recognised."""
    timeout_seconds: Annotated[float, Field(gt=0)] = 60
    """A query is given up after this, and the store is told so where it can be; in `serve` its own limit counts when it
    is shorter."""
    load_seconds: Annotated[float, Field(gt=0)] = 600
    """The longest that the loading of one graph may take."""
    answer_megabytes: Annotated[int, Field(ge=1)] = 512
    """The longest answer of the store that is read."""
    plain_http: bool = False
    """Whether a password or token may go over http to another machine, where everybody on the way can read it."""

    @field_validator("query_url", "graphs_url")
    @classmethod
    def _is_a_plain_url(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an http or https URL")
        if parts.username is not None or parts.password is not None:
            raise ValueError("holds a user or password; set PHENGRAPH_STORE_USER and PHENGRAPH_STORE_PASSWORD instead")
        if parts.fragment or not value.isprintable() or " " in value:
            raise ValueError("holds what no address of a store has")
        return value


class CorpusSettings(Section):
    """The whole of Semantic Scholar on this machine or a cluster: `phengraph corpus`."""

    folder: str | None = None
    """Where shards and results are, relative to the project or absolute; `.phengraph/corpus` when it is not set. The
    workers of a Spark cluster must see it under the same path."""
    datasets: list[Literal["papers", "citations", "abstracts", "tldrs", "paper-ids"]] = ["papers", "citations"]
    """What `corpus fetch` fetches."""
    engine: str = "duckdb"
    """`duckdb`, `local[*]`, `spark://HOST:PORT` or `sc://HOST:PORT`."""
    memory: str = "4GB"
    """What the engine may use: of this process, or of each worker of a cluster."""
    threads: Annotated[int, Field(ge=0)] = 0
    """0 is all processors."""
    keep_free: str = "2GB"
    """No shard is downloaded that would leave less room on the disk."""
    keep_shards: bool = True
    """Whether shards stay on the disk when everything is made of them. Updates do not need them."""
    partitions: Annotated[int, Field(ge=1, le=10_000)] = 16
    """Folders that papers and citations are divided into by corpus id."""
    minimum: Annotated[int, Field(ge=1)] = 1
    """Pairs that are cited together, or share papers that they cite, less often than this are left out."""
    damping: Annotated[float, Field(gt=0, lt=1)] = 0.85
    """Of PageRank."""
    tolerance: Annotated[float, Field(gt=0, lt=1)] = 1e-8
    """PageRank is done when a round moves less than this share of all rank."""
    rounds: Annotated[int, Field(ge=1)] = 150
    """At most so many rounds of PageRank."""
    candidates: Annotated[int, Field(ge=0)] = 20
    """So many papers that are cited together with a phenomenon's go into the queue."""
    candidate_minimum: Annotated[int, Field(ge=1)] = 3
    """A candidate is cited together with a phenomenon's papers by at least so many papers."""


class Settings(Section):
    base_iri: str = DEFAULT_BASE
    """Every IRI of an entry begins with it: `<base_iri>claim/SLUG`. Ends in a slash."""
    title: str = "phengraph"
    """The name that pages, feeds and exports show."""
    description: str = ""
    """One sentence for pages, feeds and the catalogue."""
    repository: str | None = None
    """URL of the repository, for edit links; http or https."""
    branch: str = "main"
    """The branch that edit links point to."""
    status: StatusSettings = StatusSettings()
    limits: LimitSettings = LimitSettings()
    query: QuerySettings = QuerySettings()
    serve: ServeSettings = ServeSettings()
    store: StoreSettings = StoreSettings()
    refresh: RefreshSettings = RefreshSettings()
    corpus: CorpusSettings = CorpusSettings()
    suggest: SuggestSettings = SuggestSettings()

    @field_validator("base_iri")
    @classmethod
    def _base_is_an_iri(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or not value.endswith("/"):
            raise ValueError("must be an http or https IRI that ends in a slash")
        if any(character in value for character in '<>"{}|\\^` \t\n'):
            raise ValueError("holds a character that no IRI may hold")
        return value

    @field_validator("repository")
    @classmethod
    def _repository_is_a_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must be an http or https URL")
        return value


def read_settings(path: Path) -> Settings:
    """Read the settings of a project.

    Raises:
        SettingsError: not TOML, an unknown key (with a suggestion) or a wrong value; the message names the key.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path.name}: it cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        # ValueError: not TOML, not UTF-8, or a number of more digits than Python reads.
        raise SettingsError(f"{path.name}: {error}") from error
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        raise SettingsError("; ".join(_describe(path.name, one) for one in error.errors())) from error


def _describe(name: str, error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        known: dict[str, Any] = dict(Settings.model_fields)
        for part in error["loc"][:-1]:
            annotation = known[part].annotation if part in known else None
            known = dict(getattr(annotation, "model_fields", {}))
        suggestion = nearest(str(error["loc"][-1]), known)
        mend = f"did you mean '{suggestion}'?" if suggestion else f"known are {', '.join(sorted(known))}"
        return f"{name}: unknown setting '{place}'; {mend}"
    return f"{name}: {place}: {error['msg'].removeprefix('Value error, ')}"
