-- PageRank of each paper of the network; all of them sum to 1.
SELECT corpusid, CAST(rank AS DOUBLE) / CAST($total AS DOUBLE) AS pagerank FROM ranks
