"""phengraph.toml: what is refused, and the page that tells every setting."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from phengraph.problems import SettingsError
from phengraph.settings import Settings, read_settings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('titel = "x"', "phengraph.toml: unknown setting 'titel'; did you mean 'title'?"),
        ("[status]\nstrnog = 1", "phengraph.toml: unknown setting 'status.strnog'; did you mean 'strong'?"),
        (
            "[status]\nminority_share = 0.7",
            "phengraph.toml: status.minority_share: Input should be less than or equal to 0.5",
        ),
        (
            'base_iri = "https://example.org"',
            "phengraph.toml: base_iri: must be an http or https IRI that ends in a slash",
        ),
        ('base_iri = "https://example.org/<x>/"', "phengraph.toml: base_iri: holds a character that no IRI may hold"),
        ('repository = "javascript:alert(1)"', "phengraph.toml: repository: must be an http or https URL"),
    ],
)
def test_a_wrong_setting_is_told_with_its_name(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "phengraph.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert str(caught.value) == message


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "phengraph.toml"
    path.write_text("title = ", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"phengraph\.toml: Invalid value \(at line 1, column 9\)|end of document"):
        read_settings(path)


def test_every_setting_says_what_it_means() -> None:
    def unexplained(model: type[BaseModel], place: str) -> list[str]:
        found = []
        for key, field in model.model_fields.items():
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                found += unexplained(field.annotation, f"{place}{key}.")
            elif not field.description and key != "papers":
                found.append(place + key)
        return found

    assert unexplained(Settings, "") == []


def test_the_page_of_settings_is_what_the_classes_say(repository: Path) -> None:
    sys.path.insert(0, str(repository / "docs"))
    try:
        from make_settings import TARGET, reference  # type: ignore[import-not-found,unused-ignore]
    finally:
        sys.path.pop(0)
    assert TARGET.read_text(encoding="utf-8") == reference(), "stale; run: python docs/make_settings.py"
