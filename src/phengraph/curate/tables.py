"""`topics.yaml` and `models.yaml`."""

from __future__ import annotations

from dataclasses import dataclass, field

from phengraph.curate.forms import ModelsFile, TopicsFile
from phengraph.curate.phenomena import make_note, take_note
from phengraph.curate.register import Register
from phengraph.curate.source import SourceFile
from phengraph.curate.wording import read_form
from phengraph.curate.yamltext import YamlText, read_yaml
from phengraph.model import Confidence, Model, Note, Source, SourceList, Topic
from phengraph.problems import Problem, Severity

TOPICS_FILE = "topics.yaml"
MODELS_FILE = "models.yaml"


@dataclass(slots=True)
class TopicEntries:
    topics: dict[str, Topic] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    source_list: SourceList | None = None


def read_topics(source: SourceFile, register: Register, problems: list[Problem]) -> TopicEntries:
    """The topics in the order of the file, and the notes about the source list as a whole."""
    entries = TopicEntries()
    yaml = read_yaml(source.text, source.path, problems)
    topics = yaml.value.get("topics") if yaml and isinstance(yaml.value, dict) else None
    if yaml is None or not isinstance(topics, list):
        register.knows_nothing("topic")
    else:
        # Also the slugs of topics that have another mistake.
        register.knows("topic", [str(row["slug"]) for row in topics if isinstance(row, dict) and row.get("slug")])
    if yaml is None:
        return entries
    form = read_form(TopicsFile, yaml, source.path, problems, what="the file")
    if form is None:
        return entries
    for position, row in enumerate(form.topics):
        line, column = yaml.place_of(("topics", position, "slug"))
        topic = Topic(
            slug=row.slug,
            label=row.label,
            label_zh=row.label_zh,
            aspect=row.aspect,
            number=row.number,
            source=Source(source.path, line),
        )
        what = f"the topic slug '{row.slug}' is taken"
        if register.take("topic", row.slug, topic.source, column, what=what, mend="choose another slug"):
            entries.topics[row.slug] = topic
    if form.source_list is not None:
        line, _ = yaml.place_of(("list",), key=True)
        entries.source_list = SourceList(**form.source_list.model_dump(), source=Source(source.path, line))
    for position, note_form in enumerate(form.notes):
        line, column = yaml.place_of(("notes", position))
        note = make_note(note_form, "", Source(source.path, line))
        if take_note(register, note, column):
            entries.notes.append(note)
    return entries


def read_models(source: SourceFile, register: Register, problems: list[Problem]) -> dict[str, Model]:
    """The models by key, in the order of the keys."""
    yaml = read_yaml(source.text, source.path, problems)
    models = yaml.value.get("models") if yaml and isinstance(yaml.value, dict) else None
    if yaml is None or not isinstance(models, dict):
        register.knows_nothing("model")
    else:
        register.knows("model", models)
    if yaml is None:
        return {}
    form = read_form(ModelsFile, yaml, source.path, problems, what="the file")
    if form is None:
        return {}
    found: dict[str, Model] = {}
    for key, row in sorted(form.models.items()):
        line, _ = yaml.place_of(("models", key), key=True)
        if row.paper:
            register.refer("paper", row.paper, source.path, yaml.place_of(("models", key, "paper")), "graph/papers.bib")
        found[key] = Model(
            key=key,
            label=row.label,
            organisation=row.organisation,
            parameters=row.parameters,
            parameter_range=row.scale,
            year=row.year,
            normalization=row.normalization,
            norm_placement=row.placement,
            paper=row.paper,
            checked_with=row.checked_with,
            confidence=Confidence(row.confidence),
            note=row.note,
            source=Source(source.path, line),
        )
    _tell_lookalikes(found, source.path, yaml, problems)
    return found


def _tell_lookalikes(models: dict[str, Model], path: str, yaml: YamlText, problems: list[Problem]) -> None:
    """Keys that differ only in case would be one file on some machines, and one word to every reader."""
    first: dict[str, str] = {}
    for key in models:
        other = first.setdefault(key.casefold(), key)
        if other != key:
            line, column = yaml.place_of(("models", key), key=True)
            message = f"the keys '{other}' and '{key}' differ only in case"
            problems.append(Problem(path, line, column, Severity.ERROR, message, "rename one"))
