-- The papers dataset as its shards have it, one row a line, with typed columns.
-- A number may come as a number or as text; what is no number is NULL. The page's address ends in the paper's id.
SELECT
    CASE WHEN translate(corpusid, '0123456789', '') = '' AND length(corpusid) BETWEEN 1 AND 18
        THEN CAST(corpusid AS BIGINT) END AS corpusid,
    CASE WHEN length(url) > 40 AND translate(right(url, 40), '0123456789abcdef', '') = ''
        THEN right(url, 40) END AS sha,
    title,
    authors,
    NULLIF(venue, '') AS venue,
    CASE WHEN translate(year, '0123456789', '') = '' AND length(year) = 4 THEN CAST(year AS INT) END AS year,
    CASE WHEN length(publicationdate) = 10 THEN publicationdate END AS date,
    CASE WHEN translate(citationcount, '0123456789', '') = '' AND length(citationcount) BETWEEN 1 AND 12
        THEN CAST(citationcount AS BIGINT) END AS citationcount,
    CASE WHEN translate(influentialcitationcount, '0123456789', '') = ''
        AND length(influentialcitationcount) BETWEEN 1 AND 12
        THEN CAST(influentialcitationcount AS BIGINT) END AS influentialcitationcount,
    externalids.ArXiv AS arxiv,
    lower(externalids.DOI) AS doi,
    s2fieldsofstudy AS fields,
    updated,
    CAST($version AS BIGINT) AS version
FROM papers_shards
