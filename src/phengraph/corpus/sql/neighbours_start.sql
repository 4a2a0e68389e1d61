-- Hop 0 of the neighbourhood: the tracked papers.
SELECT DISTINCT corpusid, CAST(0 AS INT) AS hops, CAST(0 AS BIGINT) AS links FROM tracked
