-- One row a paper. Export batches overlap: of the rows with one corpus id the newest stays.
-- Most ids come once; only those that come again are sorted, so that wide rows need not be held.
WITH repeated AS (
    SELECT corpusid FROM papers_rows WHERE corpusid IS NOT NULL GROUP BY corpusid HAVING COUNT(*) > 1
)
SELECT corpusid, sha, title, authors, venue, year, date, citationcount, influentialcitationcount, arxiv, doi, fields,
    updated, CAST(corpusid % $partitions AS INT) AS bucket
FROM papers_rows r
WHERE corpusid IS NOT NULL AND NOT EXISTS (SELECT 1 FROM repeated d WHERE d.corpusid = r.corpusid)
UNION ALL
SELECT corpusid, sha, title, authors, venue, year, date, citationcount, influentialcitationcount, arxiv, doi, fields,
    updated, CAST(corpusid % $partitions AS INT) AS bucket
FROM (
    SELECT r.*, ROW_NUMBER() OVER (
        PARTITION BY r.corpusid
        ORDER BY r.updated DESC NULLS LAST, r.sha NULLS LAST, r.title NULLS LAST, r.citationcount DESC NULLS LAST,
            r.year NULLS LAST, r.date NULLS LAST, r.venue NULLS LAST, r.doi NULLS LAST, r.arxiv NULLS LAST
    ) AS place
    FROM papers_rows r JOIN repeated d ON d.corpusid = r.corpusid
) numbered
WHERE place = 1
