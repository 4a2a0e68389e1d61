-- Who cites whom, once each: the network that everything below is computed from.
SELECT citing, cited, MAX(CASE WHEN influential THEN 1 ELSE 0 END) = 1 AS influential,
    CAST(cited % $partitions AS INT) AS bucket
FROM citations
GROUP BY citing, cited
