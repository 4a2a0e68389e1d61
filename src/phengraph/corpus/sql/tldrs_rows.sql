-- Summaries of one sentence (tldr): a text by corpus id.
SELECT
    CASE WHEN translate(corpusid, '0123456789', '') = '' AND length(corpusid) BETWEEN 1 AND 18
        THEN CAST(corpusid AS BIGINT) END AS corpusid,
    text,
    updated,
    CAST($version AS BIGINT) AS version
FROM tldrs_shards
