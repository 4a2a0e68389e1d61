-- The texts of the next release: those that no diff names as they were, and those that a diff brings.
SELECT corpusid, text, updated, CAST(corpusid % $partitions AS INT) AS bucket
FROM texts_before b
WHERE NOT EXISTS (SELECT 1 FROM texts_changes c WHERE c.corpusid = b.corpusid)
UNION ALL
SELECT corpusid, text, updated, CAST(corpusid % $partitions AS INT) AS bucket
FROM texts_changes WHERE NOT deleted
