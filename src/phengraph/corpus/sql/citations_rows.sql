-- The citations dataset as its shards have it, one row a line, with typed columns.
-- Corpus ids come as text, as numbers, or not at all. The primary key is citationid; rows from before it was there
-- (August 2023) are known by citing and cited paper. key1 and key2 say either in one way.
SELECT
    citationid, citing, cited, influential, contexts, intents, updated,
    COALESCE(citationid, CASE WHEN cited IS NOT NULL THEN citing END) AS key1,
    CASE WHEN citationid IS NULL THEN cited ELSE -1 END AS key2,
    CAST($version AS BIGINT) AS version
FROM (
    SELECT
        CASE WHEN translate(citationid, '0123456789', '') = '' AND length(citationid) BETWEEN 1 AND 18
            THEN CAST(citationid AS BIGINT) END AS citationid,
        CASE WHEN translate(citingcorpusid, '0123456789', '') = '' AND length(citingcorpusid) BETWEEN 1 AND 18
            THEN CAST(citingcorpusid AS BIGINT) END AS citing,
        CASE WHEN translate(citedcorpusid, '0123456789', '') = '' AND length(citedcorpusid) BETWEEN 1 AND 18
            THEN CAST(citedcorpusid AS BIGINT) END AS cited,
        COALESCE(isinfluential, FALSE) AS influential,
        contexts,
        intents,
        updated
    FROM citations_shards
) typed
