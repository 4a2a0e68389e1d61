-- Which tracked paper is evidence for which claim, and what else belongs to a phenomenon (claim is NULL there).
SELECT DISTINCT key, phenomenon, claim, stance FROM roles_lines
