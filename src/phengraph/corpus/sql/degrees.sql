-- How often each paper of the network is cited, how often influentially, and how many papers it cites.
SELECT corpusid, CAST(SUM(cited_by) AS BIGINT) AS cited_by, CAST(SUM(influential) AS BIGINT) AS influential,
    CAST(SUM(cites) AS BIGINT) AS cites
FROM (
    SELECT cited AS corpusid, COUNT(*) AS cited_by, SUM(CASE WHEN influential THEN 1 ELSE 0 END) AS influential,
        0 AS cites
    FROM edges GROUP BY cited
    UNION ALL
    SELECT citing AS corpusid, 0 AS cited_by, 0 AS influential, COUNT(*) AS cites FROM edges GROUP BY citing
) ends
GROUP BY corpusid
