-- Papers that cite evidence for a claim and evidence against it.
SELECT claim, citing, CAST(SUM(supporting) AS BIGINT) AS supporting, CAST(SUM(contradicting) AS BIGINT) AS contradicting
FROM (
    SELECT DISTINCT r.claim, c.citing, c.key, CASE WHEN r.stance = 'supports' THEN 1 ELSE 0 END AS supporting,
        CASE WHEN r.stance = 'contradicts' THEN 1 ELSE 0 END AS contradicting
    FROM roles r JOIN citing c ON c.key = r.key
    WHERE r.stance IN ('supports', 'contradicts')
) sides
GROUP BY claim, citing
HAVING SUM(supporting) > 0 AND SUM(contradicting) > 0
