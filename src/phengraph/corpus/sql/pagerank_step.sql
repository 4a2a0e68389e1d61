-- One round: each paper gets the same start, and the shares of those that cite it. Papers that cite nothing hand
-- theirs to all, which is part of the start.
SELECT corpusid, cites, rank, ABS(rank - before) AS change,
    CASE WHEN cites > 0 THEN CAST(FLOOR(CAST(rank AS DOUBLE) * $damping / CAST(cites AS DOUBLE)) AS BIGINT)
        ELSE 0 END AS share
FROM (
    SELECT r.corpusid, r.cites, r.rank AS before, CAST($start AS BIGINT) + COALESCE(s.incoming, 0) AS rank
    FROM ranks r
    LEFT JOIN (
        SELECT e.cited, CAST(SUM(g.share) AS BIGINT) AS incoming
        FROM edges e JOIN ranks g ON g.corpusid = e.citing
        GROUP BY e.cited
    ) s ON s.cited = r.corpusid
) moved
