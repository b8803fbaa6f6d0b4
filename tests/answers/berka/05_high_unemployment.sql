-- question: Districts with 4 percent unemployed or more; Jesenik did not say
-- filter: unemployment >= 4
-- 筛选: 失业率 不低于 4
-- yes: 1296
-- no: 4012
-- unknown: 61
-- sum of ids: 4382141
SELECT p.id, unemployment >= 4 AS answer FROM person p;
