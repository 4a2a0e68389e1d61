-- The tracked papers in the corpus, by corpus id, arXiv id or DOI. A preprint and its published version can be two
-- papers of the corpus, so one key can have several rows. A corpus id that people gave holds even where the papers
-- dataset does not have it.
SELECT found.key, found.corpusid, found.found_by, p.sha, p.title, p.authors, p.venue, p.year, p.date, p.citationcount,
    p.influentialcitationcount, p.arxiv, p.doi, p.fields
FROM (
    SELECT key, corpusid, MIN(found_by) AS found_by
    FROM (
        SELECT t.key, t.corpusid, 'corpusid' AS found_by FROM wanted t WHERE t.corpusid IS NOT NULL
        UNION ALL
        SELECT t.key, p.corpusid, 'arxiv' AS found_by FROM wanted t JOIN papers p ON p.arxiv = t.arxiv
        UNION ALL
        SELECT t.key, p.corpusid, 'doi' AS found_by FROM wanted t JOIN papers p ON p.doi = t.doi
    ) ways
    GROUP BY key, corpusid
) found
LEFT JOIN papers p ON p.corpusid = found.corpusid
