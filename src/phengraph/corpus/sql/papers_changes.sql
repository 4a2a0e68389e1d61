-- The last word of the diffs about each paper. An odd version is a deletion; of one release deletions come last.
SELECT corpusid, sha, title, authors, venue, year, date, citationcount, influentialcitationcount, arxiv, doi, fields,
    updated, version % 2 = 1 AS deleted
FROM (
    SELECT r.*, ROW_NUMBER() OVER (
        PARTITION BY r.corpusid
        ORDER BY r.version DESC, r.updated DESC NULLS LAST, r.sha NULLS LAST, r.title NULLS LAST,
            r.citationcount DESC NULLS LAST, r.year NULLS LAST, r.date NULLS LAST, r.venue NULLS LAST,
            r.doi NULLS LAST, r.arxiv NULLS LAST
    ) AS place
    FROM papers_rows r WHERE r.corpusid IS NOT NULL
) numbered
WHERE place = 1
