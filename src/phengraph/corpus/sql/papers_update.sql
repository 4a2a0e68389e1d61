-- The papers of the next release: those that no diff names as they were, and those that a diff brings.
SELECT corpusid, sha, title, authors, venue, year, date, citationcount, influentialcitationcount, arxiv, doi, fields,
    updated, CAST(corpusid % $partitions AS INT) AS bucket
FROM papers_before b
WHERE NOT EXISTS (SELECT 1 FROM papers_changes c WHERE c.corpusid = b.corpusid)
UNION ALL
SELECT corpusid, sha, title, authors, venue, year, date, citationcount, influentialcitationcount, arxiv, doi, fields,
    updated, CAST(corpusid % $partitions AS INT) AS bucket
FROM papers_changes WHERE NOT deleted
