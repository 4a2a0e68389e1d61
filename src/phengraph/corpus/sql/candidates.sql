-- For each phenomenon the papers that are not tracked and are most often cited together with its papers. `score` is
-- Salton's cosine between those who cite the phenomenon's papers and those who cite the candidate.
WITH readers AS (
    SELECT DISTINCT r.phenomenon, c.citing FROM roles r JOIN citing c ON c.key = r.key
)
SELECT ranked.phenomenon, ranked.other, ranked.together, ranked.score, ranked.place, p.sha, p.title, p.authors, p.venue,
    p.year, p.date, p.citationcount, p.influentialcitationcount, p.arxiv, p.doi, p.fields
FROM (
    SELECT scored.*, ROW_NUMBER() OVER (
        PARTITION BY phenomenon ORDER BY score DESC, together DESC, other
    ) AS place
    FROM (
        SELECT pairs.phenomenon, pairs.other, pairs.together,
            CAST(pairs.together AS DOUBLE) / SQRT(CAST(k.readers AS DOUBLE) * CAST(d.cited_by AS DOUBLE)) AS score
        FROM (
            SELECT r.phenomenon, e.cited AS other, COUNT(*) AS together
            FROM readers r JOIN edges e ON e.citing = r.citing
            WHERE NOT EXISTS (SELECT 1 FROM tracked t WHERE t.corpusid = e.cited)
            GROUP BY r.phenomenon, e.cited
            HAVING COUNT(*) >= $together
        ) pairs
        JOIN (SELECT phenomenon, COUNT(*) AS readers FROM readers GROUP BY phenomenon) k
            ON k.phenomenon = pairs.phenomenon
        JOIN degrees d ON d.corpusid = pairs.other
    ) scored
) ranked
LEFT JOIN papers p ON p.corpusid = ranked.other
WHERE ranked.place <= $candidates
