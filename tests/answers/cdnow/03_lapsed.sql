-- question: No purchase for more than a year
-- filter: days since last(purchase).at > 365
-- 筛选: 距今天数（最近（购买）.时间） > 365
-- yes: 1539
-- no: 818
-- unknown: 0
-- sum of ids: 1772430
SELECT id, julianday('1998-06-30') - julianday(last) > 365 AS answer FROM person;
