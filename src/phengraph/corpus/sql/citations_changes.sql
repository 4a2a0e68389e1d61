-- The last word of the diffs about each citation. An odd version is a deletion; of one release deletions come last.
SELECT citationid, citing, cited, influential, contexts, intents, updated, key1, key2, version % 2 = 1 AS deleted
FROM (
    SELECT r.*, ROW_NUMBER() OVER (
        PARTITION BY r.key1, r.key2
        ORDER BY r.version DESC, r.updated DESC NULLS LAST, r.citing NULLS LAST, r.cited NULLS LAST,
            r.influential DESC, r.contexts NULLS LAST, r.intents NULLS LAST
    ) AS place
    FROM citations_rows r WHERE r.key1 IS NOT NULL
) numbered
WHERE place = 1
