-- question: Women who live in Prague
-- filter: gender = female and region = "Prague"
-- 筛选: 性别 = 女 且 大区 = "Prague"
-- yes: 324
-- no: 5045
-- unknown: 0
-- sum of ids: 1110807
SELECT p.id, gender = 'female' AND region = 'Prague' AS answer FROM person p;
