-- Which papers are cited together with each tracked paper, and by how many papers. `strength` is Salton's cosine:
-- together / sqrt(cited_by of the one * cited_by of the other).
SELECT pairs.key, pairs.other, o.key AS other_key, pairs.together,
    CAST(pairs.together AS DOUBLE) / SQRT(CAST(k.cited_by AS DOUBLE) * CAST(d.cited_by AS DOUBLE)) AS strength
FROM (
    SELECT c.key, e.cited AS other, COUNT(*) AS together
    FROM citing c JOIN edges e ON e.citing = c.citing
    WHERE NOT EXISTS (SELECT 1 FROM tracked t WHERE t.key = c.key AND t.corpusid = e.cited)
    GROUP BY c.key, e.cited
    HAVING COUNT(*) >= $minimum
) pairs
JOIN (SELECT key, COUNT(*) AS cited_by FROM citing GROUP BY key) k ON k.key = pairs.key
JOIN degrees d ON d.corpusid = pairs.other
LEFT JOIN (SELECT corpusid, MIN(key) AS key FROM tracked GROUP BY corpusid) o ON o.corpusid = pairs.other
