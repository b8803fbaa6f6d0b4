-- question: Where the district's figures are missing
-- filter: unemployment is missing or crimes is missing
-- 筛选: 失业率 缺失 或 犯罪数 缺失
-- yes: 61
-- no: 5308
-- unknown: 0
-- sum of ids: 169285
SELECT p.id, unemployment IS NULL OR crimes IS NULL AS answer FROM person p;
