"""An entry together with what belongs to it: a claim with its status and evidence, a paper with all that it says."""

from __future__ import annotations

from dataclasses import dataclass

from phengraph.model import (
    CitationCount,
    Claim,
    Evidence,
    Model,
    Paper,
    Phenomenon,
    Review,
    Stance,
    Status,
    StatusRecord,
)


@dataclass(frozen=True)
class ClaimEntry:
    """A claim with its status and its evidence."""

    claim: Claim
    record: StatusRecord
    """The status with its reason, numbers and flags."""
    evidence: tuple[Evidence, ...]
    """All of it, in the order in which it is written, whatever its review state."""

    @property
    def slug(self) -> str:
        return self.claim.slug

    @property
    def label(self) -> str:
        return self.claim.label

    @property
    def status(self) -> Status:
        return self.record.status

    @property
    def reason(self) -> str:
        return self.record.reason

    def accepted(self, stance: Stance | str) -> tuple[Evidence, ...]:
        """The accepted evidence of one stance: `supports`, `contradicts`, `qualifies` or `inconclusive`."""
        wanted = Stance(stance)
        return tuple(one for one in self.evidence if one.review is Review.ACCEPTED and one.stance is wanted)

    def __repr__(self) -> str:
        return f"<claim {self.slug}: {self.status}>"


@dataclass(frozen=True)
class PhenomenonEntry:
    """A phenomenon with its claims."""

    phenomenon: Phenomenon
    claims: tuple[ClaimEntry, ...]

    @property
    def slug(self) -> str:
        return self.phenomenon.slug

    @property
    def label(self) -> str:
        return self.phenomenon.label

    def __repr__(self) -> str:
        return f"<phenomenon {self.slug}: {len(self.claims)} claims>"


@dataclass(frozen=True)
class PaperEntry:
    """A paper with all that it says, and its citations over time."""

    paper: Paper
    evidence: tuple[Evidence, ...]
    counts: tuple[CitationCount, ...]
    """Oldest first; empty where none was recorded."""

    @property
    def key(self) -> str:
        return self.paper.key

    def __repr__(self) -> str:
        return f"<paper {self.key}: {len(self.evidence)} findings>"


@dataclass(frozen=True)
class ModelEntry:
    """A model with the evidence that was tested on it."""

    model: Model
    evidence: tuple[Evidence, ...]

    @property
    def key(self) -> str:
        return self.model.key

    def __repr__(self) -> str:
        return f"<model {self.key}: {len(self.evidence)} findings>"
