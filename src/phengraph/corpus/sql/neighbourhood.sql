-- Papers within two citations of the tracked ones, in either direction, by the shortest way.
SELECT corpusid, hops, links FROM reached
