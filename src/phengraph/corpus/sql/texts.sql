-- One text a paper; of the rows with one corpus id the newest stays.
SELECT corpusid, text, updated, CAST(corpusid % $partitions AS INT) AS bucket
FROM (
    SELECT r.*, ROW_NUMBER() OVER (
        PARTITION BY r.corpusid ORDER BY r.updated DESC NULLS LAST, r.text NULLS LAST
    ) AS place
    FROM texts_rows r WHERE r.corpusid IS NOT NULL
) numbered
WHERE place = 1
