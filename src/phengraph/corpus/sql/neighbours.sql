-- The next hop: papers that cite or are cited by a paper of the last hop and were not reached before. `links` are the
-- papers of the last hop that it is joined to.
SELECT corpusid, CAST($hops AS INT) AS hops, COUNT(*) AS links
FROM (
    SELECT e.cited AS corpusid, n.corpusid AS near FROM edges e JOIN reached n ON n.corpusid = e.citing
    WHERE n.hops = $hops - 1
    UNION
    SELECT e.citing AS corpusid, n.corpusid AS near FROM edges e JOIN reached n ON n.corpusid = e.cited
    WHERE n.hops = $hops - 1
) ends
WHERE NOT EXISTS (SELECT 1 FROM reached r WHERE r.corpusid = ends.corpusid)
GROUP BY corpusid
