-- One row a citation whose two papers are known. Export batches overlap: of the rows with one key the newest stays.
-- Most keys come once; only those that come again are sorted, so that wide rows need not be held.
WITH repeated AS (
    SELECT key1, key2 FROM citations_rows WHERE key1 IS NOT NULL GROUP BY key1, key2 HAVING COUNT(*) > 1
)
SELECT citationid, citing, cited, influential, contexts, intents, updated, CAST(cited % $partitions AS INT) AS bucket
FROM citations_rows r
WHERE citing IS NOT NULL AND cited IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM repeated d WHERE d.key1 = r.key1 AND d.key2 = r.key2)
UNION ALL
SELECT citationid, citing, cited, influential, contexts, intents, updated, CAST(cited % $partitions AS INT) AS bucket
FROM (
    SELECT r.*, ROW_NUMBER() OVER (
        PARTITION BY r.key1, r.key2
        ORDER BY r.updated DESC NULLS LAST, r.citing NULLS LAST, r.cited NULLS LAST, r.influential DESC,
            r.contexts NULLS LAST, r.intents NULLS LAST
    ) AS place
    FROM citations_rows r JOIN repeated d ON d.key1 = r.key1 AND d.key2 = r.key2
) numbered
WHERE place = 1 AND citing IS NOT NULL AND cited IS NOT NULL
