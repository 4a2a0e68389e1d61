-- All citations of the tracked papers, with sentences and intents, and what is known of the citing paper.
SELECT t.key, c.citing, c.influential, c.contexts, c.intents, p.sha, p.title, p.authors, p.venue, p.year, p.date,
    p.citationcount, p.influentialcitationcount, p.arxiv, p.doi, p.fields, a.text AS abstract, s.text AS tldr
FROM citations c
JOIN tracked t ON t.corpusid = c.cited
LEFT JOIN papers p ON p.corpusid = c.citing
LEFT JOIN abstracts a ON a.corpusid = c.citing
LEFT JOIN tldrs s ON s.corpusid = c.citing
