-- question: Nobody called before
-- filter: days_since_contact is missing
-- 筛选: 距上次天数 缺失
-- yes: 36954
-- no: 8257
-- unknown: 0
-- sum of ids: 721958110
SELECT id, days IS NULL AS answer FROM person;
