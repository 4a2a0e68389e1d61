-- The citations of the next release: those that no diff names as they were, and those that a diff brings.
SELECT citationid, citing, cited, influential, contexts, intents, updated, CAST(cited % $partitions AS INT) AS bucket
FROM citations_before b
WHERE NOT EXISTS (
    SELECT 1 FROM citations_changes c
    WHERE c.key1 = COALESCE(b.citationid, b.citing)
        AND c.key2 = CASE WHEN b.citationid IS NULL THEN b.cited ELSE -1 END
)
UNION ALL
SELECT citationid, citing, cited, influential, contexts, intents, updated, CAST(cited % $partitions AS INT) AS bucket
FROM citations_changes
WHERE NOT deleted AND citing IS NOT NULL AND cited IS NOT NULL
