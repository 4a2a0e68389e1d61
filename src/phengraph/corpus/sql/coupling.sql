-- Which papers cite the same papers as each tracked paper (bibliographic coupling), and how many of them. `strength` is
-- Salton's cosine: shared / sqrt(papers that the one cites * papers that the other cites).
WITH cites AS (
    SELECT DISTINCT t.key, e.cited FROM edges e JOIN tracked t ON t.corpusid = e.citing
)
SELECT pairs.key, pairs.other, o.key AS other_key, pairs.shared,
    CAST(pairs.shared AS DOUBLE) / SQRT(CAST(k.cites AS DOUBLE) * CAST(d.cites AS DOUBLE)) AS strength
FROM (
    SELECT c.key, e.citing AS other, COUNT(*) AS shared
    FROM cites c JOIN edges e ON e.cited = c.cited
    WHERE NOT EXISTS (SELECT 1 FROM tracked t WHERE t.key = c.key AND t.corpusid = e.citing)
    GROUP BY c.key, e.citing
    HAVING COUNT(*) >= $minimum
) pairs
JOIN (SELECT key, COUNT(*) AS cites FROM cites GROUP BY key) k ON k.key = pairs.key
JOIN degrees d ON d.corpusid = pairs.other
LEFT JOIN (SELECT corpusid, MIN(key) AS key FROM tracked GROUP BY corpusid) o ON o.corpusid = pairs.other
