"""Papers, citations and references of the corpus, as the JSON that the service would send."""

from __future__ import annotations

from typing import Any

from .corpus import FIELDS, Corpus, Edge, MadeUpPaper, digest, sentence


def paper_row(corpus: Corpus, paper: MadeUpPaper, names: list[str], *, nested: int) -> tuple[dict[str, Any], int]:
    """A paper with the fields asked for, and how many nested citations it used of those allowed."""
    row: dict[str, Any] = {"paperId": paper.paper_id}
    used = 0
    for name in names:
        head, _, tail = name.partition(".")
        if head == "authors":
            wanted = tail or "name"
            row["authors"] = [
                {
                    "authorId": digest(author).hex()[:8],
                    "name": author,
                    **({wanted: author} if wanted == "name" else {wanted: None}),
                }
                for author in paper.authors
            ]
        elif head == "embedding":
            row["embedding"] = _embedding(paper, tail or "specter_v1")
        elif head == "citations":
            edges = [edge for edge in corpus.citations(paper.paper_id) if not edge.citing.startswith("null-")]
            edges = edges[:nested]
            used = len(edges)
            rows = row.setdefault("citations", [{} for _ in edges])
            for slot, edge in zip(rows, edges, strict=False):
                slot.update(paper_row(corpus, corpus.find(edge.citing), [tail or "title"], nested=0)[0])
        elif head == "references":
            rows = row.setdefault("references", [{} for _ in paper.references])
            for slot, cited in zip(rows, paper.references, strict=False):
                slot.update(paper_row(corpus, corpus.find(cited), [tail or "title"], nested=0)[0])
        elif head != "paperId":
            row[head] = _value(corpus, paper, head)
    return row, used


def _value(corpus: Corpus, paper: MadeUpPaper, name: str) -> Any:
    match name:
        case "corpusId":
            return paper.corpus_id
        case "externalIds":
            ids: dict[str, Any] = {"CorpusId": paper.corpus_id}
            if paper.arxiv:
                ids["ArXiv"] = paper.arxiv
            if paper.doi:
                ids["DOI"] = paper.doi
            return ids
        case "url":
            return f"https://www.semanticscholar.org/paper/{paper.paper_id}"
        case "title" | "abstract" | "venue" | "year":
            return getattr(paper, name)
        case "publicationDate":
            return paper.date
        case "publicationVenue":
            return {"id": "made-up", "name": paper.venue} if paper.venue else None
        case "journal":
            return {"name": paper.venue} if paper.venue else None
        case "referenceCount":
            return len(paper.references)
        case "citationCount":
            return corpus.citation_count(paper)
        case "influentialCitationCount":
            return corpus.influential_count(paper)
        case "isOpenAccess":
            return paper.open_access is not None
        case "openAccessPdf":
            return {"url": paper.open_access or "", "status": None, "license": None, "disclaimer": "Made up."}
        case "fieldsOfStudy":
            return list(FIELDS[: 1 + paper.corpus_id % 2])
        case "s2FieldsOfStudy":
            return [{"category": field, "source": "s2-fos-model"} for field in FIELDS[: 1 + paper.corpus_id % 3]]
        case "publicationTypes":
            return ["JournalArticle"]
        case "citationStyles":
            return {"bibtex": f"@misc{{madeup{paper.corpus_id}, title={{{paper.title}}}}}"}
        case "tldr":
            return {"model": "tldr@v2.0.0", "text": paper.tldr} if paper.tldr else None
        case "textAvailability":
            return "abstract"
    raise AssertionError(f"no value for the field {name}")


def _embedding(paper: MadeUpPaper, version: str) -> dict[str, Any] | None:
    if not paper.has_embedding:
        return None
    bits = b"".join(digest(f"{paper.paper_id} {version} {part}") for part in range(39))
    return {"model": version.replace("_", "@"), "vector": [round((byte - 127.5) / 64, 9) for byte in bits[:768]]}


_NOBODY = MadeUpPaper("", 0, "Made-up title that nobody could resolve", None, None, ())


def _edge_row(corpus: Corpus, edge: Edge, cited: str, names: list[str]) -> dict[str, Any]:
    claims = corpus.claims.get(cited, ())
    sentences = [sentence(edge.citing, cited, position, claims) for position in range(edge.sentences)]
    row: dict[str, Any] = {}
    if "contexts" in names:
        row["contexts"] = [text for text, _ in sentences]
    if "intents" in names:
        row["intents"] = sorted({intent for _, intents in sentences for intent in intents})
    if "contextsWithIntent" in names:
        row["contextsWithIntent"] = [{"context": text, "intents": intents} for text, intents in sentences]
    if "isInfluential" in names:
        row["isInfluential"] = edge.influential
    return row


def citation_row(corpus: Corpus, cited: MadeUpPaper, edge: Edge, names: list[str]) -> dict[str, Any]:
    """One row of /citations."""
    row = _edge_row(corpus, edge, cited.paper_id, names)
    inner = [name.removeprefix("citingPaper.") for name in names if name not in row and name != "citingPaper"]
    if edge.citing.startswith("null-"):
        title = f"{_NOBODY.title} {edge.citing.removeprefix('null-')}"
        row["citingPaper"] = {name.partition(".")[0]: None for name in inner} | {"paperId": None, "title": title}
    else:
        row["citingPaper"] = paper_row(corpus, corpus.find(edge.citing), inner or ["title"], nested=0)[0]
    return row


def reference_row(corpus: Corpus, citing: MadeUpPaper, cited: str, names: list[str]) -> dict[str, Any]:
    """One row of /references."""
    paper = corpus.find(cited)
    edge = Edge(0, citing.paper_id, 1, False)
    row = _edge_row(corpus, edge, paper.paper_id, names)
    inner = [name.removeprefix("citedPaper.") for name in names if name not in row and name != "citedPaper"]
    row["citedPaper"] = paper_row(corpus, paper, inner or ["title"], nested=0)[0]
    return row
