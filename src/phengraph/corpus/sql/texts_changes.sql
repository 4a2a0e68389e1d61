-- The last word of the diffs about each text. An odd version is a deletion; of one release deletions come last.
SELECT corpusid, text, updated, version % 2 = 1 AS deleted
FROM (
    SELECT r.*, ROW_NUMBER() OVER (
        PARTITION BY r.corpusid ORDER BY r.version DESC, r.updated DESC NULLS LAST, r.text NULLS LAST
    ) AS place
    FROM texts_rows r WHERE r.corpusid IS NOT NULL
) numbered
WHERE place = 1
