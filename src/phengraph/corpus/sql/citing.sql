-- Who cites each tracked paper, once each, whichever of its versions.
SELECT t.key, e.citing, MAX(CASE WHEN e.influential THEN 1 ELSE 0 END) = 1 AS influential
FROM edges e JOIN tracked t ON t.corpusid = e.cited
GROUP BY t.key, e.citing
