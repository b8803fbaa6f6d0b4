-- question: Customers aged 30 to 45, both included
-- filter: age between 30 and 45
-- 筛选: 年龄 介于 30 与 45
-- yes: 1542
-- no: 3827
-- unknown: 0
-- sum of ids: 5574291
SELECT p.id, (strftime('%Y','1994-03-30') - strftime('%Y',born) - (strftime('%m-%d','1994-03-30') < strftime('%m-%d',born))) BETWEEN 30 AND 45 AS answer FROM person p;
