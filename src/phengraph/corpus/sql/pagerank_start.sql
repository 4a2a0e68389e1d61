-- PageRank in whole units of 10^-18, so that every engine adds up the same numbers in whatever order.
-- `share` is what a paper hands to each paper that it cites.
SELECT corpusid, cites, CAST($rank AS BIGINT) AS rank, CAST(0 AS BIGINT) AS change,
    CASE WHEN cites > 0 THEN CAST(FLOOR(CAST($rank AS DOUBLE) * $damping / CAST(cites AS DOUBLE)) AS BIGINT)
        ELSE 0 END AS share
FROM degrees
