-- Citations a month, by the date of the citing paper: of each tracked paper, claim and phenomenon. A citing paper counts
-- once for a claim or phenomenon, however many of its papers it cites. Where only the year is known the month is the
-- year; where nothing is known it is NULL.
SELECT kind, name, month, COUNT(*) AS citations, CAST(SUM(influential) AS BIGINT) AS influential
FROM (
    SELECT w.kind, w.name, c.citing, MAX(CASE WHEN c.influential THEN 1 ELSE 0 END) AS influential,
        MAX(COALESCE(substr(p.date, 1, 7), CAST(p.year AS STRING))) AS month
    FROM (
        SELECT DISTINCT 'paper' AS kind, key AS name, key FROM tracked
        UNION ALL
        SELECT DISTINCT 'claim' AS kind, claim AS name, key FROM roles WHERE claim IS NOT NULL
        UNION ALL
        SELECT DISTINCT 'phenomenon' AS kind, phenomenon AS name, key FROM roles
    ) w
    JOIN citing c ON c.key = w.key
    LEFT JOIN papers p ON p.corpusid = c.citing
    GROUP BY w.kind, w.name, c.citing
) once
GROUP BY kind, name, month
